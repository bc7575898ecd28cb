/// The difference of two texts, line by line, with some of the lines around it.
package struct LineDiff {
    package enum Line: Hashable {
        case same(String)
        case removed(String)
        case added(String)
        /// So many equal lines that are not shown.
        case skipped(Int)
    }

    package let lines: [Line]

    /// `context` lines around each difference are kept.
    package init(_ before: String, _ after: String, context: Int = 2) {
        var (left, right) = (LineDiff.split(before), LineDiff.split(after))
        // Or the difference would not show.
        if !before.isEmpty, !after.isEmpty, LineDiff.isEnded(before) != LineDiff.isEnded(after) {
            if LineDiff.isEnded(before) { right.append(LineDiff.unended) } else { left.append(LineDiff.unended) }
        }
        let all = LineDiff.all(left, right)
        var keep = [Bool](repeating: false, count: all.count)
        for (index, line) in all.enumerated() {
            if case .same = line { continue }
            for near in max(0, index - context)...min(all.count - 1, index + context) { keep[near] = true }
        }
        var lines: [Line] = []
        var skipped = 0
        for (index, line) in all.enumerated() {
            if keep[index] {
                if skipped > 0 { lines.append(.skipped(skipped)) }
                skipped = 0
                lines.append(line)
            } else {
                skipped += 1
            }
        }
        if skipped > 0 { lines.append(.skipped(skipped)) }
        self.lines = lines
    }

    private static let unended = "(no line break at the end)"

    private static func isEnded(_ text: String) -> Bool { text.unicodeScalars.last == "\n" }

    /// The lines of a text, without their ends.
    private static func split(_ text: String) -> [String] {
        var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    /// Texts that differ in more than this many pairs of lines are shown whole, not compared: the table would be too large.
    private static let largestTable = 1_000_000

    private static func all(_ before: [String], _ after: [String]) -> [Line] {
        var start = 0
        while start < min(before.count, after.count), before[start] == after[start] { start += 1 }
        var end = 0
        while end < min(before.count, after.count) - start,
            before[before.count - 1 - end] == after[after.count - 1 - end]
        { end += 1 }
        let left = Array(before[start..<(before.count - end)])
        let right = Array(after[start..<(after.count - end)])
        return before[..<start].map(Line.same) + middle(left, right) + before[(before.count - end)...].map(Line.same)
    }

    /// By the longest common subsequence.
    private static func middle(_ left: [String], _ right: [String]) -> [Line] {
        guard !left.isEmpty, !right.isEmpty, left.count * right.count <= largestTable else {
            return left.map(Line.removed) + right.map(Line.added)
        }
        let width = right.count + 1
        var lengths = [Int32](repeating: 0, count: (left.count + 1) * width)
        for i in left.indices.reversed() {
            for j in right.indices.reversed() {
                lengths[i * width + j] =
                    left[i] == right[j]
                    ? lengths[(i + 1) * width + j + 1] + 1
                    : max(lengths[(i + 1) * width + j], lengths[i * width + j + 1])
            }
        }
        var (i, j) = (0, 0)
        var lines: [Line] = []
        while i < left.count || j < right.count {
            if i < left.count, j < right.count, left[i] == right[j] {
                lines.append(.same(left[i]))
                (i, j) = (i + 1, j + 1)
            } else if i < left.count,
                j == right.count || lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]
            {
                lines.append(.removed(left[i]))
                i += 1
            } else {
                lines.append(.added(right[j]))
                j += 1
            }
        }
        return lines
    }
}
