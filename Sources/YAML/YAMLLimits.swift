/// How much one text may ask of us: a manifest comes from a repository that others write to.
package struct YAMLLimits: Sendable {
    /// Bytes of one file. The largest export of a DSS service is below 1 MB.
    package var bytes = 16 << 20
    /// Collections inside one another, as in `JSONValue.maximumDepth`: what is read can be written and sent.
    package var depth = 256
    /// What a file may hold once its aliases are expanded, in `YAMLNode` sizes: one for each node and one more for
    /// each 64 bytes of its text. So a file holds at most about 100 MB in memory, and its JSON is about as long.
    package var size = 1_000_000
    /// How much of that may come out of aliases, as a multiple of what is written.
    package var expansion = 100
    /// What aliases may bring in any case, so that a short file with a few templates never meets `expansion`.
    package var freeExpansion = 10_000
    /// Problems told of one file; who has more has one cause for most of them.
    package var diagnostics = 100
    /// The size of an anchor besides its node: an entry in a table.
    static let anchorSize = 4
    /// Lines that start with '%': libyaml compares each tag directive with all before it.
    static let directives = 100

    package init() {}
}
