internal import Diagnostics
internal import Resources

/// How texts that somebody else wrote are made fit to be told.
enum Wording {
    /// The title of news, in characters: a chat shows it as one line.
    static let longestTitle = 300
    /// Each further line.
    static let longestLine = 500
    /// What one message tells beside its title; the page has the rest.
    static let mostLines = 20

    /// One line of at most `most` Unicode scalars: control characters and overrides of the text's direction are shown as
    /// escapes, and what is cut ends in `…`.
    static func line(_ text: String, most: Int) -> String {
        clip(Diagnostic.printable(clip(text, most)), most)
    }

    /// The lines of news, each one line indeed, and the last one telling how many there are besides.
    static func lines(_ news: News) -> [String] {
        let shown = news.lines.prefix(mostLines).map { line($0, most: longestLine) }
        let rest = news.lines.count - shown.count
        return rest > 0 ? shown + ["… and \(rest) more"] : shown
    }

    static func title(_ news: News) -> String { line(news.title, most: longestTitle) }

    /// Who wrote the commit and what it says, where there is one.
    static func commit(_ news: News) -> String? {
        guard let revision = news.revision else { return nil }
        let id = line(revision.short, most: 10)
        let author = line(revision.author, most: 100)
        return "\(id) by \(author): \(line(revision.subject, most: 200))"
    }

    /// All there is to say below the title.
    static func details(_ news: News) -> [String] {
        var details = lines(news)
        if let commit = commit(news) { details.append("Commit: \(commit)") }
        if let actor = news.actor { details.append("By: \(line(actor, most: 100))") }
        return details
    }

    /// An absolute address of the page; nil for anything that is none, so that no text is taken for one.
    static func link(_ news: News) -> String? {
        guard let link = news.link, link.hasPrefix("https://") || link.hasPrefix("http://"), link.utf8.count <= 2000,
            link.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") })
        else { return nil }
        return link
    }

    private static func clip(_ text: String, _ most: Int) -> String {
        let scalars = text.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: most, limitedBy: scalars.endIndex),
            end != scalars.endIndex
        else { return text }
        return String(scalars[..<scalars.index(before: end)]) + "…"
    }
}
