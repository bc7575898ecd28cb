/// Returns the candidate that `word` most likely stands for, or nil when none is close.
///
/// Close means: at most one edit for each three characters (a swap of neighbours is one edit), letter case not counted.
/// Ties go to the candidate that comes first in the alphabet, so the answer does not depend on the order given.
package func closest(to word: String, among candidates: some Sequence<String>) -> String? {
    let wanted = Array(word.lowercased())
    // Nobody mistypes a name of this length into another; the bound keeps the table small.
    guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
    var best: (distance: Int, candidate: String)?
    for candidate in candidates {
        let other = Array(candidate.lowercased())
        let limit = max(1, max(wanted.count, other.count) / 3)
        guard abs(other.count - wanted.count) <= limit, other.count <= 64 else { continue }
        let distance = editDistance(wanted, other)
        guard distance <= limit, distance < max(wanted.count, other.count) else { continue }
        if let found = best, (found.distance, found.candidate) <= (distance, candidate) { continue }
        best = (distance, candidate)
    }
    return best?.candidate
}

/// The edits (insert, remove, change, swap neighbours) that turn one word into the other.
private func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    var rows = [Array(0...right.count)]
    for (i, a) in left.enumerated() {
        var row = [i + 1]
        for (j, b) in right.enumerated() {
            var cost = min(row[j] + 1, rows[i][j + 1] + 1, rows[i][j] + (a == b ? 0 : 1))
            if i > 0, j > 0, a == right[j - 1], left[i - 1] == b { cost = min(cost, rows[i - 1][j - 1] + 1) }
            row.append(cost)
        }
        rows.append(row)
    }
    return rows[left.count][right.count]
}
