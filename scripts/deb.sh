#!/usr/bin/env bash
# Makes a Debian package of a program that is built: deb.sh PROGRAM FILE.deb
#
# The same program and commit give the same bytes. Times are those of the newest commit; without git, of this script.
# COMPRESSION is dpkg-deb's (xz); STRIP=no leaves symbols in, which makes the package faster to build and three times as large.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
program=$(realpath "$1")
target=$(realpath -m "$2")
[ -x "$program" ] || { echo "deb: there is no program '$1'; 'make deb' builds it" >&2; exit 1; }

SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$top" log -1 --format=%ct 2>/dev/null || stat -c %Y "$0")}
export SOURCE_DATE_EPOCH
version=$("$program" version | cut -d " " -f 2)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
umask 022
root=$folder/root

"$top/scripts/install.sh" "$program" "$root" /usr
[ "${STRIP:-yes}" = no ] || strip --strip-unneeded --remove-section=.comment "$root/usr/bin/mooring"
gzip -9n "$root/usr/share/man/man1/mooring.1"
# It is sourced, never run.
sed -i '1{/^#!/d}' "$root/usr/share/bash-completion/completions/mooring"

doc=$root/usr/share/doc/mooring
install -D -m 644 "$top/packaging/debian/copyright" "$doc/copyright"
install -D -m 644 "$top/packaging/debian/watch.yaml" "$doc/examples/watch.yaml"
for text in README.md docs/*.md; do
    [ -f "$top/$text" ] && install -D -m 644 "$top/$text" "$doc/$text"
done
{
    printf 'mooring (%s) stable; urgency=medium\n\n' "$version"
    printf '  * The changes are told by the history of the repository.\n\n'
    printf ' -- Mooring maintainers <maintainers@mooring.invalid>  %s\n' "$(LC_ALL=C date -Ru -d "@$SOURCE_DATE_EPOCH")"
} | gzip -9n >"$doc/changelog.gz"

install -D -m 644 "$top/packaging/systemd/mooring.service" "$root/lib/systemd/system/mooring.service"
install -D -m 644 "$top/packaging/systemd/mooring.sysusers" "$root/usr/lib/sysusers.d/mooring.conf"
install -D -m 644 "$top/packaging/debian/lintian-overrides" "$root/usr/share/lintian/overrides/mooring"
install -d "$root/etc/mooring"
install -d -m 700 "$root/etc/mooring/secrets"

mkdir "$root/DEBIAN"
for script in postinst prerm postrm; do install -m 755 "$top/packaging/debian/$script" "$root/DEBIAN/$script"; done
(cd "$root" && find usr lib -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
sed -e "s/@VERSION@/$version/; s/@ARCHITECTURE@/$(dpkg --print-architecture)/" \
    -e "s/@SIZE@/$(du -k -s --apparent-size --exclude=DEBIAN "$root" | cut -f1)/" \
    "$top/packaging/debian/control" >"$root/DEBIAN/control"
find "$root" -newermt "@$SOURCE_DATE_EPOCH" -print0 | xargs -0r touch --no-dereference --date="@$SOURCE_DATE_EPOCH"
mkdir -p "$(dirname "$target")"
dpkg-deb --root-owner-group -Z"${COMPRESSION:-xz}" --build "$root" "$target" >/dev/null
echo "made $target"
