import Diagnostics
import TestSupport
import Testing
import YAML

@Suite struct SourceTextTests {
    @Test func `each line is found, whatever ends it and however many there are`() {
        let breaks = ["\n", "\r\n", "\r", "\u{85}", "\u{2028}"]
        // Lines around the distance in which places are remembered, and many short ones.
        let lines =
            [4094, 4095, 4096, 4097, 0, 1].map { String(repeating: "é", count: $0) }
            + (0..<3000).map { String(repeating: "x", count: $0 % 7) }
        for mark in ["", "\u{FEFF}"] {
            var text = mark
            for (index, line) in lines.enumerated() { text += line + breaks[index % breaks.count] }
            let source = SourceText(file: "x.yaml", bytes: Array(text.utf8))
            #expect((1...lines.count).map { source.line($0) } == lines)
            #expect(source.line(lines.count + 1) == "")
            #expect(source.line(lines.count + 2) == nil)
            #expect(source.line(0) == nil)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a thousand problems in a line of megabytes take the time of one`() {
        let bytes = Array(repeating: UInt8(ascii: "x"), count: 4 << 20) + Array("\nend".utf8)
        let source = SourceText(file: "x.yaml", bytes: bytes)
        for _ in 0..<1000 {
            #expect(source.line(1) == nil)
            #expect(source.line(2) == "end")
        }
    }

    @Test func `a problem far to the right is found by its column`() {
        let text = "{\"a\": [\(String(repeating: "\"é\", ", count: 5000))nope]}"
        let (_, diagnostics) = readJSON(Array(text.utf8), file: "x.json")
        #expect(diagnostics.map(\.mark) == [SourceMark(file: "x.json", line: 1, column: 8 + 5 * 5000)])
    }
}
