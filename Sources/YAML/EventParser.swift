internal import CLibYAML

/// One run of libyaml over a text, event by event.
///
/// The text is not copied: it must stay where it is as long as this lives. libyaml keeps the address of its parser
/// inside the parser, so both the parser and the event stay at one allocated place.
struct EventParser: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    /// The event last read; valid until the next.
    let event: UnsafeMutablePointer<yaml_event_t>

    init(_ text: UnsafeBufferPointer<UInt8>) {
        parser = .allocate(capacity: 1)
        event = .allocate(capacity: 1)
        event.initialize(to: yaml_event_t())
        precondition(yaml_parser_initialize(parser) == 1, "libyaml has memory for a parser")
        // Said outright, so that libyaml does not guess at UTF-16.
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, text.baseAddress, text.count)
    }

    deinit {
        yaml_event_delete(event)
        yaml_parser_delete(parser)
        event.deallocate()
        parser.deallocate()
    }

    /// Reads the next event over the last one. False when the text is wrong: see `problem`.
    func next() -> Bool {
        yaml_event_delete(event)
        return yaml_parser_parse(parser, event) == 1
    }

    /// What libyaml has against the text, after `next` has returned false.
    var problem: Problem {
        let parser = parser.pointee
        return Problem(
            isEncoding: parser.error == YAML_READER_ERROR,
            text: parser.problem.map { String(cString: $0) } ?? "libyaml ran out of memory",
            context: parser.context.map { String(cString: $0) },
            offset: parser.problem_offset, value: Int(parser.problem_value),
            line: parser.problem_mark.line + 1, column: parser.problem_mark.column + 1,
            contextLine: parser.context_mark.line + 1, contextColumn: parser.context_mark.column + 1)
    }

    /// A complaint of libyaml; lines and columns are 1-based.
    struct Problem {
        /// Whether it is about bytes, and has an offset and a value rather than a line and a column.
        let isEncoding: Bool
        let text: String
        let context: String?
        let offset: Int
        let value: Int
        let line: Int
        let column: Int
        let contextLine: Int
        let contextColumn: Int
    }
}

/// How many events libyaml finds in a text up to its first error: the bare loop that reading is measured against.
package func countYAMLEvents(_ bytes: [UInt8]) -> Int {
    bytes.withUnsafeBufferPointer { text in
        let parser = EventParser(text)
        var count = 0
        while parser.next() {
            count += 1
            if parser.event.pointee.type == YAML_STREAM_END_EVENT { break }
        }
        return count
    }
}
