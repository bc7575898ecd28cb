#!/usr/bin/env python3
"""Changes one setting of what a sandbox holds, as somebody does in a screen of DSS, behind Mooring's back.

somebody.py SERVER LOGIN PATH KEY VALUE

SERVER is what `mooring sandbox --json` printed, VALUE is JSON, and PATH lies below DSS's public API. Any LOGIN but 'admin' is
made a user of the sandbox first.
"""

import base64
import json
import sys
import urllib.request

with open(sys.argv[1]) as file:
    sandbox = json.load(file)
login, path, key, value = sys.argv[2:]
secret = sandbox["apiKey"]


def send(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {
        "Authorization": "Basic " + base64.b64encode((secret + ":").encode()).decode(),
        "Content-Type": "application/json",
    }
    request = urllib.request.Request(sandbox["url"] + path, data, headers, method=method)
    # The server is on this machine, whatever proxies there are.
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
        return json.load(answer)


if login != "admin":
    send("POST", "/sandbox/users", {"login": login, "key": f"the-key-of-{login}"})
    secret = f"the-key-of-{login}"
path = "/dip/publicapi" + path
settings = send("GET", path)
print(f"GET {path}\n    {key} is {json.dumps(settings[key])}")
settings[key] = json.loads(value)
send("PUT", path, settings)
print(f"PUT {path}, by {login}\n    {key} is {json.dumps(send('GET', path)[key])}")
