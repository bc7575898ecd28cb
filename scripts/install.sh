#!/usr/bin/env bash
# Installs a program that is built, its manual page and completions: install.sh PROGRAM DESTDIR PREFIX
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
program=$1
root=$2$3

install -D -m 755 "$program" "$root/bin/mooring"
install -D -m 644 "$top/docs/mooring.1" "$root/share/man/man1/mooring.1"
# A package's own places for zsh and fish differ from an administrator's.
zsh=site-functions
[ "$3" != /usr ] || zsh=vendor-completions
install -d "$root/share/bash-completion/completions" "$root/share/zsh/$zsh" "$root/share/fish/vendor_completions.d"
"$program" --generate-completion-script bash >"$root/share/bash-completion/completions/mooring"
"$program" --generate-completion-script zsh >"$root/share/zsh/$zsh/_mooring"
"$program" --generate-completion-script fish >"$root/share/fish/vendor_completions.d/mooring.fish"
