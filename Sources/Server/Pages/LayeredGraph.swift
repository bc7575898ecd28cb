import Resources

/// A graph laid out in layers: what is used stands left of what uses it. The same graph always lies the same.
struct LayeredGraph {
    struct Node {
        let address: Address
        /// 0 is the leftmost.
        var layer = 0
        /// Counts from 0 in its layer, from above.
        var row = 0
    }

    /// Sorted by address.
    private(set) var nodes: [Node]
    /// From the user to what it uses, by index; only those that no longer way implies.
    let edges: [(from: Int, to: Int)]

    /// So many times are rows brought nearer to their neighbours: it hardly gets better after that.
    private static let sweeps = 4

    init(_ addresses: [Address], uses: (Address) -> [Address]) {
        let sorted = addresses.sorted()
        let index = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0) })
        let targets = sorted.map { address in
            Set(uses(address).compactMap { index[$0] }).subtracting([index[address] ?? -1])
        }
        nodes = sorted.map { Node(address: $0) }
        edges = LayeredGraph.reduced(targets)
        layer(targets)
        for _ in 0..<LayeredGraph.sweeps { bringNearer() }
    }

    var layers: Int { (nodes.map(\.layer).max() ?? -1) + 1 }
    var rows: Int { (nodes.map(\.row).max() ?? -1) + 1 }

    /// Without the edges that a longer way implies.
    private static func reduced(_ targets: [Set<Int>]) -> [(from: Int, to: Int)] {
        // All that lies behind each node; a cycle ends where it began.
        let reach = targets.indices.map { start -> Set<Int> in
            var seen: Set<Int> = []
            var next = Array(targets[start])
            while let node = next.popLast() {
                if seen.insert(node).inserted { next += targets[node] }
            }
            return seen
        }
        return targets.indices.flatMap { from in
            targets[from].sorted().filter { to in
                !targets[from].contains { $0 != to && reach[$0].contains(to) && !reach[to].contains($0) }
            }.map { (from, $0) }
        }
    }

    private mutating func layer(_ targets: [Set<Int>]) {
        // As many rounds as there are nodes settle everything but cycles, which then stay where they are.
        for _ in nodes.indices {
            var isSettled = true
            for from in nodes.indices {
                let layer = (targets[from].map { nodes[$0].layer }.max() ?? -1) + 1
                if layer > nodes[from].layer, layer < nodes.count { (nodes[from].layer, isSettled) = (layer, false) }
            }
            if isSettled { break }
        }
        // What uses nothing stands next to its users.
        for to in nodes.indices where targets[to].isEmpty {
            let users = nodes.indices.filter { targets[$0].contains(to) }
            if let nearest = users.map({ nodes[$0].layer }).min() { nodes[to].layer = max(0, nearest - 1) }
        }
        var rows: [Int: Int] = [:]
        for index in nodes.indices {
            nodes[index].row = rows[nodes[index].layer, default: 0]
            rows[nodes[index].layer, default: 0] += 1
        }
    }

    /// Sorts each layer by the mean row of its neighbours.
    private mutating func bringNearer() {
        for layer in 0..<layers {
            let members = nodes.indices.filter { nodes[$0].layer == layer }
            let weights = members.map { member -> (Double, Int) in
                let rows = edges.compactMap { edge -> Int? in
                    edge.from == member ? nodes[edge.to].row : edge.to == member ? nodes[edge.from].row : nil
                }
                let mean = rows.isEmpty ? Double(nodes[member].row) : Double(rows.reduce(0, +)) / Double(rows.count)
                return (mean, member)
            }
            for (row, item) in weights.sorted(by: { $0 < $1 }).enumerated() { nodes[item.1].row = row }
        }
    }
}
