"""Servers that keep comments as GitHub, GitLab and Azure DevOps do, as far as the examples for CI ask."""

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

MOST_PER_PAGE = 100


class Forge:
    """`comments` are lists of id and body; `requests` method, path and the header that proves who asks."""

    def __init__(self, header):
        self.header = header
        self.comments = []
        self.requests = []

    def answer(self, method, target, headers, body):
        path = urlsplit(target).path
        self.requests.append((method, path, headers.get(self.header)))
        if method == "GET":
            query = {name: int(values[0]) for name, values in parse_qs(urlsplit(target).query).items()
                     if values[0].isdigit()}
            size, page = min(query.get("per_page", 30), MOST_PER_PAGE), query.get("page", 1)
            return self.comments[(page - 1) * size:page * size]
        text = json.loads(body)["body"]
        if method == "POST":
            self.comments.append({"id": len(self.comments) + 1, "body": text})
            return self.comments[-1]
        comment = next(row for row in self.comments if row["id"] == int(path.rsplit("/", 1)[1]))
        comment["body"] = text
        return comment


class AzureForge(Forge):
    """One comment begins each thread of a pull request."""

    def answer(self, method, target, headers, body):
        path = urlsplit(target).path
        self.requests.append((method, path, headers.get(self.header)))
        assert "api-version=" in target and path.startswith("/o/p-1/_apis/git/repositories/r/pullRequests/7/threads")
        if method == "GET":
            # What somebody deleted is still told of, without its text.
            gone = {"id": 99, "isDeleted": True, "comments": [{"id": 1, "isDeleted": True}]}
            threads = [{"id": row["id"], "comments": [{"id": 1, "content": row["body"]}]} for row in self.comments]
            return {"value": [gone, *threads], "count": len(threads) + 1}
        if method == "POST":
            thread = json.loads(body)
            assert thread["status"] == "closed" and thread["comments"][0]["commentType"] == "text"
            self.comments.append({"id": len(self.comments) + 1, "body": thread["comments"][0]["content"]})
            return {}
        thread, comment = path.split("/threads/")[1].split("/comments/")
        assert comment == "1"
        next(row for row in self.comments if row["id"] == int(thread))["body"] = json.loads(body)["content"]
        return {}


@contextlib.contextmanager
def serve(forge):
    """Its URL, while it answers."""

    class Handler(BaseHTTPRequestHandler):
        def do(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = json.dumps(forge.answer(self.command, self.path, self.headers, body)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PATCH = do_PUT = do

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
