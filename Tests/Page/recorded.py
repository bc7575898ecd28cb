"""The pages that the Swift tests record and compare, served as the daemon serves them."""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SNAPSHOTS = Path(__file__).parent.parent / "ServerTests" / "Snapshots"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
ASSETS = {"css": "style.css", "js": "script.js", "svg": "icon.svg"}
# The daemon's own is looked at in the flows.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

NAMES = sorted(path.stem for path in SNAPSHOTS.glob("*.html"))


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.path.partition("?")[0].lstrip("/")
        if asset := re.fullmatch(r"assets/mooring-HASH\.(\w+)", name):
            name = ASSETS[asset[1]]
        if name.startswith("badge/"):
            name = "badge.svg"
        file = SNAPSHOTS / name
        found = file.parent == SNAPSHOTS and file.suffix in TYPES and file.is_file()
        body = file.read_bytes() if found else b"not found"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", f"{TYPES.get(file.suffix, 'text/plain')}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class RecordedPages:
    def __enter__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        return self

    def __exit__(self, *_):
        self.server.shutdown()

    def url(self, name):
        return f"{self.base}/{name}.html"
