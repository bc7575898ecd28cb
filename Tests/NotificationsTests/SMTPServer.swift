import JSON
import TestSupport

/// A mail server of Python's standard library that tells of each conversation, one JSON document a line.
struct SMTPServer {
    struct Conversation: Equatable {
        /// What the client said, as far as it is no message; what it said after STARTTLS comes behind `(TLS)`.
        var commands: [String]
        var message: String
    }

    let port: Int
    private let program: Program

    /// - Parameter options: `starttls`, `tls`, `auth`, `busy` (451 for each message), `refuse` (550 for recipients that
    ///   begin with `gone`), `mute`.
    init(_ options: [String] = [], authority: Authority? = nil) throws {
        let files = authority.map { [$0.path("server.pem"), $0.path("server.key")] } ?? ["", ""]
        program = try Program(["python3", "-c", SMTPServer.script] + files + options)
        var seen: [UInt8] = []
        program.read(&seen) { $0.last == UInt8(ascii: "\n") }
        guard let port = Int(String(decoding: seen.dropLast(), as: UTF8.self)) else {
            throw Scratch.Failure(message: "the mail server did not start")
        }
        self.port = port
    }

    /// What was said in the first `count` conversations.
    func conversations(_ count: Int) async throws -> [Conversation] {
        let bytes = await program.bytes { seen in seen.count { $0 == UInt8(ascii: "\n") } >= count }
        return try bytes.split(separator: UInt8(ascii: "\n")).map { line in
            let json = try JSONValue(parsing: Array(line))
            return Conversation(
                commands: json["commands"]?.array?.compactMap(\.string) ?? [], message: json["message"]?.string ?? "")
        }
    }

    private static let script = """
        import json, socket, ssl, sys
        certificate, key, options = sys.argv[1], sys.argv[2], sys.argv[3:]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if certificate: context.load_cert_chain(certificate, key)
        listener = socket.create_server(("127.0.0.1", 0))
        print(listener.getsockname()[1], flush=True)

        def talk(client, commands):
            message, isSafe = "", "tls" in options
            if isSafe: client = context.wrap_socket(client, server_side=True)
            lines = client.makefile("rb")
            say = lambda text: client.sendall(text.encode() + b"\\r\\n")
            if "mute" in options: lines.readline(); return message
            say("220 mail.example.com ESMTP")
            while True:
                line = lines.readline()
                if not line: return message
                command = line.decode().rstrip("\\r\\n")
                verb = command.split(" ")[0].upper()
                commands.append("EHLO" if verb == "EHLO" else command)
                if verb == "EHLO":
                    more = ["250-mail.example.com"]
                    if "starttls" in options and not isSafe: more.append("250-STARTTLS")
                    if "auth" in options: more.append("250-AUTH PLAIN")
                    for text in more: say(text)
                    say("250 8BITMIME")
                elif verb == "STARTTLS":
                    say("220 go ahead")
                    client = context.wrap_socket(client, server_side=True)
                    lines = client.makefile("rb")
                    isSafe = True
                    commands.append("(TLS)")
                elif verb == "AUTH":
                    if len(command.split(" ")) < 3:
                        say("334 ")
                        commands.append(lines.readline().decode().rstrip("\\r\\n"))
                    import base64
                    said = base64.b64decode(commands[-1].split(" ")[-1]).split(b"\\0")
                    say("235 welcome" if said[1:] == [b"mooring", b"hunter2"] else "535 no: " + repr(said))
                elif verb == "RCPT":
                    say("550 gone" if "refuse" in options and "<gone" in command else "250 ok")
                elif verb == "DATA":
                    say("354 go ahead")
                    while True:
                        line = lines.readline()
                        if line in (b".\\r\\n", b""): break
                        message += line.decode("latin-1")
                    say("451 try later" if "busy" in options else "250 taken")
                elif verb == "QUIT":
                    say("221 bye")
                    return message
                else:
                    say("250 ok")

        while True:
            client, _ = listener.accept()
            commands, message = [], ""
            try: message = talk(client, commands) or ""
            except OSError as error: commands.append(type(error).__name__)
            client.close()
            print(json.dumps({"commands": commands, "message": message}), flush=True)
        """
}
