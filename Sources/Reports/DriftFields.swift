internal import Planning

/// The fields of one resource of a drift report as lines, for text, Markdown and JUnit alike.
///
///     settings.ceil  git: 8  live: 4  (live changed)
///     code  (both changed)
///       - what git says
///       + what is live
struct DriftFields {
    let lines: [FieldText.Line]

    /// `width` bounds a line that holds a field's name and its values; `rows` the lines of one value.
    init(_ fields: [DriftReport.Field], width: Int, rows: Int) {
        let widest = 40
        let names = fields.map { columns(printable($0.path)) }.filter { $0 <= widest }.max() ?? 0
        lines = fields.flatMap { DriftFields.lines($0, names: names, width: width, rows: rows) }
    }

    /// The values that tell a field apart, by who holds them. What was applied is told where it is neither of the others.
    static func values(_ field: DriftReport.Field) -> [(name: String, value: ShownValue)] {
        let applied = field.origin == .conflict && field.applied != field.desired && field.applied != field.live
        return [("git", field.desired)] + (applied ? [("applied", field.applied)] : []) + [("live", field.live)]
    }

    /// One value in a line.
    static func text(_ value: ShownValue) -> String { value == .absent ? "nothing" : FieldText.inline(value) }

    private static func lines(_ field: DriftReport.Field, names: Int, width: Int, rows: Int) -> [FieldText.Line] {
        let path = printable(field.path)
        let who = "(\(field.origin.words))"
        let sign: FieldText.Sign = .changed
        if let difference = Difference(field) {
            let head = FieldText.Line(
                sign: sign, text: "\(path)  \(who)  - \(difference.before)  + \(difference.after)")
            return [head] + difference.lines(rows)
        }
        let values = values(field).map { "\($0.name): \(text($0.value))" }
        let line = "\(padded(path, to: names))  \(values.joined(separator: "  "))  \(who)"
        if columns(line) <= width { return [FieldText.Line(sign: sign, text: line)] }
        return [FieldText.Line(sign: sign, text: "\(path)  \(who)")]
            + values.map { FieldText.Line(sign: .none, text: "    " + $0) }
    }

    /// What is better told line by line: from what was to what came. Where live moved, it came last; else the manifest did.
    struct Difference {
        /// Whose the removed lines are, and whose the added ones: `git` or `live`.
        let before: String
        let after: String
        private let texts: (before: String, after: String)

        /// Nil for values that fit into a line.
        init?(_ field: DriftReport.Field) {
            let isLiveNew = field.origin != .manifest
            let values = isLiveNew ? (field.desired, field.live) : (field.live, field.desired)
            guard let texts = FieldText.difference(values.0, values.1) else { return nil }
            before = isLiveNew ? "git" : "live"
            after = isLiveNew ? "live" : "git"
            self.texts = texts
        }

        func lines(_ most: Int) -> [FieldText.Line] { FieldText.diff(texts.before, texts.after, rows: most) }
    }
}
