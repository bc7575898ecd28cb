internal import Files
internal import JSON
internal import YAML

/// Measures the reading of manifests against libyaml's bare event loop on the same bytes.
///
///     Benchmarks ROUNDS FILE…
///
/// Prints `{"bytes", "events", "bare", "read"}`, the last two being the nanoseconds of each round. `bench.py` starts it, as
/// what it measures cannot be seen from outside of the process.
@main
struct ReadingBenchmark {
    /// More would only take time.
    private static let rounds = 1...1000
    private static let longestFile = 16 << 20

    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let rounds = arguments.first.flatMap({ Int($0) }), ReadingBenchmark.rounds.contains(rounds),
            arguments.count > 1
        else { preconditionFailure("usage: Benchmarks ROUNDS FILE…") }
        let texts = try arguments.dropFirst().map { try readFile($0, limit: longestFile) }

        var bare: [JSONValue] = []
        var read: [JSONValue] = []
        var events = 0
        for round in 0...rounds {
            let (counted, bareTime) = time { texts.reduce(0) { $0 + countYAMLEvents($1) } }
            let (documents, readTime) = time { texts.map { readYAML($0, file: "manifest.yaml") } }
            precondition(documents.allSatisfy { $0.diagnostics.isEmpty }, "the manifests are right")
            events = counted
            // The first round fills the caches.
            guard round > 0 else { continue }
            bare.append(.number(JSONNumber(bareTime)))
            read.append(.number(JSONNumber(readTime)))
        }
        let result: JSONValue = [
            "bytes": .number(JSONNumber(texts.reduce(0) { $0 + $1.count })), "events": .number(JSONNumber(events)),
            "bare": .array(bare), "read": .array(read),
        ]
        print(result.text())
    }

    /// What the work gives, which lives on when the clock stops, and its nanoseconds.
    private static func time<Result>(_ work: () -> Result) -> (Result, Int) {
        let start = ContinuousClock.now
        let result = work()
        let (seconds, attoseconds) = start.duration(to: .now).components
        return (result, Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000))
    }
}
