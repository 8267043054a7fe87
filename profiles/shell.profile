# For an interactive shell: what `default' allows, the shells' own settings, and no
# history. Bash, readline and less write none; the private HOME keeps no other.
include default

ro-mirror /etc/bash.bashrc
ro-mirror /etc/bashrc
ro-mirror /etc/fish
ro-mirror /etc/profile
ro-mirror /etc/terminfo
ro-mirror /etc/vim
ro-mirror /etc/zsh
ro-mirror /etc/zshenv
ro-mirror /etc/zshrc

keep-env LS_COLORS
keep-env TERM_PROGRAM
setenv HISTFILE /dev/null
setenv LESSHISTFILE /dev/null
