/// A form that a string of a manifest must have.
package enum TextForm: String, Sendable, CaseIterable {
    /// As `5%`, a whole number from 0 to 100.
    case percentage
    /// The edge of a freeze: `16:00`, `2026-12-20` or `2026-12-20T18:00`.
    case time
    /// As `Deployment/scoring-on-prod`; not of one version of a package.
    case address
    /// As `512MiB`: a count of bytes.
    case size

    /// With its article and an example, as messages and the field reference show it.
    package var name: String {
        switch self {
        case .percentage: "a percentage, as 5%"
        case .time: "a time, as 16:00 or 2026-12-20T18:00"
        case .address: "an address, as Deployment/scoring-on-prod"
        case .size: "a size, as 512MiB"
        }
    }

    /// The code of the diagnostic that tells of a text of another form.
    package var code: String { "bad-\(rawValue)" }

    /// How to write it.
    package var hint: String {
        switch self {
        case .percentage: "Write a count, or a percentage from 0% to 100%."
        case .time: "Write 16:00, 2026-12-20 or 2026-12-20T18:00."
        case .address: "Write the kind and the names with slashes, as Endpoint/CHURN/scoring/predict."
        case .size: "Write it with KiB, MiB or GiB, as 512MiB; at most \(TextForm.largestSize >> 30)GiB."
        }
    }

    /// A regular expression for JSON Schema that finds most texts of other forms.
    package var pattern: String {
        switch self {
        case .percentage: "^([0-9]|[1-9][0-9]|100)%$"
        case .time:
            "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00|"
                + "[0-9]{4}-[0-9]{2}-[0-9]{2}(T([01][0-9]|2[0-3]):[0-5][0-9])?)$"
        case .address: "^(\(Kind.allCases.map(\.rawValue).joined(separator: "|")))(/[^/]+)+$"
        case .size: "^[1-9][0-9]*(KiB|MiB|GiB)$"
        }
    }

    package func allows(_ text: String) -> Bool {
        switch self {
        case .percentage: Bound(percentage: text) != nil
        case .time: WallTime.minuteOfDay(text) != nil || WallTime(text) != nil
        case .address: Address(text).map { $0.version == nil } ?? false
        case .size: TextForm.bytes(text) != nil
        }
    }

    /// No repository of manifests is that large.
    static let largestSize = 64 << 30

    /// How many bytes a size says; nil for what is none.
    package static func bytes(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let shifts = ["KiB": 10, "MiB": 20, "GiB": 30]
        guard let shift = shifts[String(text.dropFirst(digits.count))], let count = Int(digits), count > 0,
            count <= largestSize >> shift
        else { return nil }
        return count << shift
    }
}
