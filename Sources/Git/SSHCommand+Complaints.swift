extension SSHCommand {
    /// Why it gave up, by what it says; the words are OpenSSH's since 2002 or so, and the server's own.
    func error(_ complaints: [UInt8]) -> GitError {
        let lines = String(decoding: complaints, as: UTF8.self).split(whereSeparator: \.isNewline)
        let said = lines.filter { !$0.hasPrefix("debug1:") && !$0.hasPrefix("OpenSSH_") }
        let text = said.joined(separator: "\n")
        let key = lines.last { $0.hasPrefix(SSHCommand.hostKey) }.map { $0.dropFirst(SSHCommand.hostKey.count) }
        let shown = key.map { ": \($0)" } ?? ""
        if text.contains("REVOKED HOST KEY") {
            return GitError(
                .denied, "the key of '\(place)' is revoked\(shown)", hint: "Ask who runs the server for its new key.")
        }
        if text.contains("HOST IDENTIFICATION HAS CHANGED") {
            return GitError(
                .denied, "'\(place)' shows another key than the known one\(shown)",
                hint: "Somebody may be in between. Ask who runs the server; if its key was replaced, replace it in the "
                    + "file of known hosts.")
        }
        if text.contains("Host key verification failed") || text.contains("host key is known for") {
            return GitError(
                .denied, "the key of '\(place)' is not known\(shown)",
                hint: "Compare it with what who runs the server says, then write it into the file of known hosts "
                    + "('ssh-keyscan').")
        }
        if text.contains("UNPROTECTED PRIVATE KEY") {
            return GitError(
                .denied, "'ssh' takes no key that others may read",
                hint: "Let only the daemon's user read it (chmod 600).")
        }
        let last = said.last.map(String.init) ?? "no reason given"
        let keyTrouble = said.first { $0.hasPrefix("Load key") || $0.hasPrefix("no such identity") }.map(String.init)
        if text.contains("Permission denied") || keyTrouble != nil {
            return GitError(
                .denied, "'\(place)' does not let us in: \(keyTrouble ?? last)",
                hint: "Check the key, its pass phrase, and that the server knows its public part.")
        }
        let remote = [
            "does not appear to be a git repository", "Repository not found", "repository not found", "not found",
            "No such file or directory", "could not be found",
        ]
        let isLocal = ["ssh: ", "Connection ", "kex_exchange_identification", "Timeout"].contains { prefix in
            said.contains { $0.hasPrefix(prefix) }
        }
        if !isLocal, let line = said.first(where: { line in remote.contains { line.contains($0) } }) {
            return GitError(.missing, "there is no git repository at '\(place)': \(line)", hint: "Check 'url'.")
        }
        return GitError(
            .unreachable, "no answer from '\(place)': \(last)",
            hint: "Check the address, and whether the server runs.")
    }

    private static let hostKey = "debug1: Server host key: "
}
