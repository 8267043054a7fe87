# To build software: what `default' allows, and the current folder can be written.
# Host name, locale and time zone are the same everywhere, and there is no network,
# so that what is built does not depend on the machine that builds it.
include default

cwd write
hostname localhost

setenv LANG C.UTF-8
setenv LC_ALL C.UTF-8
unsetenv LANGUAGE
setenv TZ UTC

# Debuggers and leak checks work, on what they have started or see inside.
seccomp-profile build

# Build tools of Debian packages, and TeX for their documents.
ro-mirror /etc/dpkg
ro-mirror /var/lib/dpkg
ro-mirror /etc/texmf
ro-mirror /var/lib/texmf
