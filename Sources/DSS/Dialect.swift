package import JSON

/// The words of DSS that no source states for sure, in one place.
///
/// Each has a value that this project takes for right, and can be overridden per environment under `dialect:` by a user
/// whose node says something else. `entries` tells them all, with their origin.
package struct Dialect: Sendable, Hashable {
    private var values: [Entry.Name: [String]]

    /// What this project takes for right.
    package static let standard = Dialect()

    private init() {
        values = Dictionary(uniqueKeysWithValues: Self.entries.map { ($0.name, $0.value) })
    }

    /// The texts of an entry, at least one.
    package subscript(name: Entry.Name) -> [String] { values[name] ?? [] }

    /// The text of an entry that has one.
    private func word(_ name: Entry.Name) -> String { self[name].first ?? name.rawValue }

    /// The `mode` of a mapping to one version.
    package var singleGenerationMode: String { word(.singleGenerationMode) }
    /// The `mode` of a mapping to several versions; inferred.
    package var multiGenerationMode: String { word(.multiGenerationMode) }
    /// The key of the version, in a single mapping and in each entry of a multiple one.
    package var generationKey: String { word(.generationKey) }
    /// The key of the list in a multiple mapping.
    package var entriesKey: String { word(.entriesKey) }
    /// The key of the probability in an entry of a multiple mapping.
    package var probabilityKey: String { word(.probabilityKey) }

    /// Whether `text` stands for a secret that the server hides: written back, it would destroy the secret. Inferred.
    ///
    /// A placeholder is one character repeated, three times or more, or a listed word.
    package func isRedacted(_ text: String) -> Bool {
        if self[.redactionPlaceholders].contains(text) { return true }
        guard let first = text.first, text.count >= 3, self[.redactionCharacters].contains(String(first)) else {
            return false
        }
        return text.allSatisfy { $0 == first }
    }

    /// Whether `text` is a secret as the server encrypted it: it may go back verbatim. Inferred.
    package func isCiphertext(_ text: String) -> Bool {
        self[.ciphertextPrefixes].contains { text.hasPrefix($0) && text.count > $0.count }
    }

    /// How an update of that status ended: nil when it is not over, or the word is unknown. Inferred.
    package func hasSucceeded(updateStatus: String) -> Bool? {
        if self[.updateSuccesses].contains(updateStatus) { return true }
        if self[.updateFailures].contains(updateStatus) { return false }
        return nil
    }

    /// Whether the server keeps this top-level key of a settings document itself, so that it tells nothing of a user's wish.
    package func isServerKept(_ key: String) -> Bool { self[.serverKeptFields].contains(key) }
}

extension Dialect {
    /// One thing that is inferred or that may differ between nodes.
    package struct Entry: Sendable, Hashable {
        package enum Name: String, Sendable, Hashable, CaseIterable {
            case singleGenerationMode, multiGenerationMode, generationKey, entriesKey, probabilityKey
            case redactionPlaceholders, redactionCharacters, ciphertextPrefixes, updateSuccesses, updateFailures
            case serverKeptFields
        }

        package let name: Name
        /// One text, or several where `isList`.
        package let value: [String]
        package let isList: Bool
        /// Where the value comes from; `inferred` when no source states it.
        package let origin: String
        /// What it is for, and how to check it.
        package let meaning: String

        fileprivate init(_ name: Name, _ value: String, _ origin: String, _ meaning: String) {
            (self.name, self.value, isList, self.origin, self.meaning) = (name, [value], false, origin, meaning)
        }

        fileprivate init(_ name: Name, list: [String], _ origin: String, _ meaning: String) {
            (self.name, value, isList, self.origin, self.meaning) = (name, list, true, origin, meaning)
        }
    }

    /// All of them, in the order in which they are explained.
    package static let entries: [Entry] = [
        Entry(
            .singleGenerationMode, "SINGLE_GENERATION", "official client 15.2.0",
            "The mode of a deployment's mapping to one version."),
        Entry(
            .multiGenerationMode, "MULTI_GENERATION", "inferred",
            "The mode of a deployment's mapping to several versions. To check: map a deployment to two versions in DSS "
                + "and read 'generationsMapping.mode' in its settings."),
        Entry(.generationKey, "generation", "official client 15.2.0", "The key of a version in a mapping."),
        Entry(
            .entriesKey, "entries", "documentation of the API node; inferred for the deployer",
            "The key of the list in a mapping to several versions."),
        Entry(
            .probabilityKey, "proba", "documentation of the API node; inferred for the deployer",
            "The key of a version's share in a mapping to several versions."),
        Entry(
            .redactionPlaceholders, list: ["(hidden)", "<redacted>", "REDACTED"], "inferred",
            "Texts that stand for a secret that DSS hides. A write that would send one back is refused."),
        Entry(
            .redactionCharacters, list: ["*", "•", "●"], "inferred",
            "Characters of which three or more, and nothing else, stand for a secret that DSS hides."),
        Entry(
            .ciphertextPrefixes, list: ["e:AES:"], "inferred",
            "Beginnings of a secret as DSS encrypts it. It goes back verbatim."),
        Entry(
            .updateSuccesses, list: ["SUCCESS", "WARNING"], "inferred",
            "Values of 'status' of an update that reached its nodes."),
        Entry(
            .updateFailures, list: ["ERROR", "FAILED", "ABORTED"], "inferred",
            "Values of 'status' of an update that failed."),
        Entry(
            .serverKeptFields, list: ["versionTag", "creationTag"],
            "public live tests of another client; creationTag inferred",
            "Top-level keys of settings that DSS changes by itself on each save."),
    ]
}

extension Dialect {
    /// What is wrong with an override.
    package struct Problem: Sendable, Hashable {
        package let key: String
        package let message: String
    }

    /// The standard with a user's overrides, each a text or, where the entry is a list, a text or a list of texts.
    ///
    /// All problems are returned; a wrong override leaves the standard value.
    package static func overridden(by overrides: JSONObject) -> (dialect: Dialect, problems: [Problem]) {
        var dialect = standard
        var problems: [Problem] = []
        for member in overrides {
            guard let entry = entries.first(where: { $0.name.rawValue == member.key }) else {
                problems.append(Problem(key: member.key, message: "unknown word of the dialect '\(member.key)'"))
                continue
            }
            let texts: [String?] =
                entry.isList && member.value.array != nil
                ? (member.value.array ?? []).map(\.string) : [member.value.string]
            let known = texts.compactMap { $0 }.filter { !$0.isEmpty }
            guard !known.isEmpty, known.count == texts.count else {
                let due = entry.isList ? "a text or a list of texts" : "a text"
                problems.append(Problem(key: member.key, message: "'\(member.key)' takes \(due), none of them empty"))
                continue
            }
            dialect.values[entry.name] = known
        }
        return (dialect, problems)
    }
}
