import Foundation
import Git
import Glibc

/// `git http-backend` behind a small server in Python, with whatever manners a test wants; it ends with its owner.
final class GitHTTPServer: Sendable {
    /// What it does besides serving repositories.
    struct Manners: Encodable {
        /// Of basic authentication; nil: nobody is asked.
        var login: String?
        var certificate: String?
        var key: String?
        /// Clients must show a certificate of this authority.
        var clientAuthority: String?
        /// Answers each request with this status, and with these headers.
        var status: Int?
        var headers: [String: String] = [:]
        /// Sends so many bytes of an answer, then keeps silent; only of answers to this kind of request.
        var hangsAfter: Int?
        var hangsOn = "GET"
        /// Sends so many bytes of a pack, then ends as if that were all.
        var cutsPackAt: Int?
    }

    private let isTLS: Bool
    private let log: String
    private let server: TestServer

    init(_ origin: TestRepository, _ manners: Manners = Manners()) throws {
        log = origin.scratch.path("requests.\(UInt32.random(in: 0 ... .max))")
        isTLS = manners.certificate != nil
        let settings = String(decoding: try JSONEncoder().encode(manners), as: UTF8.self)
        server = try TestServer(["python3", "-u", "-c", GitHTTPServer.script, origin.scratch.path, log, settings])
    }

    var port: Int { server.port }

    func url(_ path: String = "/origin.git") -> String { "\(isTLS ? "https" : "http")://127.0.0.1:\(port)\(path)" }

    /// Method, path and query of what came, in order.
    var requests: [String] {
        ((try? String(contentsOfFile: log, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }

    private static let script = """
        import base64, http.server, json, os, ssl, subprocess, sys, threading, time
        root, log, manners = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'
            def log_message(self, *_): pass
            def answer(self, status, headers, body):
                cut = manners.get('hangsAfter')
                self.send_response(status)
                for name, value in headers: self.send_header(name, value)
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                if cut is not None and self.command == manners['hangsOn']:
                    self.wfile.write(body[:cut]); self.wfile.flush(); time.sleep(600)
                self.wfile.write(body)
            def serve(self):
                with open(log, 'a') as file: file.write(f'{self.command} {self.path}\\n')
                if self.headers.get('Transfer-Encoding'):
                    return self.answer(411, [], b'')
                body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
                if manners.get('status'): return self.answer(manners['status'], manners['headers'].items(), b'no')
                login = manners.get('login')
                if login and self.headers.get('Authorization') != 'Basic ' + base64.b64encode(login.encode()).decode():
                    return self.answer(401, [('WWW-Authenticate', 'Basic realm="git"')], b'')
                path, _, query = self.path.partition('?')
                variables = dict(os.environ, GIT_PROJECT_ROOT=root, GIT_HTTP_EXPORT_ALL='1', REQUEST_METHOD=self.command,
                    PATH_INFO=path, QUERY_STRING=query, CONTENT_TYPE=self.headers.get('Content-Type') or '',
                    CONTENT_LENGTH=str(len(body)), REMOTE_ADDR='127.0.0.1', GIT_CONFIG_COUNT='1',
                    GIT_CONFIG_KEY_0='safe.directory', GIT_CONFIG_VALUE_0='*')
                told = subprocess.run(['git', 'http-backend'], input=body, capture_output=True, env=variables).stdout
                head, _, content = told.partition(b'\\r\\n\\r\\n')
                headers = [tuple(line.split(': ', 1)) for line in head.decode().split('\\r\\n') if line]
                status = next((int(v.split()[0]) for k, v in headers if k == 'Status'), 200)
                cut = manners.get('cutsPackAt')
                if cut is not None and self.command == 'POST': content = content[:cut]
                self.answer(status, [h for h in headers if h[0] != 'Status'], content)
            do_GET = do_POST = serve
        server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        server.daemon_threads = True
        if manners.get('certificate'):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(manners['certificate'], manners['key'])
            if manners.get('clientAuthority'):
                context.verify_mode = ssl.CERT_REQUIRED
                context.load_verify_locations(manners['clientAuthority'])
            # The handshake belongs to the connection's thread: one that never ends must not stop the others.
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        def end():
            sys.stdin.read()
            os._exit(0)
        threading.Thread(target=end, daemon=True).start()
        print(server.server_address[1])
        server.serve_forever()
        """
}

/// An authority, a server's certificate for 127.0.0.1 and a client's, made by `openssl`.
struct TestAuthority {
    let scratch: Scratch
    var file: String { path("ca.pem") }

    func path(_ name: String) -> String { scratch.path(name) }

    init(_ scratch: Scratch) throws {
        self.scratch = scratch
        func make(_ name: String, _ more: [String]) throws {
            try run(
                [
                    "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-keyout", scratch.path("\(name).key"), "-out", scratch.path("\(name).pem"), "-subj",
                    "/CN=\(name)",
                ] + more)
        }
        let signed = ["-CA", path("ca.pem"), "-CAkey", path("ca.key"), "-addext", "basicConstraints=CA:FALSE"]
        try make("ca", [])
        try make("server", signed + ["-addext", "subjectAltName=IP:127.0.0.1"])
        try make("client", signed)
    }
}
