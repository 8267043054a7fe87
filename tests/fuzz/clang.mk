# The targets with clang's libFuzzer, AddressSanitizer and UndefinedBehaviorSanitizer: see tests/fuzz/run,
# which calls this in a folder of its own with SRCDIR, and with BUILDDIR, where husk was configured and built.
include $(SRCDIR)/sources.am
.DELETE_ON_ERROR:

CC = clang
checks = address,undefined,fuzzer-no-link
flags = -std=gnu17 -D_GNU_SOURCE -O1 -g1 -fno-omit-frame-pointer -fsanitize=$(checks) \
	-fno-sanitize-recover=undefined -I$(BUILDDIR) -I$(SRCDIR)/src -MMD -MP

# What no target calls is not compiled; replay.c has a main() of its own.
with_scope := $(shell grep -s 'define HAVE_SD_BUS' $(BUILDDIR)/config.h)
sources = $(filter %.c,$(libhusk_sources) $(allow_sources) $(profile_compiler_sources) $(fuzz_sources) \
	$(if $(with_scope),$(scope_sources)))
left_out = src/inside/% src/plan/explain% src/plan/view.c tests/fuzz/replay.c $(filter-out $(host),\
	$(filter src/host/%,$(sources))) src/allow/inner.c src/allow/outer.c src/allow/rules.c src/allow/seal.c
host = $(patsubst %,src/host/%.c,cgdir cgroup facts keeper net_helper net_list refusal_text refusals usage watcher \
	why)
made = src/spec/builtin_profiles.c src/plan/builtin_filters.c
objects = $(patsubst %.c,obj/%.o,$(filter-out $(left_out),$(sources)) $(made))
archived = $(filter obj/src/%,$(objects))

fuzz: $(filter obj/tests/%,$(objects)) husk.a
	$(CC) -fsanitize=$(checks:-no-link=) -Wl,@$(SRCDIR)/tests/fuzz/wraps -o $@ $^ \
		-ljson-c -lseccomp -lmnl -lresolv $(if $(with_scope),-lsystemd)

husk.a: $(archived)
	rm -f $@
	ar rcs $@ $^

obj/%.o: $(SRCDIR)/%.c
	@mkdir -p $(@D)
	$(CC) $(flags) -c -o $@ $<
obj/%.o: $(BUILDDIR)/%.c
	@mkdir -p $(@D)
	$(CC) $(flags) -c -o $@ $<

-include $(objects:.o=.d)
