internal import Files
internal import JSON
internal import Resources

/// What one route was told last of each subject, so that nothing is told twice.
struct Told: Hashable {
    struct Key: Hashable, Comparable {
        let place: WatchPlace
        let subject: String

        static func < (left: Key, right: Key) -> Bool { (left.place, left.subject) < (right.place, right.subject) }
    }

    struct Entry: Hashable {
        let event: WatchEvent
        /// The commit's id.
        let revision: String?
        /// A digest of what is said in particular, where that may change: more may drift than did.
        let content: String?
        /// In milliseconds since 1970 (UTC).
        let time: Int

        /// Whether both say the same, whenever they say it.
        func says(_ other: Entry) -> Bool {
            event == other.event && revision == other.revision && content == other.content
        }
    }

    /// Subjects are few for each environment; beyond this something makes them up, and the oldest are forgotten.
    static let mostSubjects = 2000

    private(set) var entries: [Key: Entry] = [:]

    subscript(key: Key) -> Entry? {
        get { entries[key] }
        set {
            entries[key] = newValue
            guard entries.count > Told.mostSubjects else { return }
            // Many at once, so that it costs little for each.
            let oldest = entries.sorted { ($0.value.time, $0.key) < ($1.value.time, $1.key) }
            for (key, _) in oldest.prefix(Told.mostSubjects / 4) { entries[key] = nil }
        }
    }

    init() {}

    // MARK: In a file

    /// Passes over what it cannot read: at worst something is told again.
    init(_ json: JSONValue) {
        for item in (json.array ?? []).prefix(Told.mostSubjects) {
            guard let repository = item["repository"]?.string, let environment = item["environment"]?.string,
                let subject = item["subject"]?.string, let time = item["time"]?.integer,
                let event = item["event"]?.string.flatMap(WatchEvent.init(rawValue:))
            else { continue }
            let key = Key(place: WatchPlace(repository, environment), subject: subject)
            entries[key] = Entry(
                event: event, revision: item["revision"]?.string, content: item["content"]?.string, time: time)
        }
    }

    var json: JSONValue {
        .array(
            entries.sorted { $0.key < $1.key }.map { key, entry in
                var object: JSONObject = [
                    "repository": .string(key.place.repository), "environment": .string(key.place.environment),
                    "subject": .string(key.subject), "event": .string(entry.event.rawValue),
                    "revision": entry.revision.map { .string($0) } ?? .null, "time": .number(JSONNumber(entry.time)),
                ]
                object["content"] = entry.content.map { .string($0) }
                return .object(object)
            })
    }
}

extension News {
    var key: Told.Key { Told.Key(place: place, subject: subject) }
    var entry: Told.Entry {
        let content =
            event == .drift || subject == News.health
            ? sha256(Array(([title] + lines).joined(separator: "\n").utf8)) : nil
        return Told.Entry(event: event, revision: revision?.id, content: content, time: time)
    }
}
