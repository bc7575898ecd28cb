/// What is wrong with a file of the time zone database, as the end of a sentence.
struct TimeZoneFlaw: Error, Hashable {
    let text: String

    init(_ text: String) { self.text = text }
}

extension TimeZoneRules {
    /// The largest file of the database has 4 KiB; old forms of it a little more.
    static let maximumBytes = 256 << 10

    /// Reads the bytes of a TZif file of any version.
    init(tzif bytes: [UInt8]) throws(TimeZoneFlaw) {
        var reader = TimeZoneReader(bytes: bytes)
        var header = try reader.header()
        var isWide = false
        if header.version >= 2 {
            // The first block is for readers of old; what it says, the second says for all times.
            try reader.skip(header.bytes(isWide: false))
            header = try reader.header()
            isWide = true
        }
        guard header.leapSeconds == 0 else { throw TimeZoneFlaw("counts leap seconds") }
        guard header.types > 0 else { throw TimeZoneFlaw("names no offset") }
        var moments: [Int] = []
        for _ in 0..<header.moments {
            let moment = try reader.integer(isWide ? 8 : 4)
            if let last = moments.last, last >= moment { throw TimeZoneFlaw("is not in order") }
            moments.append(moment)
        }
        var kinds: [Int] = []
        for _ in 0..<header.moments { kinds.append(try reader.byte()) }
        var offsets: [Int] = []
        for _ in 0..<header.types {
            offsets.append(try reader.integer(4))
            try reader.skip(2)
        }
        let names = header.characters + header.standard + header.universal
        try reader.skip(names)
        guard offsets.allSatisfy({ PosixTimeZone.offsets.contains($0) }) else {
            throw TimeZoneFlaw("has an offset of more than a day")
        }
        guard kinds.allSatisfy({ $0 < offsets.count }) else { throw TimeZoneFlaw("names an offset that it lacks") }
        let text = isWide ? try reader.footer() : ""
        self.init(
            moments: moments, offsets: kinds.map { offsets[$0] }, first: offsets[0],
            rule: text.isEmpty ? nil : try PosixTimeZone(text))
    }
}

/// Takes a TZif file apart.
private struct TimeZoneReader {
    let bytes: [UInt8]
    private var place = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    struct Header {
        let version: Int
        let universal, standard, leapSeconds, moments, types, characters: Int

        /// The bytes of the block that follows; `isWide` where moments have eight.
        func bytes(isWide: Bool) -> Int {
            let width = isWide ? 8 : 4
            return moments * (width + 1) + types * 6 + characters + leapSeconds * (width + 4) + standard + universal
        }
    }

    mutating func header() throws(TimeZoneFlaw) -> Header {
        guard bytes[place...].starts(with: "TZif".utf8) else {
            throw TimeZoneFlaw("is no file of the time zone database")
        }
        guard bytes.count - place >= 44 else { throw TimeZoneFlaw("ends early") }
        let version = bytes[place + 4]
        guard version == 0 || 0x32...0x39 ~= version else { throw TimeZoneFlaw("has a version that is not known") }
        place += 20
        var counts: [Int] = []
        for _ in 0..<6 {
            let count = try integer(4)
            guard 0...bytes.count ~= count else { throw TimeZoneFlaw("ends early") }
            counts.append(count)
        }
        return Header(
            version: version == 0 ? 1 : Int(version) - 0x30, universal: counts[0], standard: counts[1],
            leapSeconds: counts[2], moments: counts[3], types: counts[4], characters: counts[5])
    }

    mutating func skip(_ count: Int) throws(TimeZoneFlaw) {
        guard count <= bytes.count - place else { throw TimeZoneFlaw("ends early") }
        place += count
    }

    mutating func byte() throws(TimeZoneFlaw) -> Int {
        try skip(1)
        return Int(bytes[place - 1])
    }

    /// A number of 4 or 8 bytes, the highest first, with a sign.
    mutating func integer(_ width: Int) throws(TimeZoneFlaw) -> Int {
        try skip(width)
        let bits = bytes[place - width..<place].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return width == 4 ? Int(Int32(truncatingIfNeeded: bits)) : Int(Int64(bitPattern: bits))
    }

    /// The text between two line breaks at the end.
    mutating func footer() throws(TimeZoneFlaw) -> String {
        guard try byte() == 0x0A, let end = bytes[place...].firstIndex(of: 0x0A) else {
            throw TimeZoneFlaw("lacks its last line")
        }
        return String(decoding: bytes[place..<end], as: UTF8.self)
    }
}
