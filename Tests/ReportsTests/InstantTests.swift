import Testing

@testable import Reports

@Suite struct InstantTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (1_772_355_600_000, "2026-03-01T09:00:00Z"), (-1, "1969-12-31T23:59:59.999Z"),
        (951_782_400_007, "2000-02-29T00:00:00.007Z"), (4_107_542_399_000, "2100-02-28T23:59:59Z"),
        (-30_610_224_000_000, "1000-01-01T00:00:00Z"), (.max, "9999-12-31T23:59:59.999Z"),
        (.min, "1000-01-01T00:00:00Z"),
    ])
    func `is named in UTC, and read back`(milliseconds: Int, text: String) {
        #expect(Instant.text(milliseconds) == text)
        #expect(Instant.milliseconds(text) == min(max(milliseconds, -30_610_224_000_000), 253_402_300_799_999))
    }

    @Test(arguments: [
        "", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01 09:00:00Z",
        "2026-03-01T09:00:00.000Z", "2026-03-01T09:00:00+", "２026-03-01T09:00Z", "20260301T0900000000Z",
    ])
    func `nothing else is a moment`(text: String) {
        #expect(Instant.milliseconds(text) == nil)
    }

    @Test(arguments: [
        (-5, "just now"), (9_999, "just now"), (59_000, "59 s ago"), (3_599_000, "59 min ago"),
        (86_399_000, "23 h ago"), (400 * 86_400_000, "400 d ago"),
    ])
    func `has an age in words`(milliseconds: Int, text: String) {
        #expect(Instant.age(milliseconds) == text)
    }
}
