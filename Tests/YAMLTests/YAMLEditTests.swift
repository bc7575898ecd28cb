import JSON
import TestSupport
import Testing
import YAML

@Suite struct YAMLEditTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let before: String
        let edits: [YAMLEdit]
        let after: String
        var testDescription: String { name }
    }

    private static func at(_ steps: YAMLPath.Step...) -> YAMLPath { YAMLPath(steps) }

    static let cases = [
        Case(
            name: "a plain scalar keeps the comment behind it",
            before: "# top\na: 1   # one\nb: two\n", edits: [.replace(at(.key("a")), with: 22)],
            after: "# top\na: 22   # one\nb: two\n"),
        Case(
            name: "quotes stay the quotes they were", before: "a: 'x'\nb: \"y\"\n",
            edits: [.replace(at(.key("a")), with: "it's"), .replace(at(.key("b")), with: "z\n")],
            after: "a: 'it''s'\nb: \"z\\n\"\n"),
        Case(
            name: "an empty value is filled", before: "a:\nb: # none\n- 1\n",
            edits: [.replace(at(.key("a")), with: true)], after: "a: true\nb: # none\n- 1\n"),
        Case(
            name: "a text block keeps its indent, its header's comment and what follows",
            before: "code: |    # source\n      x\n      y\n\n# after\nb: 1\n",
            edits: [.replace(at(.key("code")), with: "z\n\nw\n")],
            after: "code: |    # source\n      z\n\n      w\n\n# after\nb: 1\n"),
        Case(
            name: "a text block becomes one line", before: "- code: |-  # c\n    x\n    y\n  b: 1\n",
            edits: [.replace(at(.index(0), .key("code")), with: "x")], after: "- code: x  # c\n  b: 1\n"),
        Case(
            name: "one line becomes a text block", before: "a: {b: 1}\ncode: x # c\nb: 1\n",
            edits: [.replace(at(.key("code")), with: " x\ny")], after: "a: {b: 1}\ncode: |2- # c\n   x\n  y\nb: 1\n"),
        Case(
            name: "an element in brackets comes and goes", before: "tags: [a, b, c]  # t\n",
            edits: [.replace(at(.key("tags")), with: ["a", "c", "d"])], after: "tags: [a, c, d]  # t\n"),
        Case(
            name: "the last element in brackets goes", before: "tags: [a, b]\n",
            edits: [.remove(at(.key("tags"), .index(1)))], after: "tags: [a]\n"),
        Case(
            name: "brackets on several lines stay so",
            before: "tags: [\n  a,  # first\n  b   # second\n]\n",
            edits: [.replace(at(.key("tags")), with: ["a", "b", "c"])],
            after: "tags: [\n  a,  # first\n  b,   # second\n  c\n]\n"),
        Case(
            name: "a line of a list goes, with its comment, and the others keep theirs",
            before: "tags:\n  # about a\n  - a  # A\n  - b  # B\n  - c  # C\nx: 1\n",
            edits: [.replace(at(.key("tags")), with: ["a", "c"])],
            after: "tags:\n  # about a\n  - a  # A\n  - c  # C\nx: 1\n"),
        Case(
            name: "an element is added in the quotes and at the indent of the others",
            before: "tags:\n- 'a' # A\n- 'b'\n\nx: 1\n", edits: [.append("c", to: at(.key("tags")))],
            after: "tags:\n- 'a' # A\n- 'b'\n- 'c'\n\nx: 1\n"),
        Case(
            name: "an element is added to a list at the end of a file that ends without a line break",
            before: "tags:\n  - a", edits: [.append("b", to: at(.key("tags")))], after: "tags:\n  - a\n  - b"),
        Case(
            name: "a map in a list is added in brackets where the others are",
            before: "p:\n  - {group: a, read: true}\n  - {group: b, read: false} # b\n",
            edits: [
                .append(["group": "c", "read": true], to: at(.key("p"))),
                .replace(at(.key("p"), .index(1), .key("read")), with: true),
            ],
            after: "p:\n  - {group: a, read: true}\n  - {group: b, read: true} # b\n  - {group: c, read: true}\n"),
        Case(
            name: "a map in a list is added on lines where the others are",
            before: "p:\n  - group: a\n    read: true\nq: 1\n",
            edits: [.append(["group": "c", "read": true], to: at(.key("p")))],
            after: "p:\n  - group: a\n    read: true\n  - group: c\n    read: true\nq: 1\n"),
        Case(
            name: "the first of two on one line goes", before: "- - a\n  - b # B\n- c\n",
            edits: [.remove(at(.index(0), .index(0)))], after: "- - b # B\n- c\n"),
        Case(
            name: "a list that loses all is empty", before: "tags: # t\n  - a # A\n# between\nx: 1\n",
            edits: [.remove(at(.key("tags"), .index(0)))], after: "tags: [] # t\n# between\nx: 1\n"),
        Case(
            name: "an empty list is filled", before: "tags: []  # t\n", edits: [.append("a", to: at(.key("tags")))],
            after: "tags: [a]  # t\n"),
        Case(
            name: "members come and go",
            before: "spec:\n  generations:\n    - {generation: v1, proba: 1.0}\n  x: 1 # X\n",
            edits: [
                .remove(at(.key("spec"), .key("generations"))), .insert(key: "version", "v2", into: at(.key("spec"))),
            ],
            after: "spec:\n  x: 1 # X\n  version: v2\n"),
        Case(
            name: "a member takes the place of another, with its comment",
            before: "a: 1\nversion: v1  # now\nb: {version: v1}\n",
            edits: [
                .exchange(at(.key("version")), key: "generations", with: [["proba": 1]]),
                .exchange(at(.key("b"), .key("version")), key: "no", with: ["x"]),
            ], after: "a: 1\ngenerations:  # now\n  - proba: 1\nb: {\"no\": [x]}\n"),
        Case(
            name: "line ends stay what they were", before: "a: 1\r\nb:\r\n  - x\r\n",
            edits: [.append("z", to: at(.key("b")))], after: "a: 1\r\nb:\r\n  - x\r\n  - z\r\n"),
        Case(
            name: "the first of two on one line goes, and a comment between them stays",
            before: "- a: 1 # A\n  # about b\n  b: 2\n", edits: [.remove(at(.index(0), .key("a")))],
            after: "-\n  # about b\n  b: 2\n"),
        Case(
            name: "a long text leaves its quotes", before: "a: \"x\"\n",
            edits: [.replace(at(.key("a")), with: .string(String(repeating: "line\n", count: 30)))],
            after: "a: |\n" + String(repeating: "  line\n", count: 30)),
        Case(
            name: "a list takes the place of a word", before: "a: 1 # c\n- x: 2\n".replacing("- x", with: "x"),
            edits: [.replace(at(.key("a")), with: ["p", ["q": 1]])], after: "a: # c\n  - p\n  - q: 1\nx: 2\n"),
        Case(
            name: "documents before and behind stay", before: "---\na: 1\n---\n# two\na: 1\n...\n---\na: 1\n",
            edits: [.replace(YAMLPath(document: 1, [.key("a")]), with: 2)],
            after: "---\na: 1\n---\n# two\na: 2\n...\n---\na: 1\n"),
        Case(
            name: "JSON stays JSON", before: "{\n  \"a\": [1, 2],\n  \"b\": \"x\"\n}\n",
            edits: [.replace(at(.key("a")), with: [2, 3]), .replace(at(.key("b")), with: "y")],
            after: "{\n  \"a\": [2, 3],\n  \"b\": \"y\"\n}\n"),
    ]

    @Test(arguments: cases) func `changes a value and nothing else`(_ example: Case) throws {
        let text = try YAMLText(Array(example.before.utf8), file: "x.yaml")
        let result = try text.edited(example.edits)
        #expect(String(decoding: result, as: UTF8.self) == example.after)
    }

    @Test func `refuses what an alias repeats`() throws {
        let text = try YAMLText(
            Array("a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: 2\nf: &y 1\n".utf8), file: "x.yaml")
        #expect(throws: YAMLEditError.shared(anchor: "x")) {
            try text.edited([.replace(Self.at(.key("a"), .key("b")), with: 2)])
        }
        #expect(throws: YAMLEditError.shared(anchor: "x")) { try text.edited([.replace(Self.at(.key("c")), with: 2)]) }
        #expect(throws: YAMLEditError.shared(anchor: "x")) { try text.edited([.remove(Self.at(.key("a")))]) }
        #expect(text.obstacle(at: Self.at(.key("c"))) == .shared(anchor: "x"))
        #expect(throws: YAMLEditError.noSuchValue) {
            try text.edited([.replace(Self.at(.key("d"), .key("b")), with: 2)])
        }
        let edited = try text.edited([
            .replace(Self.at(.key("d"), .key("e")), with: 3), .replace(Self.at(.key("f")), with: 2),
        ])
        #expect(String(decoding: edited, as: UTF8.self) == "a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: 3\nf: 2\n")
    }

    @Test(arguments: UInt64(1)...40) func `a random value replaced reads back, and all else stays`(seed: UInt64) throws
    {
        var generator = ValueGenerator(seed: seed)
        var edited = 0
        for round in 0..<60 {
            let value = generator.value(depth: 4)
            let yaml = decorated(value, &generator)
            let text: YAMLText
            do { text = try YAMLText(Array(yaml.utf8), file: "x.yaml") } catch { continue }
            let path = randomPath(in: value, &generator)
            let old = try #require(text.value(at: path), "seed \(seed), round \(round)")
            let wanted = generator.below(3) == 0 ? generator.value(depth: 2) : mutated(old, &generator)
            let result: [UInt8]
            do { result = try text.edited([.replace(path, with: wanted)]) } catch {
                Issue.record("seed \(seed), round \(round): \(error)\n\(yaml)\n\(path) = \(wanted.text())")
                continue
            }
            edited += 1
            let back = try YAMLText(result, file: "x.yaml")
            #expect(
                back.value(at: YAMLPath())?.canonical == replaced(value, path.steps[...], wanted).canonical,
                "seed \(seed), round \(round)\n\(yaml)")
            expectUntouched(yaml, String(decoding: result, as: UTF8.self), at: path, "seed \(seed), round \(round)")
        }
        #expect(edited > 30, "seed \(seed): \(edited)")
    }

    /// Texts of all styles; mutated, they are still YAML now and then.
    private static let samples = [
        "a: &x {b: 1, c: [x, 'y', \"z\"]}\nd: *x\ne:\n  <<: *x\n  f: |+\n    text\n\n  g: >-\n    folded\n    text\n# end\n",
        "- - a\n  - b: 1\n    ? c\n    : d\n-\n  - x # c\n- !!str 5\n- &y\n  k: v\n-\n",
        "{\n  \"a\": [1, 2,\n  3], # c\n  b, 'c': {d: e}\n}\n--- # two\nx: |2\n   y\n  z\n...\n",
        "\u{FEFF}k\u{E9}y: \"\u{1F600} \\u00e9\"\r\nl:\r\n- 1\r\n\r\n- 2\r\nm: 'a\r\n\r\n  b'\r\n",
    ]

    @Test(arguments: UInt64(1)...20) func `any text is changed rightly, or not at all`(seed: UInt64) {
        var generator = ValueGenerator(seed: seed + 5000)
        for round in 0..<400 {
            let sample = Self.samples[generator.below(Self.samples.count)]
            let bytes = round < 8 ? Array(sample.utf8) : generator.mutation(of: Array(sample.utf8))
            guard let text = try? YAMLText(bytes, file: "x.yaml"), let value = text.value(at: YAMLPath()) else {
                continue
            }
            let path = randomPath(in: value, &generator)
            let edit: YAMLEdit =
                switch generator.below(4) {
                case 0: .remove(path)
                case 1: .append(generator.value(depth: 1), to: path)
                case 2: .insert(key: "new", generator.value(depth: 1), into: path)
                default: .replace(path, with: generator.value(depth: 2))
                }
            guard let result = try? text.edited([edit]) else { continue }
            let back = try? YAMLText(result, file: "x.yaml")
            #expect(back != nil, "seed \(seed), round \(round)\n\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    /// A document with comments and empty lines between and behind, where these change nothing.
    private func decorated(_ value: JSONValue, _ generator: inout ValueGenerator) -> String {
        let flows = generator.below(4)
        var output = ""
        var number = 0
        let chosen = Set((0..<4).map { _ in generator.below(6) })
        let yaml = writeYAML(value, isFlow: { $0.count < 2 + flows && chosen.contains($0.count) })
        // Comments would be text in a literal block, so a document with one is left without.
        guard !yaml.contains("|") else { return yaml }
        for line in yaml.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let indent = line.prefix { $0 == " " }
            if generator.below(5) == 0 {
                number += 1
                output += "\(indent)# above \(number)\n"
            }
            output += line
            if generator.below(4) == 0, !line.contains("\"") || line.hasSuffix("\"") {
                number += 1
                output += "  # behind \(number)"
            }
            output += "\n"
            if generator.below(8) == 0 { output += "\n" }
        }
        return output
    }

    /// Lines before the value and behind it are the same to the byte.
    private func expectUntouched(_ before: String, _ after: String, at path: YAMLPath, _ comment: Comment) {
        let old = before.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let new = after.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let text = try? YAMLText(Array(before.utf8), file: "x.yaml") else { return }
        let lines = text.lines(of: path)
        #expect(new.starts(with: old.prefix(lines.lowerBound)), comment)
        let rest = old.dropFirst(lines.upperBound + 1)
        #expect(new.suffix(rest.count).elementsEqual(rest), comment)
    }

    private func randomPath(in value: JSONValue, _ generator: inout ValueGenerator) -> YAMLPath {
        var path = YAMLPath()
        var value = value
        while generator.below(4) > 0 {
            switch value {
            case .array(let elements) where !elements.isEmpty:
                let index = generator.below(elements.count)
                path.steps.append(.index(index))
                value = elements[index]
            case .object(let object) where !object.isEmpty:
                let key = object[generator.below(object.count)].key
                path.steps.append(.key(key))
                value = object[key] ?? .null
            default: return path
            }
        }
        return path
    }

    /// A value like another, with an element or member more, less, or other.
    private func mutated(_ value: JSONValue, _ generator: inout ValueGenerator) -> JSONValue {
        switch value {
        case .array(var elements):
            if !elements.isEmpty, generator.below(2) == 0 { elements.remove(at: generator.below(elements.count)) }
            if generator.below(2) == 0 {
                elements.insert(generator.value(depth: 1), at: generator.below(elements.count + 1))
            }
            return .array(elements)
        case .object(var object):
            if let member = object.randomElement(using: &generator) {
                object[member.key] = generator.below(2) == 0 ? nil : mutated(member.value, &generator)
            }
            if generator.below(2) == 0 { object["added"] = generator.value(depth: 1) }
            return .object(object)
        default: return generator.value(depth: 1)
        }
    }

    private func replaced(_ value: JSONValue, _ steps: ArraySlice<YAMLPath.Step>, _ wanted: JSONValue) -> JSONValue {
        switch (steps.first, value) {
        case (.key(let key)?, .object(var object)):
            object[key] = object[key].map { replaced($0, steps.dropFirst(), wanted) }
            return .object(object)
        case (.index(let index)?, .array(var elements)):
            elements[index] = replaced(elements[index], steps.dropFirst(), wanted)
            return .array(elements)
        default: return wanted
        }
    }
}
