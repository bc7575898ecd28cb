/// Finds the way about the lines around a node.
extension YAMLEditor {
    private var bytes: [UInt8] { text.bytes }

    static func isBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// Where the line that holds a place begins.
    func lineStart(_ place: Int) -> Int {
        var place = place
        while place > text.source.byteOrderMarkLength, !YAMLEditor.isBreak(bytes[place - 1]) { place -= 1 }
        return place
    }

    /// Where it ends, without its line break.
    func lineEnd(_ place: Int) -> Int {
        var place = place
        while place < bytes.count, !YAMLEditor.isBreak(bytes[place]) { place += 1 }
        return place
    }

    /// Where the line after it begins.
    func nextLine(_ place: Int) -> Int {
        let end = lineEnd(place)
        guard end < bytes.count else { return end }
        return end + (bytes[end] == 0x0D && end + 1 < bytes.count && bytes[end + 1] == 0x0A ? 2 : 1)
    }

    /// How many characters stand before a place on its line.
    func column(_ place: Int) -> Int {
        bytes[lineStart(place)..<place].count { $0 & 0xC0 != 0x80 }
    }

    /// Whether nothing but spaces stands before a place on its line.
    func isFirstOnLine(_ place: Int) -> Bool { bytes[lineStart(place)..<place].allSatisfy(YAMLEditor.isSpace) }

    func isOnOneLine(_ range: Range<Int>) -> Bool { !bytes[range].contains(where: YAMLEditor.isBreak) }

    /// The rest of a line behind a value: spaces and a comment, if there is one; nil when it is something else.
    func comment(after place: Int) -> String? {
        let rest = bytes[place..<lineEnd(place)]
        guard let first = rest.first(where: { !YAMLEditor.isSpace($0) }) else { return "" }
        guard first == UInt8(ascii: "#") else { return nil }
        return String(decoding: rest, as: UTF8.self)
    }

    /// Past a mark such as `:` that follows a place, with nothing but spaces, lines and comments between.
    func past(_ mark: Character, from place: Int) throws(Unwritable) -> Int {
        var place = place
        while place < bytes.count {
            let byte = bytes[place]
            if byte == mark.asciiValue { return place + 1 }
            if byte == UInt8(ascii: "#") {
                place = lineEnd(place)
            } else if YAMLEditor.isSpace(byte) || YAMLEditor.isBreak(byte) {
                place += 1
            } else {
                break
            }
        }
        throw Unwritable()
    }

    /// Where the children of a block begin: at their dashes, or their keys.
    func starts(_ node: YAMLOutline.Node) throws(Unwritable) -> [Int] {
        var starts: [Int] = []
        for (index, child) in node.children.enumerated() {
            if let key = child.key {
                starts.append(explicit(key.start) ?? key.start)
            } else if index == 0 {
                starts.append(node.hasProperties ? try dash(before: child.value.start) : node.start)
            } else {
                starts.append(try past("-", from: node.children[index - 1].value.end) - 1)
            }
        }
        return starts
    }

    /// The `?` before a key, if it has one.
    private func explicit(_ key: Int) -> Int? {
        var place = key
        while place > 0, YAMLEditor.isSpace(bytes[place - 1]) { place -= 1 }
        return place > 0 && place < key && bytes[place - 1] == UInt8(ascii: "?") ? place - 1 : nil
    }

    private func dash(before place: Int) throws(Unwritable) -> Int {
        var place = place
        while place > 0, YAMLEditor.isSpace(bytes[place - 1]) || YAMLEditor.isBreak(bytes[place - 1]) { place -= 1 }
        guard place > 0, bytes[place - 1] == UInt8(ascii: "-") else { throw Unwritable() }
        return place - 1
    }

    /// Where a child's value is introduced: past the colon or the dash.
    func introduction(_ child: YAMLOutline.Child, start: Int) throws(Unwritable) -> Int {
        guard let key = child.key else { return start + 1 }
        return try past(":", from: key.end)
    }

    func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
}
