/// A place in a text that a user wrote.
package struct SourceMark: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The path as the user would type it: relative to the workspace.
    package let file: String
    /// 1-based.
    package let line: Int
    /// 1-based, in characters (Unicode scalars, as libyaml counts).
    package let column: Int

    package init(file: String, line: Int = 1, column: Int = 1) {
        self.file = file
        self.line = line
        self.column = column
    }

    package static func < (left: SourceMark, right: SourceMark) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }

    package var description: String { "\(file):\(line):\(column)" }
}
