/// Markup: literals are taken as they stand, interpolated texts are escaped.
///
///     let row: HTML = "<td>\(subject)</td>"
///
/// So whatever a commit, a manifest or a node says is text in the page, in content and in quoted attributes alike. What is
/// markup already is interpolated as `HTML`, lists one after the other, and nil is nothing.
package struct HTML: ExpressibleByStringInterpolation, Hashable, Sendable {
    package private(set) var text: String

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        package init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

        package mutating func appendLiteral(_ literal: String) { text += literal }
        package mutating func appendInterpolation(_ text: some StringProtocol) { self.text += Markup.escaped(text) }
        package mutating func appendInterpolation(_ number: Int) { text += String(number) }
        package mutating func appendInterpolation(_ html: HTML) { text += html.text }
        package mutating func appendInterpolation(_ html: HTML?) { text += html?.text ?? "" }
        package mutating func appendInterpolation(_ list: [HTML]) { for html in list { text += html.text } }
        /// A text of several lines, whose breaks stay.
        package mutating func appendInterpolation(lines: String) { text += Markup.escapedLines(lines) }
    }

    package init(stringLiteral text: String) { self.text = text }
    package init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

    /// What is markup already, made elsewhere in this module.
    init(markup: String) { text = markup }

    package static let none: HTML = ""
    package var isEmpty: Bool { text.isEmpty }

    package static func += (left: inout HTML, right: HTML) { left.text += right.text }
    package static func + (left: HTML, right: HTML) -> HTML { HTML(markup: left.text + right.text) }
}

extension Sequence where Element == HTML {
    /// All of them, with `separator` in between.
    package func joined(_ separator: HTML) -> HTML { HTML(markup: map(\.text).joined(separator: separator.text)) }
}
