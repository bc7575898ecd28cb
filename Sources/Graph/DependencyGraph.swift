/// Who waits for whom: a directed graph whose answers do not depend on the order in which it was built.
package struct DependencyGraph<Node: Hashable & Comparable & Sendable>: Sendable {
    /// For each node, the nodes that it waits for.
    private var prerequisites: [Node: Set<Node>] = [:]

    package init() {}

    package mutating func add(_ node: Node) {
        if prerequisites[node] == nil { prerequisites[node] = [] }
    }

    /// Says that `node` waits for `other`; adds both.
    package mutating func add(_ node: Node, waitsFor other: Node) {
        add(other)
        prerequisites[node, default: []].insert(other)
    }

    /// Sorted.
    package var nodes: [Node] { prerequisites.keys.sorted() }

    /// The nodes that `node` waits for itself, sorted.
    package func prerequisites(of node: Node) -> [Node] { prerequisites[node, default: []].sorted() }

    /// All nodes that must be done before any of `nodes`, near and far.
    package func allPrerequisites(of nodes: some Sequence<Node>) -> Set<Node> {
        reach(from: nodes, along: prerequisites)
    }

    /// All nodes that wait for any of `nodes`, near and far.
    package func allDependants(of nodes: some Sequence<Node>) -> Set<Node> { reach(from: nodes, along: dependants) }

    /// For each node, the nodes that wait for it.
    private var dependants: [Node: Set<Node>] {
        var result: [Node: Set<Node>] = [:]
        for (node, others) in prerequisites {
            result[node, default: []].formUnion([])
            for other in others { result[other, default: []].insert(node) }
        }
        return result
    }

    private func reach(from start: some Sequence<Node>, along edges: [Node: Set<Node>]) -> Set<Node> {
        var found: Set<Node> = []
        var open = start.flatMap { edges[$0, default: []] }
        while let node = open.popLast() {
            guard found.insert(node).inserted else { continue }
            open.append(contentsOf: edges[node, default: []])
        }
        return found
    }

    /// The nodes with each after all it waits for; among those that are ready, the smallest first.
    ///
    /// Throws the path of a cycle, when there is one.
    package func order() throws(CycleError<Node>) -> [Node] {
        var waiting = prerequisites.mapValues(\.count)
        let dependants = dependants
        var ready = waiting.filter { $0.value == 0 }.keys.sorted(by: >)
        var result: [Node] = []
        while let node = ready.popLast() {
            result.append(node)
            for dependant in dependants[node, default: []] {
                waiting[dependant, default: 0] -= 1
                if waiting[dependant] == 0 { insert(dependant, into: &ready) }
            }
        }
        if result.count < prerequisites.count { throw CycleError(path: cycle(outside: Set(result))) }
        return result
    }

    /// Keeps `ready` sorted from large to small, by halving: a sort each time would cost n² at ten thousand nodes.
    private func insert(_ node: Node, into ready: inout [Node]) {
        var (low, high) = (0, ready.count)
        while low < high {
            let middle = (low + high) / 2
            if ready[middle] > node { low = middle + 1 } else { high = middle }
        }
        ready.insert(node, at: low)
    }

    /// A shortest path from the smallest node on a cycle back to itself.
    private func cycle(outside done: Set<Node>) -> [Node] {
        for start in nodes where !done.contains(start) {
            var before: [Node: Node] = [:]
            var open = [start]
            var next = 0
            while next < open.count {
                let node = open[next]
                next += 1
                for other in prerequisites(of: node) {
                    if other == start {
                        var path = [node]
                        while let last = path.last, last != start, let previous = before[last] { path.append(previous) }
                        return path.reversed() + [start]
                    }
                    if before[other] == nil {
                        before[other] = node
                        open.append(other)
                    }
                }
            }
        }
        preconditionFailure("nodes that cannot be ordered lie on a cycle or behind one")
    }
}

/// Nodes that wait for one another: `[a, b, a]`.
package struct CycleError<Node: Hashable & Comparable & Sendable>: Error {
    package let path: [Node]

    package init(path: [Node]) { self.path = path }
}
