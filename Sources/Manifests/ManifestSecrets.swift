internal import Diagnostics
internal import Files
internal import Resources

/// Which secrets the manifests of a workspace may name.
struct ManifestSecrets {
    private let policy: SecretPolicy
    /// What a manifest may not use, unless it is allowed by name.
    private let own: [SecretReference]
    /// The watch file that governs the workspace, where one does.
    private let watchFile: String?

    init(_ workspace: Workspace) {
        policy = workspace.secrets
        own = workspace.ownSecrets
        watchFile = workspace.governance?.file
    }

    /// Why a manifest may not use a secret, as far as its name tells; without a place.
    func refusal(_ reference: SecretReference) -> Diagnostic? {
        // A commit has no folder that a relative path could start from, and the daemon's own is none of its business.
        if watchFile != nil, case .file(let path) = reference, !path.hasPrefix("/") {
            return Diagnostic(
                .error, "relative-secret", "the secret {file: \(path)} has no absolute path",
                hint: "Manifests that are read from a commit name files of the daemon's machine by absolute paths.")
        }
        guard !policy.permits(reference, connections: own) else { return nil }
        return Diagnostic(
            .error, "secret-not-allowed", "manifests may not use the secret \(reference)",
            hint: secretPolicyHint(reference, in: watchFile ?? workspaceFile))
    }
}
