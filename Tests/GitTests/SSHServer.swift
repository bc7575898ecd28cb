import Files
import Foundation
import Git
import Glibc

/// OpenSSH's server on a free port of this machine, with keys and a configuration of its own; it ends with its owner.
final class SSHServer: Sendable {
    /// Nil: it is not installed.
    static let program = ["/usr/sbin/sshd", "/usr/local/sbin/sshd"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    let scratch: Scratch
    let user = NSUserName()
    private let server: TestServer

    var port: Int { server.port }
    var knownHosts: String { scratch.path("known_hosts") }
    func key(_ name: String) -> String { scratch.path(name) }

    /// Keys `host`, `client` and `stranger` are made; the server knows `client`.
    init(_ scratch: Scratch, keyType: String = "ed25519") throws {
        self.scratch = scratch
        for name in ["host", "client", "stranger"] {
            let bits = keyType == "rsa" ? ["-b", "2048"] : []
            try run(["ssh-keygen", "-q", "-t", keyType, "-N", "", "-C", name, "-f", scratch.path(name)] + bits)
        }
        try scratch.write("authorized_keys", try String(contentsOfFile: scratch.path("client.pub"), encoding: .utf8))
        try scratch.write(
            "sshd_config",
            """
            HostKey \(scratch.path("host"))
            AuthorizedKeysFile \(scratch.path("authorized_keys"))
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PidFile none

            """)
        // As root it wants this folder, which the machine's own service would make.
        if getuid() == 0 {
            try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        }
        server = try TestServer([
            "python3", "-u", "-c", SSHServer.script, SSHServer.program ?? "sshd", scratch.path("sshd_config"),
            scratch.path("sshd.log"),
        ])
        try know("host")
    }

    /// Writes the server's key, or another, into the file of known hosts.
    func know(_ name: String, as host: String? = nil) throws {
        let key = try String(contentsOfFile: key("\(name).pub"), encoding: .utf8)
        let words = key.split(separator: " ").prefix(2).joined(separator: " ")
        try scratch.write("known_hosts", "\(host ?? "[127.0.0.1]:\(port)") \(words)\n")
    }

    func url(_ path: String) -> String { "ssh://127.0.0.1:\(port)\(path)" }

    func access(_ key: String = "client", passphrase: String? = nil) -> GitAccess {
        .sshKey(path: self.key(key), passphrase: passphrase.map { .init($0) }, user: user, knownHosts: knownHosts)
    }

    /// A server for each connection, as inetd does it: no port has to be known beforehand.
    private static let script = """
        import os, socket, subprocess, sys, threading
        server = socket.create_server(('127.0.0.1', 0))
        def end():
            sys.stdin.read()
            os._exit(0)
        threading.Thread(target=end, daemon=True).start()
        print(server.getsockname()[1])
        log = open(sys.argv[3], 'a')
        while True:
            connection, _ = server.accept()
            subprocess.Popen([sys.argv[1], '-i', '-e', '-f', sys.argv[2]], stdin=connection, stdout=connection, stderr=log)
            connection.close()
        """
}
