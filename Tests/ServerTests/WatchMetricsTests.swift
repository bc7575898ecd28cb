import Resources
import TestSupport
import Testing

@testable import Server

@Suite struct WatchMetricsTests {
    @Test func `all is measured, with names and units as Prometheus has them`() {
        var server = ServerFigures.Counts()
        server.requests = [
            .init(route: "/r/{}/{}", method: "GET", status: 200): 7,
            .init(route: "/hooks/{}", method: "POST", status: 403): 2,
        ]
        server.hooks = [.accepted: 5, .refused: 2]
        var process = ProcessFigures(
            stat: "42 (a) b) c) S 1 42 42 0 -1 4194560 100 0 0 0 250 150 0 0 20 0 9 0 5000 1000 2000",
            statm: "9000 3000 2000 1 0 400 0", system: "cpu 1 2\nbtime 1772300000\n", ticksPerSecond: 100,
            pageBytes: 4096)
        process.openFiles = 31
        process.mostFiles = 1024
        assertSnapshot(
            metricsText(
                WatchSample.snapshot, WatchSample.counts, server, connections: 3, sessions: 1, process), "metrics.txt")
    }

    @Test func `the process that runs is read from the system`() {
        let process = ProcessFigures.current()
        #expect((process.residentBytes ?? 0) > 1 << 20)
        #expect((process.cpuSeconds ?? -1) >= 0)
        #expect((process.started ?? 0) > 1_700_000_000)
        #expect((process.openFiles ?? 0) >= 3)
        #expect((process.mostFiles ?? 0) >= process.openFiles ?? 1)
        #expect(
            ProcessFigures(stat: "", statm: "", system: "", ticksPerSecond: 100, pageBytes: 4096) == ProcessFigures())
    }

    @Test(arguments: [
        (0.0, "0"), (5, "5"), (0.05, "0.05"), (2.5, "2.5"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
        (1_772_355_600.123, "1772355600.123"), (1e20, "1e+20"),
    ])
    func `a number is as Prometheus reads it`(value: Double, text: String) {
        #expect(MetricsText.number(value) == text)
    }

    @Test func `while nothing was counted there is nothing wrong`() {
        let snapshot = WatchSnapshot(name: "", version: "1", started: 0, now: 0, repositories: [])
        let text = metricsText(
            snapshot, WatchCounts(), ServerFigures.Counts(), connections: 0, sessions: 0, ProcessFigures())
        #expect(!text.contains("mooring_repository_up"))
        #expect(text.hasPrefix("# HELP mooring_build_info "))
        #expect(text.hasSuffix("\n"))
    }
}
