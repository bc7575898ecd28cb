"""The part of endurance.py that calls the daemon's webhooks: forged, repeated, far too many and far too long."""

import hashlib
import hmac
import re
import socket
import threading
import time
import urllib.error
import urllib.request

from daemons import (
    INFRA, OPENER, PATIENCE, Broken, Daemon, Origin, service, variables, watch_file, workspace)


def signed(body, key="the-key-of-hooks", moment=None):
    """The headers of a call as the provider `generic` makes it."""
    moment = str(int(time.time() if moment is None else moment))
    digest = hmac.new(key.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json", "X-Mooring-Timestamp": moment, "X-Mooring-Signature": "sha256=" + digest}


def call_hook(daemon, body, headers):
    """The status of the answer."""
    request = urllib.request.Request(daemon.url + "/hooks/churn", body, headers, method="POST")
    try:
        with OPENER.open(request, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        error.read()
        return error.code


def flood(address, seconds, key, counts):
    """One connection that sends calls with a wrong signature as fast as they are answered, a hundred at once."""
    body = b'{"ref": "refs/heads/main"}'
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(address, timeout=10) as connection:
                head = "".join(f"{name}: {value}\r\n" for name, value in signed(body, key).items())
                call = (
                    f"POST /hooks/churn HTTP/1.1\r\nHost: {address[0]}:{address[1]}\r\nContent-Length: {len(body)}\r\n{head}\r\n").encode() + body
                while time.monotonic() < deadline:
                    connection.sendall(call * 100)
                    counts["sent"] += 100
                    answered = b""
                    while answered.count(b"HTTP/1.1 ") < 100:
                        part = connection.recv(1 << 16)
                        if not part:
                            raise ConnectionError
                        answered += part
                    for status in re.findall(rb"HTTP/1\.1 (\d+)", answered):
                        counts[int(status)] = counts.get(int(status), 0) + 1
        except OSError:
            counts["closed"] = counts.get("closed", 0) + 1


def endless(daemon, head):
    """Sends a body until the daemon has enough; how many bytes it took."""
    host, port = daemon.url.removeprefix("http://").rsplit(":", 1)
    block = b"x" * (1 << 20)
    sent = 0
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(head)
        try:
            while sent < 1 << 30:
                chunk = b"%x\r\n%b\r\n" % (len(block), block) if b"chunked" in head else block
                connection.sendall(chunk)
                sent += len(block)
        except OSError:
            pass
    return sent


def hooks(arguments, folder, sandbox_at):
    """Calls that are forged, repeated, far too many and far too long: refused, bounded, and told once."""
    sandbox = sandbox_at()
    daemon = None
    try:
        origin = Origin(folder, "churn")
        origin.write("mooring.yaml", workspace("churn"))
        origin.write("apis/infra.yaml", INFRA)
        origin.write("apis/service.yaml", service("service", "v1"))
        first = origin.push("First release")
        hook = "interval: 1h, webhook: {provider: generic, secret: {env: HOOK_KEY}}"
        watch_file(folder, sandbox.url, [("churn", hook, {"prod": "apply: auto, driftInterval: 24h"})])
        daemon = Daemon(arguments.mooring, folder, variables(sandbox))
        daemon.live(first)
        body = b'{"ref": "refs/heads/main"}'

        origin.write("apis/service.yaml", service("service", "v2"))
        second = origin.push("Second release")
        before = daemon.lookups()["churn"]
        for name, headers in [
            ("a wrong key", signed(body, "another-key")), ("no signature", {"Content-Type": "application/json"}),
            ("an old one", signed(body, moment=time.time() - 3600)), ("one to come", signed(body, moment=time.time() + 3600)),
            ("a signature of something else", signed(b"{}")),
        ]:
            status = call_hook(daemon, body, headers)
            if not 400 <= status < 500:
                raise Broken(f"a call with {name} is answered with {status}")
        if daemon.lookups()["churn"] != before:
            raise Broken("a forged call had the repository looked up")
        call = signed(body)
        status = call_hook(daemon, body, call)
        if not 200 <= status < 300:
            raise Broken(f"a good call is answered with {status}:\n{daemon.log.read_text()[-2000:]}")
        daemon.live(second)
        before = daemon.lookups()["churn"]
        again = call_hook(daemon, body, call)
        time.sleep(0.5)
        if daemon.lookups()["churn"] != before:
            raise Broken(f"a call that was repeated, answered with {again}, had the repository looked up")
        print(f"forged calls are refused; a good one is answered with {status}, the same again with {again}")

        lines, memory = len(daemon.log.read_text().splitlines()), daemon.memory()
        host, port = daemon.url.removeprefix("http://").rsplit(":", 1)
        counts = [{"sent": 0} for _ in range(8)]
        threads = [
            threading.Thread(target=flood, args=((host, int(port)), arguments.seconds, "another-key", count))
            for count in counts]
        begin = time.monotonic()
        for thread in threads:
            thread.start()
        slowest = most = 0
        while any(thread.is_alive() for thread in threads):
            start = time.monotonic()
            daemon.get("/healthz")
            slowest, most = max(slowest, time.monotonic() - start), max(most, daemon.memory())
            time.sleep(0.1)
        duration = time.monotonic() - begin
        total = {}
        for count in counts:
            for name, value in count.items():
                total[name] = total.get(name, 0) + value
        told = len(daemon.log.read_text().splitlines()) - lines
        print(
            f"{total['sent'] / duration:,.0f} forged calls a second for {duration:.1f} s: "
            + ", ".join(f"{name}: {value}" for name, value in sorted(total.items(), key=str))
            + f"; {told} lines of log, memory {memory:.0f} to {most:.0f} MB, /healthz answered within {slowest:.2f} s")
        if any(isinstance(name, int) and name < 400 for name in total):
            raise Broken(f"a forged call was taken: {total}")
        if told > 20:
            raise Broken(f"{told} lines of log tell of it")
        if most > memory + 64:
            raise Broken(f"memory grew from {memory:.0f} to {most:.0f} MB")
        if daemon.lookups()["churn"] != before:
            raise Broken("forged calls had the repository looked up")

        for name, length in [("a length", f"Content-Length: {1 << 30}"), ("no length", "Transfer-Encoding: chunked")]:
            head = f"POST /hooks/churn HTTP/1.1\r\nHost: {host}:{port}\r\n{length}\r\nContent-Type: application/json\r\n\r\n"
            taken = endless(daemon, head.encode())
            if taken > 64 << 20:
                raise Broken(f"of a body of 1 GB with {name} {taken >> 20} MB were taken")
            print(f"a body of 1 GB with {name}: cut off after {taken >> 20} MB or less")
        if daemon.memory() > memory + 64:
            raise Broken(f"memory grew from {memory:.0f} to {daemon.memory():.0f} MB")
        origin.write("apis/service.yaml", service("service", "v3"))
        third = origin.push("Third release")
        deadline = time.monotonic() + PATIENCE
        # Too many calls came from here a moment ago; the next one that counts is taken by and by.
        while not 200 <= call_hook(daemon, body, signed(body)) < 300:
            if time.monotonic() > deadline:
                raise Broken("no good call is taken any more")
            time.sleep(1)
        daemon.live(third)
        daemon.stop()
        print("and then a good call was taken again")
    finally:
        if daemon and daemon.process.poll() is None:
            daemon.kill()
        sandbox.close()
