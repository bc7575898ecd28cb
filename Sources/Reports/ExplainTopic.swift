internal import Resources

/// What `explain` knows at the top: the first word of a name.
enum ExplainTopic: Equatable {
    case kind(Kind)
    case workspace, watch, metadata, dialect

    static let names = Kind.allCases.map(\.rawValue) + ["workspace", "watch", "metadata", "dialect"]

    /// Letter case does not count.
    init?(_ name: String) {
        let lowered = name.lowercased()
        switch lowered {
        case "workspace": self = .workspace
        case "watch": self = .watch
        case "metadata": self = .metadata
        case "dialect": self = .dialect
        default:
            guard let kind = Kind.allCases.first(where: { $0.rawValue.lowercased() == lowered }) else { return nil }
            self = .kind(kind)
        }
    }

    var name: String {
        switch self {
        case .kind(let kind): kind.rawValue
        case .workspace: "workspace"
        case .watch: "watch"
        case .metadata: "metadata"
        case .dialect: "dialect"
        }
    }

    var text: String {
        switch self {
        case .kind(let kind): KindDefinition.of(kind).text
        case .workspace: WorkspaceDefinition.text
        case .watch: WatchDefinition.text
        case .metadata: "What stands beside the names of an object, in each manifest."
        case .dialect: "The words of DSS that differ between releases or that no source states for sure."
        }
    }

    var fields: [Field] {
        switch self {
        case .kind(let kind): KindDefinition.of(kind).fields
        case .workspace: WorkspaceDefinition.fields
        case .watch: WatchDefinition.fields
        case .metadata: MetadataDefinition.fields
        case .dialect: []
        }
    }

    /// Whether what it holds goes to DSS.
    var isSent: Bool { if case .kind = self { true } else { false } }
}
