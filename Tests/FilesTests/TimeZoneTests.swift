import Diagnostics
import Foundation
import Resources
import TestSupport
import Testing

@testable import Files

@Suite struct TimeZoneRulesTests {
    @Test(arguments: ZoneSample.all)
    func `knows the offset at each moment, past and to come`(sample: ZoneSample) throws {
        let rules = try TimeZoneRules(tzif: sample.bytes)
        for (moment, offset) in sample.offsets { #expect(rules.offset(at: moment) == offset, "\(moment)") }
    }

    @Test(arguments: ZoneSample.all)
    func `knows when a clock shows a time, twice or never too`(sample: ZoneSample) throws {
        let rules = try TimeZoneRules(tzif: sample.bytes)
        for (text, first, last) in sample.times {
            let found = rules.moments(of: try #require(WallTime(text)))
            #expect(found == (first, last), "\(text)")
        }
    }

    @Test(arguments: ZoneSample.all)
    func `finds each moment again by what the clock shows at it`(sample: ZoneSample) throws {
        let rules = try TimeZoneRules(tzif: sample.bytes)
        var random = SeededGenerator(seed: 11)
        for _ in 0..<500 {
            let moment = Int.random(in: -2_000_000_000...8_000_000_000, using: &random)
            let found = rules.moments(of: rules.wallTime(at: moment))
            #expect(found.first == moment || found.last == moment, "\(moment)")
        }
    }

    /// Moments of 2026 and the offset in seconds, by rules that no sample has.
    @Test(arguments: [
        ("UTC0", 0, 0), ("<+0330>-3:30", 1_782_900_000, 12_600), ("XXX+5:30:15", 0, -19_815),
        // Summer all year round, as the specification writes it.
        ("XXX3EDT4,0/0,J365/23", 1_767_225_600, -14_400), ("XXX3EDT4,0/0,J365/23", 1_782_900_000, -14_400),
        ("XXX3EDT4,0/0,J365/23", 1_798_761_599, -14_400),
        // Day 60 is 1 March in each year; day 59 from 0 is 29 February in leap years.
        ("AAA0BBB,J60/0,J300/0", 1_709_251_199, 0), ("AAA0BBB,J60/0,J300/0", 1_709_251_200, 3600),
        ("AAA0BBB,59/0,300/0", 1_709_164_799, 0), ("AAA0BBB,59/0,300/0", 1_709_164_800, 3600),
        // Far before and after the day's own midnight.
        ("AAA0BBB,M3.5.0/-26,M10.5.0/50", 1_774_648_799, 0), ("AAA0BBB,M3.5.0/-26,M10.5.0/50", 1_774_648_800, 3600),
        ("AAA0BBB,M3.5.0/-26,M10.5.0/50", 1_793_062_799, 3600), ("AAA0BBB,M3.5.0/-26,M10.5.0/50", 1_793_062_800, 0),
    ])
    func `follows a rule of POSIX`(rule: String, moment: Int, offset: Int) throws {
        #expect(try PosixTimeZone(rule).offset(at: moment) == offset)
    }

    @Test(arguments: [
        "CE-1", "CET", "CET-25", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,M10.5.0,",
        "CET-1CEST,M13.5.0,M1.1.0",
        "CET-1CEST,M3.6.0,M1.1.0", "CET-1CEST,M3.5.7,M1.1.0", "CET-1CEST,J0,J1", "CET-1CEST,J366,J1", "<CET-1",
        "CET--1",
        "CET-1:60", "CET-1CEST,0/168,1", "CET-99999999999999999999", " CET-1", "CET-1CEST,M3.5.0/,M10.5.0",
    ])
    func `refuses what is no rule`(rule: String) {
        #expect(throws: (any Error).self) { try PosixTimeZone(rule) }
    }

    @Test func `answers at any moment`() throws {
        for sample in ZoneSample.all {
            let rules = try TimeZoneRules(tzif: sample.bytes)
            for moment in [Int.min, Int.min + 1, Int.max] {
                _ = rules.moments(of: rules.wallTime(at: moment))
                _ = rules.moments(of: WallTime(seconds: moment))
            }
        }
    }
}

@Suite struct TimeZoneReadingTests {
    @Test(arguments: ZoneSample.all)
    func `refuses a file that ends early`(sample: ZoneSample) {
        let bytes = sample.bytes
        for count in 0..<bytes.count {
            #expect(throws: (any Error).self, "\(count) bytes") { try TimeZoneRules(tzif: Array(bytes.prefix(count))) }
        }
    }

    @Test(arguments: 0..<8)
    func `survives any bytes`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var read = 0
        for _ in 0..<1500 {
            var bytes = (ZoneSample.all.randomElement(using: &random) ?? ZoneSample.all[0]).bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: bytes.remove(at: place)
                case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
                default:
                    bytes.replaceSubrange(place..., with: bytes[Int.random(in: 0..<bytes.count, using: &random)...])
                }
                if bytes.isEmpty { bytes = [0] }
            }
            guard let rules = try? TimeZoneRules(tzif: bytes) else { continue }
            read += 1
            for moment in [Int.min, -1_000_000_000, 0, 1_782_900_000, 9_999_999_999, Int.max] {
                let found = rules.moments(of: rules.wallTime(at: moment))
                #expect(found.first <= found.last, "seed \(seed)")
            }
        }
        #expect(read > 50)
    }

    @Test func `refuses what says nonsense`() {
        let bytes = ZoneSample.all[0].bytes
        let refused: [(String, Int, UInt8)] = [
            ("no magic", 0, 0x55), ("an unknown version", 4, 0x31), ("leap seconds", 75, 1),
        ]
        for (name, place, byte) in refused {
            var damaged = bytes
            damaged[place] = byte
            #expect(throws: (any Error).self, "\(name)") { try TimeZoneRules(tzif: damaged) }
        }
    }
}

@Suite struct TimeZoneDatabaseTests {
    /// A database with one zone, one damaged file and what lies around in such folders.
    private func database(_ scratch: Scratch) throws -> TimeZoneDatabase {
        let berlin = ZoneSample.all[0].bytes
        try scratch.write("zones/Europe/Berlin", berlin)
        try scratch.write("zones/Europe/Damaged", Array(berlin.prefix(120)))
        try scratch.write("zones/localtime", berlin)
        try scratch.write("zones/right/Europe/Berlin", berlin)
        try scratch.write("zones/zone.tab", Array("DE\tEurope/Berlin\n".utf8))
        try scratch.write("outside", berlin)
        return TimeZoneDatabase(folder: "\(scratch.path)/zones")
    }

    @Test func `gives the rules of a name`() throws {
        let scratch = try Scratch()
        let zones = try database(scratch)
        #expect(try zones.rules(of: "Europe/Berlin").offset(at: 1_782_900_000) == 7200)
        #expect(try zones.rules(of: "UTC") == .utc)
        #expect(try zones.rules(of: "+05:30") == TimeZoneRules(offset: 19_800))
        #expect(try zones.rules(of: "-11:00") == TimeZoneRules(offset: -39_600))
        #expect(try zones.rules(of: "+14:00").wallTime(at: 0).description == "1970-01-01 14:00")
    }

    @Test(arguments: [
        "Europe/Berlim", "europe/berlin", "Europe", "Europe/", "/Europe/Berlin", "../outside", "Europe/../../outside",
        "localtime", "right/Europe/Berlin", "zone.tab", "", "+14:01", "+1:00", "Z", "Europe/Berlin\0",
    ])
    func `tells names that there are not`(name: String) throws {
        let scratch = try Scratch()
        let zones = try database(scratch)
        let problem = try #require(withExtendedLifetime(scratch) { zones.problem(with: name) })
        #expect(problem.diagnostic.code == "unknown-time-zone")
        let isClose = [
            "Europe/Berlim", "europe/berlin", "/Europe/Berlin", "right/Europe/Berlin", "Europe/Berlin\0",
        ].contains(name)
        #expect(problem.diagnostic.hint?.hasPrefix("Did you mean 'Europe/Berlin'?") == isClose)
    }

    @Test func `tells a damaged file and a database that there is not`() throws {
        let scratch = try Scratch()
        let damaged = try #require(try database(scratch).problem(with: "Europe/Damaged")?.diagnostic)
        #expect(damaged.code == "bad-time-zone")
        #expect(damaged.message == "the file '\(scratch.path)/zones/Europe/Damaged' ends early")

        let nowhere = TimeZoneDatabase(variables: ["TZDIR": "\(scratch.path)/nowhere"])
        let missing = try #require(nowhere.problem(with: "Europe/Berlin")?.diagnostic)
        #expect(missing.code == "no-time-zones")
        #expect(missing.hint == "Install the package tzdata, or write UTC or an offset, as +01:00.")
        #expect(nowhere.problem(with: "UTC") == nil)
        #expect(nowhere.problem(with: "+01:00") == nil)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: TimeZoneDatabase.systemFolder + "/Europe/Berlin")))
    func `reads each zone of the system, as the samples`() throws {
        let zones = TimeZoneDatabase(variables: [:])
        let tree = try DiskTree(root: TimeZoneDatabase.systemFolder)
        var count = 0
        for name in try tree.files(below: ".") where name.contains("/") && !name.hasPrefix("right/") {
            guard name.first?.isUppercase == true else { continue }
            let problem = zones.problem(with: name)
            #expect(problem == nil, "\(name)")
            count += 1
        }
        #expect(count > 300)
        for sample in ZoneSample.all {
            let rules = try zones.rules(of: sample.name)
            // What is to come may be decided anew.
            for (moment, offset) in sample.offsets where 0...1_735_689_600 ~= moment {
                #expect(rules.offset(at: moment) == offset, "\(sample.name) at \(moment)")
            }
        }
    }
}
