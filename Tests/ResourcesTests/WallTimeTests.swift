import Resources
import TestSupport
import Testing

@Suite struct WallTimeTests {
    @Test(arguments: [
        ("1970-01-01", 0, 4, "1970-01-01 00:00"), ("2026-12-20T18:00", 1_797_789_600, 7, "2026-12-20 18:00"),
        ("2000-02-29T23:59", 951_868_740, 2, "2000-02-29 23:59"), ("1969-12-31T00:01", -86_340, 3, "1969-12-31 00:01"),
        ("0001-01-01", -62_135_596_800, 1, "1-01-01 00:00"), ("9999-12-31", 253_402_214_400, 5, "9999-12-31 00:00"),
    ])
    func `reads a date with and without a time`(text: String, seconds: Int, weekday: Int, shown: String) throws {
        let time = try #require(WallTime(text))
        #expect(time.seconds == seconds)
        #expect(time.weekday == weekday)
        #expect(time.description == shown)
    }

    @Test(arguments: [
        "", "2026", "2026-13-01", "2026-00-01", "2026-02-29", "2100-02-29", "2026-04-31", "2026-1-1", "26-01-01",
        "2026-01-01T", "2026-01-01T24:00", "2026-01-01T1:00", "2026-01-01 10:00", "2026-01-01T10:00:00",
        "2026-01-01T10:00Z", "+026-01-01", "２０２６-01-01", "2026-01-01TT",
    ])
    func `reads nothing else`(text: String) { #expect(WallTime(text) == nil) }

    @Test(arguments: [("00:00", 0), ("23:59", 1439), ("24:00", 1440), ("08:05", 485)])
    func `reads a time of day`(text: String, minute: Int) { #expect(WallTime.minuteOfDay(text) == minute) }

    @Test(arguments: ["", "24:01", "25:00", "8:00", "08:60", "0800", "08:00:00", "-1:00", "+8:00", " 8:00"])
    func `reads no other time of day`(text: String) { #expect(WallTime.minuteOfDay(text) == nil) }

    @Test func `shows each day as it reads it`() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            let time = WallTime(seconds: Int.random(in: -62_135_596_800...253_402_300_799, using: &random) / 60 * 60)
            guard time.year >= 1000 else { continue }
            let text = time.description.replacing(" ", with: "T")
            #expect(WallTime(text) == time, "\(text)")
        }
    }
}

@Suite struct TextFormTests {
    @Test(arguments: [
        (TextForm.percentage, "0%", true), (.percentage, "100%", true), (.percentage, "5%", true),
        (.percentage, "101%", false), (.percentage, "05%", false), (.percentage, "%", false),
        (.percentage, "-5%", false), (.percentage, "5.5%", false), (.percentage, "5", false),
        (.percentage, "99999999999999999999%", false), (.time, "16:00", true), (.time, "2026-12-20", true),
        (.time, "2026-12-20T18:00", true), (.time, "noon", false), (.address, "Infra/i", true),
        (.address, "Package/P/s", true), (.address, "Package/P/s@v1", false), (.address, "Infra/a/b", false),
    ])
    func `knows texts of its form, and its pattern allows them`(form: TextForm, text: String, isAllowed: Bool) throws {
        #expect(form.allows(text) == isAllowed)
        guard isAllowed else { return }
        #expect(try Regex(form.pattern).wholeMatch(in: text) != nil)
    }
}

@Suite struct BoundTests {
    @Test(arguments: [
        (Bound.count(5), 100, 5, "5"), (.percent(5), 100, 5, "5%"), (.percent(5), 19, 0, "5%"),
        (.percent(100), 7, 7, "100%"), (.percent(0), 7, 0, "0%"),
    ])
    func `allows a count or a share`(bound: Bound, total: Int, allowed: Int, text: String) {
        #expect(bound.allowed(of: total) == allowed)
        #expect(bound.text == text)
    }
}
