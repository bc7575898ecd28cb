package import Resources

extension SecretPolicy {
    /// Whether a manifest may use a secret, as far as its name tells.
    ///
    /// `connections` are the secrets that connections use: where nothing is allowed by name, those stay out of reach,
    /// so that a manifest cannot send a connection's key elsewhere. A path is compared as resolved against the
    /// workspace. Files of `/proc` and `/sys`, where processes show their variables, must be allowed by name always.
    package func permits(_ reference: SecretReference, connections: [SecretReference]) -> Bool {
        switch reference {
        case .environment(let name):
            environment.map { $0.contains { Glob($0).matches(name) } } ?? !connections.contains(reference)
        case .file(let path):
            files.map { $0.contains { Glob(resolvePath($0)).matches(resolvePath(path)) } }
                ?? !(isSystemPath(resolvePath(path))
                || connections.contains { connection in
                    if case .file(let other) = connection { resolvePath(other) == resolvePath(path) } else { false }
                })
        case .command(let words):
            commands.contains { Glob($0).matches(words.first ?? "") }
        }
    }
}

/// Whether a path leads to what the system makes up, as far as its name tells.
func isSystemPath(_ path: String) -> Bool {
    ["/proc", "/sys"].contains { path == $0 || path.utf8.starts(with: ($0 + "/").utf8) }
}
