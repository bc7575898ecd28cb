import JSON
import TestSupport

/// Makes JSON values and bytes from a seed: the same for the same seed.
struct ValueGenerator: RandomNumberGenerator {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func next() -> UInt64 { generator.next() }

    /// A number in `0..<count`.
    mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &self) }

    mutating func value(depth: Int) -> JSONValue {
        switch below(depth > 0 ? 9 : 6) {
        case 0: return .null
        case 1: return .bool(below(2) == 0)
        case 2: return JSONNumber(text: Self.numbers[below(Self.numbers.count)]).map { .number($0) } ?? .null
        case 3, 4, 5: return .string(text())
        case 6: return .array((0..<below(5)).map { _ in value(depth: depth - 1) })
        default:
            var object = JSONObject()
            for _ in 0..<below(6) { object[text()] = value(depth: depth - 1) }
            return .object(object)
        }
    }

    private mutating func text() -> String {
        switch below(12) {
        case 0: return Self.words[below(Self.words.count)]
        case 1: return String(repeating: "long ", count: below(500))
        default: return (0..<below(10)).map { _ in Self.pieces[below(Self.pieces.count)] }.joined()
        }
    }

    private static let numbers = [
        "0", "-0", "1", "-17", "1.50", "1e400", "1E-7", "-2.5e+3", "12345678901234567890123456789", "0.1",
    ]
    private static let words = [
        "true", "False", "null", "~", "no", "1", "012", "0x1F", "0o17", ".5", "1.", "+5", ".inf", "-", "?", ":", "<<",
        "---", "...", "# x", "a: b", "a #b", "a:", "!x", "&a", "*a", "%x", "@x", "`x", "{", "[", "|", ">", "1:20",
        "2024-01-01", "1_000", "=", "\u{FEFF}", "\0", "\u{85}", "\u{2028}", "é", "e\u{301}", "😀", "\r\n", "\n", "y",
    ]
    private static let pieces = [
        "a", "B", "7", " ", " ", "\n", "\n", "\t", ":", "#", "-", "'", "\"", "\\", "'\u{301}", "é", "😀", "{", "]", ",",
        "\r", "\0", "\u{85}", "\u{7F}", "word", "key: value", "%", "@", "\u{FFFE}", "\u{10FFFF}", "\u{202E}",
    ]
}

extension ValueGenerator {
    /// The bytes with up to four changes: a bit, a byte, an inserted indicator, a cut, a repeated or moved part.
    mutating func mutation(of original: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0...below(4) where !bytes.isEmpty {
            let place = below(bytes.count)
            let end = place + below(bytes.count - place) + 1
            switch below(7) {
            case 0: bytes[place] ^= 1 << UInt8(below(8))
            case 1: bytes[place] = UInt8(below(256))
            case 2: bytes.insert(Self.indicators[below(Self.indicators.count)], at: place)
            case 3: bytes.removeSubrange(place..<end)
            case 4: bytes.insert(contentsOf: bytes[place..<end], at: below(bytes.count))
            case 5: bytes.removeSubrange(end...)
            default: bytes.replaceSubrange(place..<place, with: Self.words[below(Self.words.count)].utf8)
            }
        }
        return bytes
    }

    private static let indicators = Array("\t\n\r \"'#&*!|>%@`,:;[]{}-?<=~\\\0".utf8)
}
