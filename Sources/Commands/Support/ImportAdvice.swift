internal import Files
internal import Manifests
internal import Resources

/// What an import tells a person: what it wrote, what to provide, what to type next.
struct ImportAdvice {
    private let imported: ImportResult
    private let environment: OpenEnvironment
    private let place: String
    private let options: WorkspaceOptions

    /// Longer lists are in the files and, whole, in the JSON document.
    private static let mostRows = 40

    init(_ imported: ImportResult, _ environment: OpenEnvironment, place: String, options: WorkspaceOptions) {
        self.imported = imported
        self.environment = environment
        self.place = place
        self.options = options
    }

    var text: String {
        let objects = imported.files.reduce(0) { $0 + $1.addresses.count }
        var parts = [
            "Read \(counted(objects, "object")) of '\(environment.environment.name)' into "
                + "\(counted(imported.files.count, "file")) in '\(shownPlace)':\n" + rows(imported.files.map(\.path))
        ]
        if !imported.secrets.isEmpty {
            let width = imported.secrets.map { $0.reference.description.count }.max() ?? 0
            parts.append(
                "Provide these secrets, for the run that writes them next:\n"
                    + rows(
                        imported.secrets.map { secret in
                            let name = secret.reference.description
                            let gap = String(repeating: " ", count: width - name.count + 2)
                            return "\(name)\(gap)\(secret.address) \(secret.field)"
                        }))
        }
        parts.append("Next:\n" + steps.map { "  \($0)\n" }.joined())
        return parts.joined(separator: "\n")
    }

    private var shownPlace: String {
        place.hasPrefix(environment.root + "/") ? String(place.dropFirst(environment.root.count + 1)) : place
    }

    private var steps: [String] {
        var steps: [String] = []
        let forbidden = imported.secrets.filter { !$0.isAllowed }.compactMap { secret in
            if case .environment(let name) = secret.reference { name } else { nil }
        }
        if !forbidden.isEmpty {
            steps.append("add to spec.secrets.allow.env in mooring.yaml: \(forbidden.joined(separator: ", "))")
        }
        if !isRead { steps.append("add '\(shownPlace)' to spec.manifests in mooring.yaml") }
        steps.append("mooring plan\(options.text)     # nothing to change")
        steps.append("mooring apply\(options.text)    # records the objects as adopted, without a write to them")
        return steps
    }

    /// Whether manifests in that folder are read already.
    private var isRead: Bool {
        let entries = environment.workspace.manifests + environment.environment.manifests
        return entries.contains { entry in
            let path = resolvePath(entry)
            return path == "." || shownPlace == path || shownPlace.hasPrefix(path + "/")
        }
    }

    private func rows(_ rows: [String]) -> String {
        let shown = rows.prefix(ImportAdvice.mostRows).map { "  \($0)\n" }.joined()
        return rows.count > ImportAdvice.mostRows ? shown + "  ... \(rows.count - ImportAdvice.mostRows) more\n" : shown
    }
}
