import Foundation
import Testing

/// A watch file that is read again, and says what cannot be had.
@Suite(.serialized) struct WatchReloadTests {
    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            ("{env: ANN_TOKEN}", "{env: NOT_SET}", "secret-unavailable"),
            // An address of the documentation's, which no machine has.
            ("127.0.0.1:0", "192.0.2.1:8080", "cannot-listen"),
            ("data: data", "data: /proc/none", "data-unusable"),
        ])
    func `a file that names what cannot be had leaves the one before in force`(
        old: String, new: String, code: String
    ) async throws {
        let bench = try await WatchBench()
        let first = try await bench.push()
        let daemon = try await bench.daemon()
        try await daemon.live(first)
        let text = try bench.bench.read("watch.yaml")
        try bench.bench.write("watch.yaml", text.replacingOccurrences(of: old, with: new))
        daemon.program.signal(SIGHUP)
        try await daemon.program.wait(within: WatchBench.patience) { $0.output.split(separator: "\n").count == 2 }
        #expect(daemon.program.errors.contains("code=\(code)"), "\(daemon.program.errors)")
        #expect(daemon.program.errors.contains("the one that was read before holds on"))
        // It follows as before, hears a further reload, and ends as asked.
        try bench.release("v2")
        let second = try await bench.push()
        try await bench.serves("v2")
        try bench.bench.write("watch.yaml", text)
        daemon.program.signal(SIGHUP)
        try await daemon.program.wait(within: WatchBench.patience) { $0.output.split(separator: "\n").count == 3 }
        struct Announcement: Decodable { let url: String }
        let line = try #require(daemon.program.output.split(separator: "\n").last)
        let url = try JSONDecoder().decode(Announcement.self, from: Data(line.utf8)).url
        #expect(try await bench.bench.run("watch", "status", "--json", "--url", url).output.contains(second))
        let end = try await daemon.stop()
        #expect(end.status == 0, "\(end.errors)")
    }
}

extension WatchBench {
    /// Waits until a version answers.
    fileprivate func serves(_ version: String) async throws {
        let deadline = ContinuousClock.now + .seconds(WatchBench.patience)
        while try await serving() != version {
            guard ContinuousClock.now < deadline else { throw RunningProgram.TookTooLong() }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
