# Makes the completion for a shell: awk -v shell=bash -f generate.awk options.tsv husk.bash.in
#
# The first file is the table that src/tools/option-table prints: NAME LETTER NARGS ARGS FLAGS GROUP
# HELP, separated by tabs. The second is the shell's own part; its lines @OPTIONS@, @ARGUMENTS@,
# @EQUALS@ and @CAPABILITIES@ are replaced by what comes from the table.
#
# Each argument has a kind, which says what completes it: path, profile, capability, variable, none,
# or the words themselves, separated by slashes.

BEGIN { FS = "\t" }

function kind(option, arg) {
  if (option == "cwd") return "read/write/hide"
  if (option == "net") return "none/host"
  if (option == "dry-run") return "text/json"
  if (option == "seccomp-profile") return "build/default/nested/none/strict"
  if (option ~ /profile$/) return "profile"
  if (option ~ /^(userns2?|pidns)$/) return "path"
  if (arg == "CAP") return "capability"
  if (arg ~ /^VAR/) return "variable"
  if (arg ~ /^(SRC|DEST|PATH|DIR|RWSRC|WORKDIR|TARGET)$/) return "path"
  return "none"
}

# The kinds of option I's arguments, each with SEPARATOR before it.
function kinds(i, separator,    n, k, args, text) {
  n = split(arguments[i], args, " ")
  for (k = 1; k <= n; k++) text = text separator kind(name[i], args[k])
  return text
}

function quoted(text) {
  gsub(/'/, "'\\''", text)
  return "'" text "'"
}

# ---- bash: a list of words, and arms of a case ----------------------------------------------------

function bash(part,    i) {
  for (i = 1; i <= count; i++) {
    if (part == "OPTIONS") {
      print "    --" name[i]
      if (letter[i]) print "    -" letter[i]
      if (optional[i]) print "    --" name[i] "="
    } else if (part == "ARGUMENTS" && arguments[i] && !optional[i]) {
      print "    --" name[i] (letter[i] ? " | -" letter[i] : "") ") _husk_kinds=(" \
        substr(kinds(i, " "), 2) ") ;;"
    } else if (part == "EQUALS" && arguments[i] && arguments[i] !~ / /) {
      print "    --" name[i] ") _husk_kinds=(" substr(kinds(i, " "), 2) ") ;;"
    }
  }
}

# ---- zsh: specifications for _arguments -----------------------------------------------------------

function zsh_action(k) {
  if (k == "path") return "_files"
  if (k == "variable") return "_parameters -g \"*export*\""
  if (k == "profile" || k == "capability") return "_husk_" k
  if (k == "none") return " "
  gsub("/", " ", k)
  return "(" k ")"
}

function zsh_spec(option, i, equals,    n, k, args, spec, text) {
  text = help[i]
  gsub(/[]\\:[]/, "\\\\&", text)
  spec = "*" option equals "[" text "]"
  n = split(arguments[i], args, " ")
  for (k = 1; k <= n; k++) {
    text = args[k]
    gsub(/[]\\:[]/, "\\\\&", text)
    spec = spec (equals == "=-" ? "::" : ":") text ":" zsh_action(kind(name[i], args[k]))
  }
  print "  " quoted(spec)
}

function zsh(part,    i) {
  if (part != "OPTIONS") return
  for (i = 1; i <= count; i++) {
    # --name=ARG is possible with one argument, and with an optional one the only way.
    zsh_spec("--" name[i], i, optional[i] ? "=-" : arguments[i] && arguments[i] !~ / / ? "=" : "")
    if (letter[i]) zsh_spec("-" letter[i], i, "")
  }
}

# ---- fish: a complete line each, and arms of a switch ---------------------------------------------

function fish(part,    i) {
  for (i = 1; i <= count; i++) {
    if (part == "OPTIONS") {
      print "complete -c husk -n __husk_at_option -l " name[i] (letter[i] ? " -s " letter[i] : "") \
        (optional[i] ? " -xa " quoted(kind_words(i)) : "") " -d " quoted(help[i])
    } else if (part == "ARGUMENTS" && arguments[i] && !optional[i]) {
      print "        case --" name[i] (letter[i] ? " -" letter[i] : "")
      print "            printf '%s\\n'" kinds(i, " ")
    }
  }
}

function kind_words(i,    k) {
  k = kind(name[i], arguments[i])
  gsub("/", " ", k)
  return k
}

# ---- all ------------------------------------------------------------------------------------------

function capabilities() {
  # In the kernel's order, as of 5.9; later kernels added none.
  return "ALL CAP_CHOWN CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_FOWNER CAP_FSETID CAP_KILL" \
    " CAP_SETGID CAP_SETUID CAP_SETPCAP CAP_LINUX_IMMUTABLE CAP_NET_BIND_SERVICE" \
    " CAP_NET_BROADCAST CAP_NET_ADMIN CAP_NET_RAW CAP_IPC_LOCK CAP_IPC_OWNER CAP_SYS_MODULE" \
    " CAP_SYS_RAWIO CAP_SYS_CHROOT CAP_SYS_PTRACE CAP_SYS_PACCT CAP_SYS_ADMIN CAP_SYS_BOOT" \
    " CAP_SYS_NICE CAP_SYS_RESOURCE CAP_SYS_TIME CAP_SYS_TTY_CONFIG CAP_MKNOD CAP_LEASE" \
    " CAP_AUDIT_WRITE CAP_AUDIT_CONTROL CAP_SETFCAP CAP_MAC_OVERRIDE CAP_MAC_ADMIN CAP_SYSLOG" \
    " CAP_WAKE_ALARM CAP_BLOCK_SUSPEND CAP_AUDIT_READ CAP_PERFMON CAP_BPF CAP_CHECKPOINT_RESTORE"
}

FNR == 1 { files++ }

# An option of profiles only has no dashes to be completed.
files == 1 && $5 !~ /P/ {
  count++
  name[count] = $1
  letter[count] = $2 == "-" ? "" : $2
  arguments[count] = $4 == "-" ? "" : $4
  optional[count] = $5 ~ /O/
  help[count] = $7
}

files == 2 && $0 == "@CAPABILITIES@" { print "    " capabilities(); next }
files == 2 && /^@[A-Z]+@$/ {
  part = substr($0, 2, length($0) - 2)
  if (shell == "bash") bash(part)
  if (shell == "zsh") zsh(part)
  if (shell == "fish") fish(part)
  next
}
files == 2 { print }
