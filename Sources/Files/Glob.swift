/// A pattern of paths: `*` and `?` within a name, `[a-z]` and `[!a-z]`, and `**` for any number of whole names.
///
/// Matching takes time in proportion to pattern times path, whatever the pattern.
package struct Glob: Hashable, Sendable {
    package let pattern: String
    private let parts: [Part]

    private enum Part: Hashable, Sendable {
        case anyNames
        case name([Token])
    }

    private enum Token: Hashable, Sendable {
        case anyRun
        case anyOne
        case one(Unicode.Scalar)
        case set([ClosedRange<Unicode.Scalar>], isNegated: Bool)

        func matches(_ scalar: Unicode.Scalar) -> Bool {
            switch self {
            case .anyRun: false
            case .anyOne: true
            case .one(let wanted): wanted == scalar
            case .set(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
            }
        }
    }

    package init(_ pattern: String) {
        self.pattern = pattern
        // By scalars: a slash before an accent ends a name, as it does for the system.
        parts = pattern.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false).map {
            Array($0) == ["*", "*"] ? .anyNames : .name(Glob.tokens(Array($0)))
        }
    }

    /// Whether a text holds what only a pattern needs.
    package static func isPattern(_ text: String) -> Bool { text.contains { "*?[".contains($0) } }

    package func matches(_ path: String) -> Bool {
        let names = path.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false).map { Array($0) }
        // reached[i]: the parts so far can match the first i names.
        var reached = [true] + Array(repeating: false, count: names.count)
        for part in parts {
            var next = Array(repeating: false, count: names.count + 1)
            switch part {
            case .anyNames:
                var seen = false
                for index in next.indices {
                    seen = seen || reached[index]
                    next[index] = seen
                }
            case .name(let tokens):
                for index in names.indices where reached[index] && Glob.matches(tokens, names[index]) {
                    next[index + 1] = true
                }
            }
            reached = next
        }
        return reached[names.count]
    }

    private static func matches(_ tokens: [Token], _ name: [Unicode.Scalar]) -> Bool {
        var (token, place) = (0, 0)
        // Where to go on when the text after the last `*` does not fit: only the last one ever needs to move.
        var retry: (token: Int, place: Int)?
        while place < name.count {
            if token < tokens.count, tokens[token] == .anyRun {
                retry = (token, place)
                token += 1
            } else if token < tokens.count, tokens[token].matches(name[place]) {
                token += 1
                place += 1
            } else if let last = retry {
                retry = (last.token, last.place + 1)
                (token, place) = (last.token + 1, last.place + 1)
            } else {
                return false
            }
        }
        return tokens[token...].allSatisfy { $0 == .anyRun }
    }

    private static func tokens(_ text: [Unicode.Scalar]) -> [Token] {
        var result: [Token] = []
        var rest = text[...]
        while let first = rest.popFirst() {
            switch first {
            case "*": if result.last != .anyRun { result.append(.anyRun) }
            case "?": result.append(.anyOne)
            case "[": result.append(set(&rest) ?? .one("["))
            default: result.append(.one(first))
            }
        }
        return result
    }

    /// Reads `a-z]` after a bracket; nil, and nothing read, when no bracket closes it.
    private static func set(_ rest: inout ArraySlice<Unicode.Scalar>) -> Token? {
        var scan = rest
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        let isNegated = scan.first == "!" || scan.first == "^"
        if isNegated { scan.removeFirst() }
        var isFirst = true
        while let low = scan.popFirst() {
            if low == "]", !isFirst {
                rest = scan
                return .set(ranges, isNegated: isNegated)
            }
            isFirst = false
            let after = scan.dropFirst()
            if scan.first == "-", let high = after.first, high != "]", low <= high {
                ranges.append(low...high)
                scan = after.dropFirst()
            } else {
                ranges.append(low...low)
            }
        }
        return nil
    }
}
