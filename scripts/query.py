#!/usr/bin/env python3
"""Asks the service of examples/watch for a discount, as a customer's program does.

query.py SERVER VERSION

SERVER is what `mooring sandbox --json` printed. It prints what the API node answers, and ends with 1 when another version
than VERSION does.
"""

import json
import sys
import urllib.request

with open(sys.argv[1]) as file:
    node = json.load(file)["nodes"]["node-1"]
request = urllib.request.Request(
    node + "/public/api/v1/churn/discount/run", json.dumps({"probability": 0.8, "price": 40}).encode(),
    {"Content-Type": "application/json"}, method="POST")
# The node is on this machine, whatever proxies there are.
with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
    document = json.load(answer)
print(json.dumps(document))
version = document["apiContext"]["serviceGeneration"]
if version != sys.argv[2]:
    sys.exit(f"query: version {version} answers, and not {sys.argv[2]}")
