package import Graph
package import JSON
package import Resources

/// The graph for Graphviz: an arrow leads to what must be done first.
package func graphDot(_ graph: DependencyGraph<Address>) -> String {
    var lines = ["digraph mooring {", "  rankdir=LR;", "  node [shape=box, fontname=\"sans-serif\"];"]
    let quoted = { (address: Address) in
        // Graphviz reads backslashes in a label as commands.
        "\"" + printable(address.description).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
    for node in graph.nodes {
        lines.append("  \(quoted(node));")
        for other in graph.prerequisites(of: node) { lines.append("  \(quoted(node)) -> \(quoted(other));") }
    }
    return lines.joined(separator: "\n") + "\n}\n"
}

/// The graph for Mermaid, as Markdown pages draw it.
package func graphMermaid(_ graph: DependencyGraph<Address>) -> String {
    let nodes = graph.nodes
    let names = Dictionary(
        nodes.enumerated().map { ($0.element, "n\($0.offset)") }, uniquingKeysWith: { first, _ in first })
    var lines = ["flowchart LR"]
    for node in nodes {
        lines.append("  \(names[node, default: ""])[\"\(mermaidText(node.description))\"]")
    }
    for node in nodes {
        for other in graph.prerequisites(of: node) {
            lines.append("  \(names[node, default: ""]) --> \(names[other, default: ""])")
        }
    }
    return lines.joined(separator: "\n") + "\n"
}

/// In Mermaid's own escapes, `#35;`, whatever could end a label or be read as markup.
private func mermaidText(_ text: String) -> String {
    var result = ""
    for scalar in printable(text).unicodeScalars {
        switch scalar {
        case "\"", "#", "<", ">", "&", "`", ";", "\\", "[", "]": result += "#\(scalar.value);"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}

/// The graph as one document: the nodes sorted, each with what it waits for.
package func graphJSON(_ graph: DependencyGraph<Address>) -> JSONValue {
    [
        "nodes": .array(
            graph.nodes.map { node in
                [
                    "address": .string(node.description), "kind": .string(node.kind.rawValue),
                    "waitsFor": .array(graph.prerequisites(of: node).map { .string($0.description) }),
                ]
            })
    ]
}
