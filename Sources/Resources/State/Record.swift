package import Diagnostics
internal import JSON

/// What Mooring remembers of one object that it made, wrote to or took over.
///
/// Packages are remembered version by version. Losing a record loses nothing live: the object is adopted again.
package struct Record: Hashable, Sendable {
    package enum Ownership: String, Hashable, Sendable, CaseIterable {
        /// Made by Mooring: it may be deleted when no manifest declares it any more.
        case owned
        /// Found and recorded: never deleted, until `mooring adopt --own`.
        case adopted
    }

    package let address: Address
    package var ownership: Ownership
    /// What was last applied; `{}` when nothing was yet.
    package var applied: AppliedSpec
    /// As the last applied manifest had them: they still hold when the manifest is gone.
    package var protect: Bool
    package var prune: Bool
    /// Keyed digests of the secrets last written, by the field's path as plans show it.
    package var secrets: [String: String]
    /// Where the last applied manifest declared it.
    package var mark: SourceMark?
    /// The commit that the workspace stood at.
    package var commit: String?
    /// The run that last wrote or recorded it.
    package var run: Int?
    /// Why manifests are passed over for now; nil usually.
    package var hold: Hold?
    /// SHA-256, in lower case, of the archive that a version was imported from; nil where none is known.
    package var archive: String?
    /// SHA-256 of the archive that was imported as this version and holds another one: there is no such version.
    package var misnamedArchive: String?

    package init(
        _ address: Address, _ ownership: Ownership, applied: AppliedSpec = .none, protect: Bool = false,
        prune: Bool = false, secrets: [String: String] = [:], mark: SourceMark? = nil, commit: String? = nil,
        run: Int? = nil, hold: Hold? = nil, archive: String? = nil, misnamedArchive: String? = nil
    ) {
        self.archive = archive
        self.misnamedArchive = misnamedArchive
        self.address = address
        self.ownership = ownership
        self.applied = applied
        self.protect = protect
        self.prune = prune
        self.secrets = secrets
        self.mark = mark
        self.commit = commit
        self.run = run
        self.hold = hold
    }
}

/// The declared fields of a resource as they were applied: its `spec`, secrets by their reference.
///
/// Kept as text: most are only compared, and few are read.
package struct AppliedSpec: Hashable, Sendable {
    /// Canonical JSON: equal bytes for equal values.
    package let bytes: [UInt8]

    package static let none = AppliedSpec(bytes: Array("{}".utf8))

    package init(bytes: [UInt8]) { self.bytes = bytes }

    package init(_ resource: Resource) { bytes = resource.spec.referenceJSON.canonicalBytes }

    package var isNone: Bool { self == .none }

    /// The fields again, every part at `mark`, numbers as people write them; an empty map where the text is no JSON.
    package func value(at mark: SourceMark) -> DeclaredValue {
        let json = (try? JSONValue(parsing: bytes)) ?? [:]
        return DeclaredValue(reference: AppliedSpec.plain(json), at: mark)
    }

    private static func plain(_ json: JSONValue) -> JSONValue {
        switch json {
        case .number(let number): .number(number.plain)
        case .array(let elements): .array(elements.map(plain))
        case .object(let object):
            .object(JSONObject(members: object.map { JSONObject.Member(key: $0.key, value: plain($0.value)) }))
        default: json
        }
    }
}

/// An object was rolled back, and stays so until its manifest changes.
package struct Hold: Hashable, Sendable {
    package let reason: String
    /// Who, as `ann@host`.
    package let by: String
    /// When, in milliseconds since 1970 (UTC).
    package let since: Int
    /// The manifest's fields that are passed over: when they change, the hold ends.
    package let manifest: AppliedSpec

    package init(reason: String, by: String, since: Int, manifest: AppliedSpec) {
        self.reason = reason
        self.by = by
        self.since = since
        self.manifest = manifest
    }
}
