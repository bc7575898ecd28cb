package import JSON

/// A successful answer.
package enum Reply: Sendable, Hashable {
    case json(JSONValue)
    case future(FutureState)
    case text(String)
    case ignored
    /// The body went to the file that was asked for.
    case file(bytes: Int)
}
