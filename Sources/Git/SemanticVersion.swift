/// A version as semver.org has it; build metadata (`+…`) is passed over.
struct SemanticVersion: Hashable, Comparable {
    let numbers: [Int]
    /// `rc.1` of `1.2.3-rc.1`; empty for a release.
    let prerelease: [Identifier]

    enum Identifier: Hashable, Comparable {
        case number(Int)
        case word(String)

        static func < (left: Identifier, right: Identifier) -> Bool {
            switch (left, right) {
            case (.number(let a), .number(let b)): a < b
            case (.word(let a), .word(let b)): a < b
            case (.number, .word): true
            case (.word, .number): false
            }
        }
    }

    init(_ major: Int, _ minor: Int, _ patch: Int, prerelease: [Identifier] = []) {
        numbers = [major, minor, patch]
        self.prerelease = prerelease
    }

    /// A tag's name: `v1.2.3` or `1.2.3`; nil when it is none.
    init?(tag: some StringProtocol) {
        let text = tag.hasPrefix("v") || tag.hasPrefix("V") ? tag.dropFirst() : tag[...]
        guard let partial = PartialVersion(text), partial.numbers.count == 3 else { return nil }
        self = partial.lowest
    }

    static func < (left: SemanticVersion, right: SemanticVersion) -> Bool {
        guard left.numbers == right.numbers else { return left.numbers.lexicographicallyPrecedes(right.numbers) }
        guard !left.prerelease.isEmpty, !right.prerelease.isEmpty else {
            return !left.prerelease.isEmpty && right.prerelease.isEmpty
        }
        return left.prerelease.lexicographicallyPrecedes(right.prerelease)
    }
}

/// A version with one to three numbers, as ranges name it: `1`, `1.2`, `1.2.3-rc.1`; `x` and `*` end it.
struct PartialVersion: Hashable {
    /// None for `*`.
    let numbers: [Int]
    let prerelease: [SemanticVersion.Identifier]

    init?(_ text: some StringProtocol) {
        let release = text.prefix { $0 != "+" }
        let parts = release.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let core = parts.first else { return nil }
        var numbers: [Int] = []
        var isOpen = false
        let fields = core.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...3).contains(fields.count) else { return nil }
        for field in fields {
            if ["x", "X", "*"].contains(field) {
                isOpen = true
            } else if let number = Self.number(field), !isOpen {
                numbers.append(number)
            } else {
                return nil
            }
        }
        var prerelease: [SemanticVersion.Identifier] = []
        if parts.count == 2 {
            guard numbers.count == 3 else { return nil }
            for field in parts[1].split(separator: ".", omittingEmptySubsequences: false) {
                guard !field.isEmpty, field.utf8.allSatisfy(Self.isOfIdentifier) else { return nil }
                if field.utf8.allSatisfy({ (48...57).contains($0) }) {
                    guard let number = Self.number(field) else { return nil }
                    prerelease.append(.number(number))
                } else {
                    prerelease.append(.word(String(field)))
                }
            }
        }
        self.numbers = numbers
        self.prerelease = prerelease
    }

    /// Digits without a leading zero.
    private static func number(_ text: some StringProtocol) -> Int? {
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), text == "0" || !text.hasPrefix("0") else { return nil }
        return Int(text)
    }

    private static func isOfIdentifier(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45
    }

    /// The first version that it covers.
    var lowest: SemanticVersion {
        let padded = numbers + [0, 0, 0]
        return SemanticVersion(padded[0], padded[1], padded[2], prerelease: prerelease)
    }

    /// The first version after those that agree with it in `count` numbers; nil when there is none.
    func after(_ count: Int) -> SemanticVersion? {
        guard count > 0, count <= numbers.count else { return nil }
        var next = numbers.prefix(count) + []
        let (sum, overflows) = next[count - 1].addingReportingOverflow(1)
        guard !overflows else { return nil }
        next[count - 1] = sum
        next += [0, 0, 0]
        return SemanticVersion(next[0], next[1], next[2])
    }
}
