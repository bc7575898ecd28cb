#!/usr/bin/env bash
# Installs the Debian packages that the build needs and the machine lacks; with `tests`, those of the tests too.
# Without root's rights it prints the one command to run, and fails.
set -euo pipefail

packages=(libyaml-dev libcurl4-openssl-dev libssl-dev libsqlite3-dev libpq-dev libgit2-dev pkg-config)
# A database, certificates, a git server by SSH, signatures, a browser for the page, and what checks packages and CI files.
if [ "${1:-}" = tests ]; then
    packages+=(postgresql openssl python3-venv openssh-client openssh-server gnupg gpgv chromium lintian)
    packages+=(groovy jq curl systemd)
    # These two often come from elsewhere, and Debian's would be in the way.
    command -v kubectl >/dev/null || packages+=(kubernetes-client)
    command -v java >/dev/null || packages+=(default-jre-headless)
fi

for tool in swift git python3; do
    command -v "$tool" >/dev/null || { echo "setup: '$tool' is not on the PATH" >&2; exit 1; }
done

if ! command -v dpkg >/dev/null; then
    echo "setup: this is no Debian; needed are the development files of libyaml, libcurl, OpenSSL, SQLite, libpq and libgit2, pkg-config," \
        "and for the tests PostgreSQL, OpenSSH, GnuPG, Chromium and kubectl" >&2
    pkg-config --exists yaml-0.1 libcurl libcrypto sqlite3 libpq libgit2
    exit
fi

missing=()
for package in "${packages[@]}"; do
    dpkg -s "$package" 2>/dev/null | grep -q '^Status: install ok installed$' || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then exit; fi

if [ "$(id -u)" -ne 0 ]; then
    echo "setup: Debian packages are missing; run this, then the same make target again:" >&2
    echo "    sudo apt-get update && sudo apt-get install -y ${missing[*]}" >&2
    exit 1
fi
echo "== install ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}"
