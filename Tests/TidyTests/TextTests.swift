import Foundation
import Testing

@Suite struct TextTests {
    static let longestFile = 400
    static let longestFunction = 60

    @Test func `a source file has 400 lines at most`() throws {
        let long = try House.asItStands.get().sources.filter { $0.lines.count - 1 > TextTests.longestFile }
        #expect(long.map { "\($0.path): \($0.lines.count - 1)" } == [])
    }

    @Test func `a test file has 400 lines at most`() throws {
        let long = try House.files(below: "Tests").filter { $0.hasSuffix(".swift") || $0.hasSuffix(".py") }.filter {
            try House.lines(of: $0).count - 1 > TextTests.longestFile
        }
        #expect(long == [])
    }

    @Test func `a function has 60 lines at most`() throws {
        #expect(try House.asItStands.get().sources.flatMap(longFunctions) == [])
    }

    /// A function ends where a `}` stands in the column of its first word: the layout is checked by swift-format.
    private func longFunctions(in source: House.Source) -> [String] {
        let start = /^( *)(?:@\w+ )*(?:\w+ )*(?:func \S|init[?(<])/
        return source.lines.enumerated().compactMap { index, line in
            guard line.range(of: "func ") ?? line.range(of: "init") != nil, !line.hasSuffix("}"),
                let match = line.firstMatch(of: start)
            else { return nil }
            let rest = source.lines[(index + 1)...]
            // A requirement of a protocol has no body: the end of what is around it ends the search.
            let end = rest.firstIndex { line in
                line.hasSuffix("}") && line.prefix { $0 == " " }.count <= match.1.count
            }
            guard let end, source.lines[end] == match.1 + "}", end - index > TextTests.longestFunction else {
                return nil
            }
            return "\(source.path):\(index + 1): \(end - index + 1) lines"
        }
    }

    /// What no source may contain. Each is written in two pieces, so that this file does not contain it either.
    static let forbidden: [(piece: String, reason: String)] = [
        ("try" + "!", "a failure is thrown or told"),
        ("as" + "! ", "a cast may fail"),
        ("fatal" + "Error(", "our own mistakes are preconditions with a sentence"),
        ("unsafe" + "BitCast", "a pointer has a type"),
        ("TO" + "DO", "unfinished things are not committed"),
        ("FIX" + "ME", "unfinished things are not committed"),
        ("import Foundation" + "Networking", "requests go through libcurl"),
    ]

    @Test(arguments: forbidden.indices)
    func `no source contains what is forbidden`(index: Int) throws {
        let (piece, reason) = TextTests.forbidden[index]
        var found: [String] = []
        for source in try House.asItStands.get().sources {
            for (number, line) in source.lines.enumerated() where line.range(of: piece) != nil {
                found.append("\(source.path):\(number + 1): \(piece): \(reason)")
            }
        }
        #expect(found == [])
    }

    @Test func `nothing is public`() throws {
        let pattern = /^\s*(?:@\w+ )*public(?:\(set\))? [a-z]/
        var found: [String] = []
        for source in try House.asItStands.get().sources {
            for (number, line) in source.lines.enumerated()
            where line.range(of: "public") != nil && line.contains(pattern) {
                found.append("\(source.path):\(number + 1): \(line)")
            }
        }
        #expect(found == [])
    }

    @Test func `no file names a place on the machine of its author`() throws {
        let places = ["tmp", "work", "root", "home"].map { "/\($0)/" }
        var found: [String] = []
        for path in ["Sources", "Tests", "schemas", "scripts", "Benchmarks"].flatMap(House.files) {
            for (number, line) in try House.lines(of: path).enumerated() {
                // A template for a scratch folder ends in these letters; the file is one in a CI server's container.
                guard places.contains(where: { line.range(of: $0) != nil }), line.range(of: "XXXXXX") == nil,
                    line.range(of: "/tmp/mooring.deb") == nil
                else { continue }
                found.append("\(path):\(number + 1): \(line)")
            }
        }
        #expect(found == [])
    }
}
