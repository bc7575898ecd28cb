internal import JSON
internal import Resources

extension News {
    /// What a webhook's body says. Members may be added, and none is ever renamed or left out.
    var payload: JSONValue {
        var commit = JSONValue.null
        if let revision {
            commit = [
                "id": .string(Wording.line(revision.id, most: 64)),
                "author": .string(Wording.line(revision.author, most: 200)),
                "subject": .string(Wording.line(revision.subject, most: Wording.longestLine)),
                "time": .string(Moment(revision.time).iso),
            ]
        }
        return [
            "version": 1,
            "event": .string(event.rawValue),
            "repository": .string(place.repository),
            "environment": .string(place.environment),
            "title": .string(Wording.title(self)),
            "lines": .array(Wording.lines(self).map { .string($0) }),
            "revision": commit,
            "actor": actor.map { .string(Wording.line($0, most: 200)) } ?? .null,
            "link": Wording.link(self).map { .string($0) } ?? .null,
            "subject": .string(Wording.line(subject, most: 200)),
            "time": .string(Moment(time).iso),
        ]
    }
}
