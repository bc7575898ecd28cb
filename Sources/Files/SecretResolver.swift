package import Resources

/// Reads secrets from where they come from, each once in a run.
///
/// An error names the reference and never the value.
package actor SecretResolver {
    /// Who uses a secret: a manifest may use what the policy permits, a connection any.
    package enum User: Hashable, Sendable { case connection, manifest }

    /// A key or a token; certificates' keys and service accounts stay far below.
    package static let maximumBytes = 64 << 10
    /// A password manager may ask the network. One that asks a person would wait for ever.
    package static let commandTimeout: Duration = .seconds(30)

    private let root: String
    private let environment: [String: String]
    private let policy: SecretPolicy
    private let connections: [SecretReference]
    private let policyFile: String
    private let commandTimeout: Duration
    private var known: [SecretReference: Secret] = [:]
    // A command may take long, and a thread of the common pool must not wait for it.
    private let executor = QueueExecutor("mooring.secrets")

    /// `root` is the workspace's folder, which relative paths start from and commands run in; `environment` the
    /// process's variables; `connections` the secrets that the workspace's connections use; `policyFile` the file that
    /// has the policy, as messages name it.
    package init(
        root: String, environment: [String: String], policy: SecretPolicy, connections: [SecretReference],
        policyFile: String = "mooring.yaml", commandTimeout: Duration = SecretResolver.commandTimeout
    ) {
        self.root = root
        self.environment = environment
        self.policy = policy
        self.connections = connections
        self.policyFile = policyFile
        self.commandTimeout = commandTimeout
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// The secret that a reference stands for. One trailing line break of a file or a command's output is not part of
    /// it.
    package func resolve(_ reference: SecretReference, for user: User) throws(FileError) -> Secret {
        try check(reference, for: user)
        if let secret = known[reference] { return secret }
        let secret = Secret(try text(of: reference))
        known[reference] = secret
        return secret
    }

    /// Why a secret cannot be had, as far as can be told without reading it; nil when it seems to be there.
    package func obstacle(to reference: SecretReference, for user: User) -> FileError? {
        do throws(FileError) {
            try check(reference, for: user)
            switch reference {
            case .environment: _ = try text(of: reference)
            case .file(let path):
                guard let status = FileStatus(absolute(path)) else {
                    throw .missingSecret(reference, "there is no such file")
                }
                guard status.isFile else { throw .missingSecret(reference, "it is not a file") }
                guard isReadable(absolute(path)) else { throw .missingSecret(reference, "no permission to read it") }
            case .command(let words):
                guard ChildProcess.find(words[0], in: root, environment: environment) != nil else {
                    throw .missingSecret(reference, "there is no such program")
                }
            }
            return nil
        } catch {
            return error
        }
    }

    private func check(_ reference: SecretReference, for user: User) throws(FileError) {
        guard user == .manifest else { return }
        guard policy.permits(reference, connections: connections) else {
            throw .forbiddenSecret(reference, policyIn: policyFile)
        }
        guard case .file(let path) = reference, let real = realPath(absolute(path)) else { return }
        // A link in the workspace is as much the manifest author's as the manifest is.
        if !leadsOutside(resolvePath(path)), let top = realPath(root), !real.utf8.starts(with: (top + "/").utf8) {
            throw .forbiddenSecret(reference, policyIn: policyFile)
        }
        guard policy.files == nil else { return }
        if isSystemPath(real) { throw .forbiddenSecret(reference, policyIn: policyFile) }
        for case .file(let other) in connections where realPath(absolute(other)) == real {
            throw .forbiddenSecret(reference, policyIn: policyFile)
        }
    }

    private func text(of reference: SecretReference) throws(FileError) -> String {
        switch reference {
        case .environment(let name):
            guard let value = environment[name] else { throw .missingSecret(reference, "the variable is not set") }
            guard !value.isEmpty else { throw .missingSecret(reference, "the variable is empty") }
            return value
        case .file(let path):
            return try text(of: try fileBytes(path, reference), reference)
        case .command(let words):
            return try text(of: try output(of: words, reference), reference)
        }
    }

    /// What a command prints. It has no input; what it says on standard error is thrown away, for it may hold the
    /// secret.
    private func output(of words: [String], _ reference: SecretReference) throws(FileError) -> [UInt8] {
        let result: ChildProcess.Result
        do throws(ChildProcess.Failure) {
            result = try ChildProcess.run(
                words, folder: root, environment: environment, hasComplaints: false, timeout: commandTimeout,
                mostBytes: SecretResolver.maximumBytes)
        } catch {
            let late = "the command took longer than \(commandTimeout.text)"
            throw .missingSecret(reference, error.isOverdue ? late : error.reason)
        }
        switch result.ending {
        case .exit(0): return result.output
        case .exit(let status): throw .missingSecret(reference, "the command ended with status \(status)")
        case .signal: throw .missingSecret(reference, "the command was killed")
        }
    }

    private func fileBytes(_ path: String, _ reference: SecretReference) throws(FileError) -> [UInt8] {
        do {
            return try readFile(absolute(path), limit: SecretResolver.maximumBytes)
        } catch {
            let reason =
                switch error.reason {
                case .missing: "there is no such file"
                case .denied: "no permission to read it"
                case .tooLarge: "it is larger than \(SecretResolver.maximumBytes >> 10) KiB"
                case .wrongType: "it is not a file"
                default: "it cannot be read"
                }
            throw .missingSecret(reference, reason)
        }
    }

    private func text(of bytes: [UInt8], _ reference: SecretReference) throws(FileError) -> String {
        var bytes = bytes[...]
        if bytes.last == 0x0A { bytes.removeLast() }
        if bytes.last == 0x0D { bytes.removeLast() }
        guard !bytes.isEmpty else { throw .missingSecret(reference, "it is empty") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .missingSecret(reference, "it is not UTF-8 text")
        }
        // A file of variables or of another program; no server takes such a key.
        guard !text.utf8.contains(0) else { throw .missingSecret(reference, "it holds a zero byte") }
        return text
    }

    private func absolute(_ path: String) -> String { resolvePath(path, from: root) }
}

extension FileError {
    static func missingSecret(_ reference: SecretReference, _ reason: String) -> FileError {
        let hint =
            switch reference {
            case .environment: "Set the variable where Mooring runs."
            case .file: "Put the secret there, or name another source."
            case .command: "Run the command by hand to see what it says; its output is not shown here."
            }
        return FileError(
            .unavailable, "secret-unavailable", "the secret \(reference) is not available: \(reason)", hint: hint)
    }

    static func forbiddenSecret(_ reference: SecretReference, policyIn file: String) -> FileError {
        FileError(
            .forbidden, "secret-not-allowed", "manifests may not use the secret \(reference)",
            hint: secretPolicyHint(reference, in: file))
    }
}

/// How to permit a secret to manifests, in the file that has the policy.
package func secretPolicyHint(_ reference: SecretReference, in file: String) -> String {
    switch reference {
    case .environment(let name): "To permit it, add '\(name)' to spec.secrets.allow.env in \(file)."
    case .file(let path): "To permit it, add '\(path)' to spec.secrets.allow.file in \(file)."
    case .command(let words): "To permit it, add '\(words.first ?? "")' to spec.secrets.allow.exec in \(file)."
    }
}
