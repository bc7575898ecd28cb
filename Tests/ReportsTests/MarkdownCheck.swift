/// What a host makes of a comment, as far as what we write goes: blocks, folds, and what stands outside of them.
enum MarkdownCheck {
    /// What is wrong first: a block or a fold that does not end, or text outside of blocks that a host would read as more than
    /// text; nil when nothing is.
    static func problem(in comment: String) -> String? {
        var fence: Substring?
        var open = 0
        for line in comment.split(separator: "\n", omittingEmptySubsequences: false) {
            if let end = fence {
                // CommonMark ends a block at a fence that is as long, indented by at most three spaces.
                let ticks = line.drop { $0 == " " }
                if ticks.count >= end.count, ticks.allSatisfy({ $0 == "`" }), line.count - ticks.count < 4 {
                    guard line == end else { return "the block ends at '\(line)'" }
                    fence = nil
                }
                continue
            }
            if line.hasPrefix("```") {
                fence = line.prefix { $0 == "`" }
                continue
            }
            if line.hasPrefix("<details>") || line.hasPrefix("<details open>") { open += 1 }
            if line == "</details>" { open -= 1 }
            if open < 0 { return "a fold ends that never began" }
            // What users wrote stands in code elements, with no sign that means anything.
            let words = line.replacing(/<\/?(?:details(?: open)?|summary|code)>/, with: "")
                .replacing(/&#[0-9]+;/, with: "").replacing(/^\*\*[A-Za-z() ]+:?\*\*/, with: "")
                .replacing(/^_.*not shown.*_$/, with: "")
            if words.contains(where: { "<>&`*_[]@#\\".contains($0) }) { return "outside of blocks: \(line)" }
        }
        if fence != nil { return "a block does not end" }
        return open == 0 ? nil : "a fold does not end"
    }
}
