#!/usr/bin/env bash
# Installs the Debian packages that the build needs and the machine lacks.
# Without root's rights it prints the one command to run, and fails.
set -euo pipefail

packages=(libyaml-dev libcurl4-openssl-dev libssl-dev libsqlite3-dev libpq-dev postgresql openssl pkg-config python3-venv)

for tool in swift git python3; do
    command -v "$tool" >/dev/null || { echo "setup: '$tool' is not on the PATH" >&2; exit 1; }
done

if ! command -v dpkg >/dev/null; then
    echo "setup: this is no Debian; needed are the development files of libyaml, libcurl, OpenSSL, SQLite and libpq, pkg-config," \
        "and for the tests a PostgreSQL server" >&2
    pkg-config --exists yaml-0.1 libcurl libcrypto sqlite3 libpq
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
