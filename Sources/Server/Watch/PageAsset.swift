/// A file that pages refer to: a style sheet, a script, a picture. It never changes under its name.
struct PageAsset: Hashable, Sendable {
    /// As `text/css; charset=utf-8`.
    let type: String
    let bytes: [UInt8]
}
