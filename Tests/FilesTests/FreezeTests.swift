import Diagnostics
import Resources
import TestSupport
import Testing

@testable import Files

@Suite struct FreezeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let zone: String
        let span: FreezeWindow.Span
        /// Times on the clock of UTC, and until when the freeze holds at each; nil: it does not.
        let moments: [(String, String?)]

        var testDescription: String { "\(zone) \(span)" }
    }

    private static func once(_ from: String, _ until: String) -> FreezeWindow.Span {
        .once(from: WallTime(from) ?? WallTime(seconds: 0), until: WallTime(until) ?? WallTime(seconds: 0))
    }

    static let cases: [Case] = [
        Case(
            zone: "Europe/Berlin", span: once("2026-12-20T18:00", "2027-01-03"),
            moments: [
                ("2026-12-20T16:59", nil), ("2026-12-20T17:00", "2027-01-03 00:00"),
                ("2027-01-02T22:59", "2027-01-03 00:00"), ("2027-01-02T23:00", nil),
            ]),
        // Friday and Saturday from 16:00 until 08:00 of the next day.
        Case(
            zone: "America/New_York", span: .weekly(days: [5, 6], startMinute: 960, minutes: 960),
            moments: [
                ("2026-06-19T19:59", nil), ("2026-06-19T20:00", "2026-06-20 08:00"),
                ("2026-06-20T11:59", "2026-06-20 08:00"), ("2026-06-20T12:00", nil),
                ("2026-06-20T20:00", "2026-06-21 08:00"), ("2026-06-21T12:00", nil), ("2026-06-21T20:00", nil),
                // In winter an hour later.
                ("2026-12-18T20:59", nil), ("2026-12-18T21:00", "2026-12-19 08:00"),
            ]),
        // The clock is set forward from 02:00 to 03:00 while it holds, and back in autumn.
        Case(
            zone: "Europe/Berlin", span: .weekly(days: [7], startMinute: 60, minutes: 90),
            moments: [
                ("2026-03-28T23:59", nil), ("2026-03-29T00:00", "2026-03-29 03:00"),
                ("2026-03-29T00:59", "2026-03-29 03:00"), ("2026-03-29T01:00", nil),
                ("2026-10-24T22:59", nil), ("2026-10-24T23:00", "2026-10-25 02:30"),
                ("2026-10-25T00:45", "2026-10-25 02:30"), ("2026-10-25T01:29", "2026-10-25 02:30"),
                ("2026-10-25T01:30", nil),
            ]),
        // It begins at a time that the clock skips, and at one that it shows twice.
        Case(
            zone: "Europe/Berlin", span: .weekly(days: [7], startMinute: 150, minutes: 60),
            moments: [
                ("2026-03-29T00:59", nil), ("2026-03-29T01:00", "2026-03-29 03:30"), ("2026-03-29T01:30", nil),
                ("2026-10-25T00:29", nil), ("2026-10-25T00:30", "2026-10-25 03:30"),
                ("2026-10-25T01:10", "2026-10-25 03:30"), ("2026-10-25T02:30", nil),
            ]),
        // The clock is set by half an hour.
        Case(
            zone: "Australia/Lord_Howe", span: once("2026-04-05T01:45", "2026-04-05T01:50"),
            moments: [
                ("2026-04-04T14:44", nil), ("2026-04-04T14:45", "2026-04-05 01:50"),
                ("2026-04-04T15:19", "2026-04-05 01:50"), ("2026-04-04T15:20", nil),
            ]),
        // The day that there was not.
        Case(
            zone: "Pacific/Apia", span: once("2011-12-30", "2011-12-31"),
            moments: [("2011-12-30T09:59", nil), ("2011-12-30T10:00", nil)]),
        // Whole days are told as one.
        Case(
            zone: "Asia/Kolkata", span: .weekly(days: [6, 7], startMinute: 0, minutes: 1440),
            moments: [
                ("2026-06-19T18:29", nil), ("2026-06-19T18:30", "2026-06-22 00:00"),
                ("2026-06-21T18:29", "2026-06-22 00:00"), ("2026-06-21T18:30", nil),
            ]),
        Case(
            zone: "America/Santiago", span: .weekly(days: [6], startMinute: 1380, minutes: 60),
            moments: [
                // 23:00 to midnight comes twice as the clock is set back at midnight.
                ("2026-04-05T01:59", nil), ("2026-04-05T02:00", "2026-04-05 00:00"),
                ("2026-04-05T03:59", "2026-04-05 00:00"), ("2026-04-05T04:00", nil),
            ]),
    ]

    @Test(arguments: cases)
    func `holds at the moments of its window`(test: Case) throws {
        let sample = try #require(ZoneSample.all.first { $0.name == test.zone })
        let rules = try TimeZoneRules(tzif: sample.bytes)
        let window = FreezeWindow(
            span: test.span, timeZone: test.zone, reason: nil, mark: SourceMark(file: "mooring.yaml"))
        for (text, until) in test.moments {
            let moment = try #require(WallTime(text)).seconds
            let found = window.inForce(at: moment, rules)
            #expect(found.map { $0.until?.description ?? "for ever" } == until, "\(text)")
        }
    }

    @Test func `has no end when each day of the week is one`() throws {
        let window = FreezeWindow(
            span: .weekly(days: Array(1...7), startMinute: 480, minutes: 1440), timeZone: "UTC", reason: nil,
            mark: SourceMark(file: "mooring.yaml"))
        let found = try #require(window.inForce(at: 1_782_900_000, .utc))
        #expect(found.until == nil)
    }

    @Test func `gives those of a policy that hold, in its order`() throws {
        let mark = { SourceMark(file: "mooring.yaml", line: $0) }
        var policy = Policy()
        policy.freezes = [
            FreezeWindow(
                span: FreezeTests.once("2026-07-01", "2026-07-02"), timeZone: "UTC", reason: "a", mark: mark(1)),
            FreezeWindow(
                span: FreezeTests.once("2026-07-01", "2026-07-02"), timeZone: "-12:00", reason: "b", mark: mark(2)),
            FreezeWindow(
                span: .weekly(days: [3], startMinute: 0, minutes: 1440), timeZone: "+01:00", reason: nil, mark: mark(3)),
        ]
        let zones = TimeZoneDatabase(folder: "/nowhere")
        let found = try zones.freezes(of: policy, at: 1_782_900_000)
        #expect(found.map(\.window.mark.line) == [1, 3])
        #expect(found.map { $0.until?.description } == ["2026-07-02 00:00", "2026-07-02 00:00"])

        policy.freezes[1] = FreezeWindow(
            span: FreezeTests.once("2026-07-01", "2026-07-02"), timeZone: "Moon/Far", reason: nil, mark: mark(2))
        #expect(throws: FileError.self) { try zones.freezes(of: policy, at: 1_782_900_000) }
    }
}
