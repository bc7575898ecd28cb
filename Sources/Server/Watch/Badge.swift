import Reports
import Resources

/// A small picture of how an environment stands, for a README.
struct Badge {
    let label: String
    let words: String
    /// Dark enough for white letters (WCAG AA).
    let color: String

    init(_ place: WatchPlace, _ status: EnvironmentStatus) {
        label = place.description
        var words = ["\(status.sync.rawValue)", "\(status.health.rawValue)"]
        if status.held != nil { words.append("held") }
        if status.suspended != nil { words.append("suspended") }
        self.words = words.joined(separator: " · ")
        color =
            switch (status.sync, status.health) {
            case (_, .missing) where status.revision == nil && status.held == nil: "#57606a"
            case (_, .degraded), (_, .missing): "#b42318"
            case _ where status.held != nil: "#b42318"
            case (_, .progressing): "#1f5fbf"
            case (.outOfSync, _): "#9a5b00"
            case (.synced, .healthy): "#1a7f37"
            default: "#57606a"
            }
    }

    /// As wide as its words are in a font of 11 pixels: the text is fitted to what is reckoned here.
    var svg: String {
        let (left, right) = (Badge.width(label), Badge.width(words))
        let title = "\(label): \(words)"
        let picture: HTML = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(left + right)" height="20" role="img" aria-label="\(title)">
            <title>\(title)</title>
            <rect width="\(left)" height="20" fill="#24292f"/>
            <rect x="\(left)" width="\(right)" height="20" fill="\(color)"/>
            <g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
            <text x="\(Badge.padding)" y="14" textLength="\(left - 2 * Badge.padding)" lengthAdjust="spacingAndGlyphs">\
            \(label)</text>
            <text x="\(left + Badge.padding)" y="14" textLength="\(right - 2 * Badge.padding)" \
            lengthAdjust="spacingAndGlyphs">\(words)</text>
            </g>
            </svg>

            """
        return picture.text
    }

    private static let padding = 6

    /// Some 6.6 pixels a letter.
    private static func width(_ text: String) -> Int { text.count * 66 / 10 + 2 * padding }
}
