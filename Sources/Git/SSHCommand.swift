internal import Files
internal import Glibc

/// How OpenSSH's client is called: nothing of its user's settings, nobody asked, no server that is not known.
final class SSHCommand {
    let words: [String]
    let environment: [String: String]
    /// The repository's address, as users know it.
    let place: String
    /// Where the program lies that tells the pass phrase.
    private let asking: TemporaryFolder?

    /// `variables` are our own process's.
    init(
        _ address: SSHAddress, _ access: GitAccess, place: String, timeout: Duration, variables: [String: String]
    ) throws(GitError) {
        self.place = place
        var options = [
            "BatchMode=yes", "StrictHostKeyChecking=yes", "UpdateHostKeys=no", "PreferredAuthentications=publickey",
            "ClearAllForwardings=yes", "ForwardAgent=no", "PermitLocalCommand=no", "ControlMaster=no",
            "ControlPath=none", "RequestTTY=no", "ConnectTimeout=\(max(1, timeout.components.seconds))",
            // It names the server's key, which users want to see where it is not known.
            "LogLevel=DEBUG1",
        ]
        var environment = ["LC_ALL": "C"]
        for name in ["HOME", "PATH"] { environment[name] = variables[name] }
        let defaultUser: String
        let knownHosts: String?
        var asking: TemporaryFolder?
        switch access {
        case .sshKey(let path, let passphrase, let user, let hosts):
            (defaultUser, knownHosts) = (user, hosts)
            options += ["IdentitiesOnly=yes", "IdentityAgent=none", "IdentityFile=\(try quote(path))"]
            if let passphrase {
                let folder = try SSHCommand.answering()
                asking = folder
                options += ["BatchMode=no", "NumberOfPasswordPrompts=1"]
                environment["SSH_ASKPASS"] = folder.path + "/answer"
                environment["SSH_ASKPASS_REQUIRE"] = "force"
                environment["MOORING_PASS_PHRASE"] = passphrase.reveal()
            }
        case .sshAgent(let user, let hosts):
            (defaultUser, knownHosts) = (user, hosts)
            guard let socket = variables["SSH_AUTH_SOCK"], !socket.isEmpty else {
                throw GitError(
                    .denied, "there is no SSH agent to ask for '\(place)'",
                    hint: "Start the daemon with SSH_AUTH_SOCK, or name a key under 'credentials'.")
            }
            environment["SSH_AUTH_SOCK"] = socket
            options += ["IdentityFile=none"]
        case .none, .token:
            throw GitError(
                .denied, "'\(place)' wants an SSH key",
                hint: "Name a key or the agent under 'credentials'.")
        }
        if let knownHosts {
            options += ["UserKnownHostsFile=\(try quote(knownHosts))", "GlobalKnownHostsFile=/dev/null"]
        }
        self.asking = asking
        self.environment = environment
        // The first of two options of one name counts.
        let arguments = options.reversed().flatMap { ["-o", $0] }
        let port = address.port.map { ["-p", "\($0)"] } ?? []
        words =
            ["ssh", "-F", "none", "-T", "-x", "-a"] + arguments + port
            + ["-l", address.user ?? defaultUser, "--", address.host, "git-upload-pack \(shellQuoted(address.path))"]
    }

    deinit { asking?.remove() }

    /// A program that prints the pass phrase, which only its environment holds.
    private static func answering() throws(GitError) -> TemporaryFolder {
        do throws(FileError) {
            let folder = try TemporaryFolder()
            try writeFile(
                folder.path + "/answer", Array("#!/bin/sh\nprintf '%s\\n' \"$MOORING_PASS_PHRASE\"\n".utf8), mode: 0o700
            )
            return folder
        } catch {
            throw GitError(error)
        }
    }
}

/// A path as OpenSSH reads it in a setting.
private func quote(_ path: String) throws(GitError) -> String {
    guard !path.utf8.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5c }) else {
        throw GitError(.unsupported, "'ssh' takes no path like '\(path)'", hint: "Give a path without quotes.")
    }
    return "\"" + replaced("%", in: path, by: "%%") + "\""
}

/// A text as a shell reads it: the server runs what it is sent in one. By scalars, as a quote before an accent is one too.
private func shellQuoted(_ text: String) -> String {
    "'" + replaced("'", in: text, by: "'\\''") + "'"
}

private func replaced(_ scalar: Unicode.Scalar, in text: String, by words: String) -> String {
    text.unicodeScalars.split(separator: scalar, omittingEmptySubsequences: false).map { String($0) }.joined(
        separator: words)
}

/// What OpenSSH and git's helpers need of our process's variables.
func inheritedVariables() -> [String: String] {
    var variables: [String: String] = [:]
    for name in ["HOME", "PATH", "SSH_AUTH_SOCK", "TMPDIR"] {
        variables[name] = getenv(name).map { String(cString: $0) }
    }
    return variables
}
