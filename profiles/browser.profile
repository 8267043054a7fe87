# For programs that put their own processes into sandboxes, such as browsers: what
# `default' allows, and user namespaces, mounts and the like inside. They see no more
# files than before; but more of the kernel can be reached, so use it for these only.
include default

allow-userns
seccomp-profile nested

# Chromium's settings for the whole system.
ro-mirror /etc/chromium
ro-mirror /etc/chromium.d
