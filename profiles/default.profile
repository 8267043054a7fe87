# What husk starts from when no other profile is named: programs run, compute and
# talk to their terminal; they see no data of yours but the current folder, change
# nothing, and reach neither the network nor other processes.
#
# One option opens one thing: --write PATH, --read PATH, --env VAR, --net host.
# To change this for good, copy it to ~/.config/husk/profiles/default.profile, or
# write a profile of your own that starts with "include default".

# Namespaces of its own, all of them but time, and no way to make more.
unshare-user
unshare-ipc
unshare-pid
unshare-net
unshare-uts
unshare-cgroup
disable-userns
hostname husk

# No capabilities, no file that husk's caller left open, no life after husk's end.
cap-drop ALL
close-fds
die-with-parent

# Of the kernel's calls those that ordinary programs make; --list-syscall-groups lists
# them, and --seccomp-profile none switches this off.
seccomp-profile default

# Where the kernel has Landlock, the files, sockets and processes that it gets at are
# limited once more; --verbose says what that comes to here.
landlock all

# What is in its memory does not go to a core file, nor to a crash reporter of the host.
no-core

# A fork bomb's answer that needs no systemd: as many processes and threads, in this sandbox alone.
# The kernel counts them by user namespace, and not at all for the machine's root.
rlimit-at-most nproc=4096

# The system's programs and libraries, wherever this system has them: on most the
# folders of the root are links into /usr, on some all is below /nix or /gnu.
ro-bind /usr /usr
ro-mirror /bin
ro-mirror /sbin
ro-mirror /lib
ro-mirror /lib32
ro-mirror /lib64
ro-mirror /libx32
ro-mirror /nix/store
ro-mirror /gnu/store

# /etc: only what programs need to start, to find their parts, to resolve names, to
# show time and to verify certificates. Not here, since it may hold secrets or tells
# which machine this is: machine-id, hostname, fstab, environment, profile.d, ssh,
# settings of package managers with their tokens, keys of ssl and pki.
user-files
# - the dynamic linker, and links that programs in /usr are found through
ro-mirror /etc/ld.so.cache
ro-mirror /etc/ld.so.conf
ro-mirror /etc/ld.so.conf.d
ro-mirror /etc/ld-musl-x86_64.path
ro-mirror /etc/ld-musl-aarch64.path
ro-mirror /etc/alternatives
ro-mirror /etc/static
# - names of hosts, protocols and services; resolv.conf often is a link into /run
ro-mirror /etc/nsswitch.conf
ro-mirror /etc/host.conf
ro-mirror /etc/gai.conf
ro-mirror /etc/protocols
ro-mirror /etc/services
ro-bind-try /etc/resolv.conf /etc/resolv.conf
# - certificates, and which algorithms are trusted; never the folders with keys
ro-mirror /etc/ca-certificates
ro-mirror /etc/crypto-policies
ro-mirror /etc/pki/ca-trust
ro-mirror /etc/pki/java
ro-mirror /etc/pki/tls/cert.pem
ro-mirror /etc/pki/tls/certs
ro-mirror /etc/pki/tls/openssl.cnf
ro-mirror /etc/ssl/cert.pem
ro-mirror /etc/ssl/certs
ro-mirror /etc/ssl/openssl.cnf
ro-mirror /var/lib/ca-certificates
# - language and time
ro-mirror /etc/locale.alias
ro-mirror /etc/locale.conf
ro-mirror /etc/localtime
ro-mirror /etc/timezone
# - which system this is
ro-mirror /etc/debian_version
ro-mirror /etc/lsb-release
ro-mirror /etc/os-release
ro-mirror /etc/redhat-release
# - parts of programs that are kept in /etc and that these do not start without
ro-mirror /etc/fonts
ro-mirror /etc/inputrc
ro-mirror /etc/java
ro-mirror /etc/java-8-openjdk
ro-mirror /etc/java-11-openjdk
ro-mirror /etc/java-17-openjdk
ro-mirror /etc/java-21-openjdk
ro-mirror /etc/java-25-openjdk
ro-mirror /etc/mime.types
ro-mirror /etc/perl
symlink /proc/self/mounts /etc/mtab

# Private and empty folders for what programs write; all of it is gone afterwards.
perms 1777
tmpfs /tmp
perms 1777
tmpfs /var/tmp
tmpfs /run
symlink /run /var/run
symlink /run/lock /var/lock
dir /run/lock
ro-mirror /run/current-system

# Variables often hold tokens: only these are passed on, and HOME and XDG_RUNTIME_DIR
# where they are a path (not / itself). Without one HOME is /tmp.
clearenv
keep-env PATH
keep-env SHELL
keep-env USER
keep-env LOGNAME
keep-env TERM
keep-env COLORTERM
keep-env NO_COLOR
keep-env COLUMNS
keep-env LINES
keep-env LANG
keep-env LANGUAGE
keep-env LC_*
keep-env TZ
setenv HOME /tmp
if ${HOME} setenv HOME ${HOME}
if ${XDG_RUNTIME_DIR} setenv XDG_RUNTIME_DIR ${XDG_RUNTIME_DIR}

# Both are private folders, empty as the others.
if ${HOME} perms 0700
if ${HOME} tmpfs ${HOME}
if ${XDG_RUNTIME_DIR} perms 0700
if ${XDG_RUNTIME_DIR} tmpfs ${XDG_RUNTIME_DIR}

proc /proc
dev /dev

# The current folder, unless it is HOME, / or a folder that holds HOME.
cwd read

# The root itself holds only mount points. In a profile this is done at the very end,
# so that the command line can still add to it.
remount-ro /
