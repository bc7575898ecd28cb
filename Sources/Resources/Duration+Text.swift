extension Duration {
    /// Reads `250ms`, `30s`, `5m`, `1h30m`; nil for anything else, and for more than a year.
    package init?(text: String) {
        var rest = text[...]
        var total: Int = 0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            let unit = rest.dropFirst(digits.count).prefix { $0.isASCII && $0.isLetter }
            guard let count = Int(digits), let size = Duration.milliseconds[String(unit)] else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard !overflow, product <= Duration.longest else { return nil }
            total += product
            guard total <= Duration.longest else { return nil }
            rest = rest.dropFirst(digits.count + unit.count)
        }
        self = .milliseconds(total)
    }

    private static let milliseconds = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
    private static let longest = 366 * 86_400_000

    /// The duration as a user writes it: `1h30m`, `250ms`, `0s`.
    package var text: String {
        var rest = Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
        guard rest > 0 else { return "0s" }
        var result = ""
        for (unit, size) in [("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)] where rest >= size {
            result += "\(rest / size)\(unit)"
            rest %= size
        }
        return result
    }
}
