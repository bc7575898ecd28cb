import Graph
import Testing

@Suite struct DependencyGraphTests {
    @Test func `puts each node after what it waits for, and the smallest first`() throws {
        var graph = DependencyGraph<String>()
        graph.add("z")
        graph.add("deployment", waitsFor: "package")
        graph.add("deployment", waitsFor: "infra")
        graph.add("package", waitsFor: "endpoint")
        graph.add("endpoint", waitsFor: "service")
        #expect(try graph.order() == ["infra", "service", "endpoint", "package", "deployment", "z"])
        #expect(graph.prerequisites(of: "deployment") == ["infra", "package"])
        #expect(graph.allPrerequisites(of: ["package"]) == ["endpoint", "service"])
        #expect(graph.allDependants(of: ["endpoint"]) == ["package", "deployment"])
    }

    @Test(arguments: [
        (["a>a"], ["a", "a"]),
        (["a>b", "b>a"], ["a", "b", "a"]),
        (["x>a", "a>b", "b>c", "c>a", "c>y"], ["a", "b", "c", "a"]),
    ])
    func `says the path of a cycle`(edges: [String], expected: [String]) {
        var graph = DependencyGraph<String>()
        for edge in edges {
            let ends = edge.split(separator: ">").map(String.init)
            graph.add(ends[0], waitsFor: ends[1])
        }
        do {
            let order = try graph.order()
            Issue.record("there is a cycle, but an order came back: \(order)")
        } catch {
            #expect(error.path == expected)
        }
    }

    @Test func `does not depend on the order in which it was built`() throws {
        let edges = (0..<200).map { ("n\($0 % 37)", "n\($0 % 17 + 40)") }
        var (one, other) = (DependencyGraph<String>(), DependencyGraph<String>())
        for (node, prerequisite) in edges { one.add(node, waitsFor: prerequisite) }
        for (node, prerequisite) in edges.reversed() { other.add(node, waitsFor: prerequisite) }
        #expect(try one.order() == other.order())
    }
}
