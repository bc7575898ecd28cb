import JSON
import Testing

@Suite struct JSONTests {
    @Test(arguments: [
        "null", "true", "-0.0", "1e400", "12345678901234567890123456789", #"{"b":1.0,"a":[{},[]],"b":2}"#,
        #""\u0000\n\\\"é""#,
    ])
    func `reads and writes back to the byte`(text: String) throws {
        #expect(try JSONValue(parsing: text).text() == text)
    }

    @Test func `writes as Python does`() throws {
        let value = try JSONValue(parsing: #"{"a":["é","😀",1.50]}"#)
        #expect(value.text(.python) == #"{"a": ["\u00e9", "\ud83d\ude00", 1.50]}"#)
    }

    @Test(arguments: [
        ("", "unexpected end of the text at line 1, column 1"),
        ("{\"a\":\n 01}", "this is no JSON number at line 2, column 2"),
        (#""\ud800""#, "an escape names half of a character at line 1, column 8"),
        (#"["a" "b"]"#, "expected ',' or ']' at line 1, column 6"),
    ])
    func `says where a text is wrong`(text: String, expected: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        do { _ = try JSONValue(parsing: text) } catch { #expect("\(error)" == expected) }
    }

    @Test(arguments: [("1.0", "1"), ("10e-1", "1"), ("-0", "0"), ("1.50", "15e-1"), ("1E+2", "100")])
    func `knows the forms of one number`(left: String, right: String) throws {
        let (a, b) = (try #require(JSONNumber(text: left)), try #require(JSONNumber(text: right)))
        #expect(a.isEqual(to: b))
    }

    @Test(arguments: [
        ("1e2", "100"), ("15e-1", "1.5"), ("-2.50", "-2.5"), ("5e-3", "0.005"), ("-5e-3", "-0.005"), ("0.0", "0"),
        ("-0", "0"), ("1e21", "1e21"), ("12e-21", "12e-21"), ("100", "100"), ("1e9999999999", "1e9999999999"),
        ("1e-9223372036854775808", "1e-9223372036854775808"),
    ])
    func `writes a number as people do`(text: String, expected: String) throws {
        #expect(try #require(JSONNumber(text: text)).plain.text == expected)
    }

    @Test(arguments: [
        (#"{"b":[{"d":1.0,"c":"\n"}],"a":2}"#, #"{"a":2e0,"b":[{"c":"\n","d":1e0}]}"#),
        (#"{"a":1,"b":2,"a":3}"#, #"{"a":3e0,"b":2e0}"#),
        ("{\"\u{E9}\":1,\"e\u{301}\":2}", "{\"e\u{301}\":2e0,\"\u{E9}\":1e0}"),
        ("{\"e\u{301}\":2,\"\u{E9}\":1}", "{\"e\u{301}\":2e0,\"\u{E9}\":1e0}"),
    ])
    func `has one form for equal values`(text: String, expected: String) throws {
        let value = try JSONValue(parsing: text)
        #expect(value.canonical.text() == expected)
        #expect(String(decoding: value.canonicalBytes, as: UTF8.self) == expected)
    }

    @Test func `hands the one form on in pieces`() {
        let value = JSONValue.array((0..<20_000).map { ["number": .number(JSONNumber($0)), "a": [true, .null, "x"]] })
        var pieces: [[UInt8]] = []
        value.forEachCanonicalPiece { pieces.append($0) }
        #expect(pieces.count > 2)
        let isSame = Array(pieces.joined()) == value.canonical.bytes()
        #expect(isSame)
    }

    @Test(arguments: [
        (JSONLayout.compact, #"{"a":["x",{}],"b":[]}"#), (.python, #"{"a": ["x", {}], "b": []}"#),
        (.pretty, "{\n  \"a\": [\n    \"x\",\n    {}\n  ],\n  \"b\": []\n}"),
    ])
    func `lays a value out`(layout: JSONLayout, expected: String) {
        let value: JSONValue = ["a": ["x", [:]], "b": []]
        #expect(value.text(layout) == expected)
    }

    @Test func `tells keys apart that only look the same`() throws {
        var value = try JSONValue(parsing: "{\"\u{E9}\":1,\"e\u{301}\":2}")
        #expect(value["e\u{301}"] == 2)
        if case .object(var object) = value {
            object["\u{E9}"] = 3
            value = .object(object)
        }
        #expect(value.text() == "{\"\u{E9}\":3,\"e\u{301}\":2}")
    }

    @Test func `refuses what is nested too deep`() {
        #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "[", count: 100_000)) }
    }

    @Test func `writes an object pretty`() {
        let value: JSONValue = ["a": [1, true], "b": [:], "c": []]
        #expect(value.text(.pretty) == "{\n  \"a\": [\n    1,\n    true\n  ],\n  \"b\": {},\n  \"c\": []\n}")
    }

    @Test(arguments: [JSONLayout.compact, .python, .pretty])
    func `writes the same in pieces as whole`(layout: JSONLayout) {
        let value = JSONValue.array((0..<20_000).map { ["n": .number(JSONNumber($0)), "é": [.null, .bool(true)]] })
        var pieces: [[UInt8]] = []
        value.forEachPiece(layout) { pieces.append($0) }
        // Not inside the expectation: a failure would print megabytes of both.
        let (count, isSame) = (pieces.count, Array(pieces.joined()) == value.bytes(layout))
        #expect(count > 1)
        #expect(isSame)
    }
}
