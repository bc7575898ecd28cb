/// A text that nobody may see: it has no printable form, and no way out but `reveal()`.
///
/// Printing, interpolating, dumping or reflecting one gives `(secret)`. It is not `Codable` and not `Hashable`, so that it
/// ends in no file and in no key of a table.
package struct Secret: Sendable, Equatable {
    private let text: String

    package init(_ text: String) { self.text = text }

    /// The text itself, for the one place that sends or fingerprints it. Never store or print what this returns.
    package func reveal() -> String { text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "(secret)" }
    package var debugDescription: String { "(secret)" }
    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
