#!/usr/bin/env bash
# Runs a command with a PostgreSQL server of its own, which is gone afterwards: with-postgres.sh COMMAND [ARG…]
#
# The command finds it through
#   MOORING_TEST_POSTGRES         a connection string for its socket, as its superuser
#   MOORING_TEST_POSTGRES_PORT    its port on 127.0.0.1, with TLS; user 'remote', password 'p@ss word'
#   MOORING_TEST_POSTGRES_FOLDER  ca.crt, which signed the server's certificate for 'localhost', and other-ca.crt, which did not
#   MOORING_TEST_POSTGRES_CONTROL a command that takes 'stop' (at once, as by kill -9) or 'start'
set -euo pipefail

programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true)
programs=${programs:-$(pg_config --bindir 2>/dev/null || true)}
[ -x "$programs/postgres" ] || { echo "with-postgres: PostgreSQL's server is not installed; 'make setup' does that" >&2; exit 1; }

folder=$(mktemp -d "${TMPDIR:-/tmp}/mooring-postgres.XXXXXX")
# The server refuses to run as root; its own user then does.
as=()
if [ "$(id -u)" -eq 0 ]; then
    chown postgres "$folder"
    as=(runuser -u postgres --)
fi
chmod 755 "$folder"

finish() {
    "${as[@]}" "$programs/pg_ctl" -D "$folder/data" -m immediate -s stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap finish EXIT
trap "exit 143" TERM
trap "exit 130" INT

cd "$folder"
(
    # A certificate authority, the server's certificate, and an authority that has nothing to do with it.
    for name in ca other-ca; do
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$name" -keyout "$name.key" -out "$name.crt"
    done
    openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr
    openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out server.crt \
        -extfile <(echo "subjectAltName=DNS:localhost")
    chmod 600 ./*.key
    [ ${#as[@]} -eq 0 ] || chown postgres server.key
) >openssl.log 2>&1 || { cat openssl.log >&2; exit 1; }

"${as[@]}" "$programs/initdb" -D "$folder/data" -U postgres -E UTF8 --locale=C -A trust >initdb.log 2>&1 \
    || { cat initdb.log >&2; exit 1; }
"${as[@]}" tee "$folder/data/pg_hba.conf" >/dev/null <<HBA
local   all all              trust
hostssl all all 127.0.0.1/32 scram-sha-256
HBA

cat >control <<CONTROL
#!/usr/bin/env bash
# stop | start
set -euo pipefail
# The server would keep open whatever its starter has open, and who waits for the end of that would wait for the server's.
run=(python3 -c 'import os, sys; os.closerange(3, 65536); os.execvp(sys.argv[1], sys.argv[1:])')
case \$1 in
    stop) exec "\${run[@]}" ${as[@]+"${as[@]}"} "$programs/pg_ctl" -D "$folder/data" -m immediate -s stop ;;
    start) exec "\${run[@]}" ${as[@]+"${as[@]}"} "$programs/pg_ctl" -D "$folder/data" -l "$folder/data/log" -s -w start ;;
esac
CONTROL
chmod 755 control

# A port that is free now may be taken a moment later: then another is tried.
for attempt in 1 2 3 4 5; do
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    # What is written need not survive the machine, only the server.
    "${as[@]}" tee -a "$folder/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$folder'
ssl = on
ssl_cert_file = '$folder/server.crt'
ssl_key_file = '$folder/server.key'
fsync = off
max_connections = 100
CONF
    ./control start >start.log 2>&1 && break
    [ "$attempt" -lt 5 ] || { cat start.log "$folder/data/log" >&2; exit 1; }
done
# A server that could not be started again must not pass unseen.
"$programs/psql" -q -h "$folder" -p "$port" -U postgres -d postgres -v ON_ERROR_STOP=1 \
    -c "CREATE ROLE remote LOGIN PASSWORD 'p@ss word'; GRANT CREATE ON DATABASE postgres TO remote" \
    || exit 1

cd "$OLDPWD"
MOORING_TEST_POSTGRES="host=$folder port=$port user=postgres dbname=postgres" \
MOORING_TEST_POSTGRES_PORT=$port \
MOORING_TEST_POSTGRES_FOLDER=$folder \
MOORING_TEST_POSTGRES_CONTROL=$folder/control \
    "$@"
