import JSON
import Testing

@testable import Sandbox

@Suite struct ArchiveTests {
    @Test func `a zip reads back what was written`() {
        let entries = [
            Zip.Entry(name: "a.json", bytes: Array("{}".utf8)), Zip.Entry(name: "é/b", bytes: []),
            Zip.Entry(name: "c", bytes: (0..<1000).map { UInt8(truncatingIfNeeded: $0) }),
        ]
        let zip = Zip.write(entries)
        #expect(Zip.isArchive(zip))
        for entry in entries { #expect(Zip.read(entry.name, from: zip) == entry.bytes) }
        #expect(Zip.read("none", from: zip) == nil)
        #expect(Zip.write(entries) == zip)
    }

    @Test func `a damaged zip reads as nothing or as it was`() {
        let content = Array("some text".utf8)
        let zip = Zip.write([Zip.Entry(name: "a", bytes: content)])
        for position in zip.indices {
            for change in [UInt8(1), 0x80, 0xFF] {
                var damaged = zip
                damaged[position] ^= change
                let found = Zip.read("a", from: damaged)
                #expect(found == nil || found == content, "byte \(position)")
            }
            #expect(Zip.read("a", from: Array(zip.prefix(position))) == nil)
        }
    }

    @Test func `the checksum is the one of ISO 3309`() {
        #expect(Checksum.crc32(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(Checksum.text(0xBEEF) == "0000beef")
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000000Z"), (951_827_696_789, "2000-02-29T12:34:56.789000Z"),
        (1_700_000_000_000, "2023-11-14T22:13:20.000000Z"), (4_107_542_399_999, "2100-02-28T23:59:59.999000Z"),
    ])
    func `a time is told in UTC`(milliseconds: Int, text: String) {
        #expect(Timestamp.text(milliseconds) == text)
    }

    @Test(arguments: [
        ("*", "", true), ("*", "a/b", true), ("a*c", "abbc", true), ("a*c", "abb", false),
        ("*/settings", "x/settings", true),
        ("?", "", false), ("a?c", "abc", true), ("**a", "bca", true), ("", "", true), ("", "a", false),
        ("*a*b*", "xxaxxbxx", true), ("*a*b*", "xxbxxaxx", false),
    ])
    func `a glob matches whole texts`(pattern: String, text: String, matches: Bool) {
        #expect(globMatches(pattern, text) == matches)
    }

    @Test(arguments: ["", "k", "sandbox-key", "clé €"])
    func `a sealed secret opens only where it was sealed`(secret: String) {
        let box = SecretBox(key: "one")
        let sealed = box.seal(secret)
        #expect(box.open(sealed) == secret)
        #expect(SecretBox(key: "two").open(sealed) == nil)
        #expect(box.open(secret) == nil)
        #expect(box.seal(secret) == sealed)
    }
}
