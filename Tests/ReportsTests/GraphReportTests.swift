import Graph
import JSON
import Reports
import Resources
import Testing

@Suite struct GraphReportTests {
    static var graph: DependencyGraph<Address> {
        var graph = DependencyGraph<Address>()
        graph.add(Sample.deployment, waitsFor: Sample.package)
        graph.add(Sample.deployment, waitsFor: Address(.infra, "a\"]; b\\"))
        graph.add(Sample.package, waitsFor: Sample.service)
        return graph
    }

    @Test func `for Graphviz`() {
        #expect(
            graphDot(Self.graph) == #"""
                digraph mooring {
                  rankdir=LR;
                  node [shape=box, fontname="sans-serif"];
                  "APIService/CHURN/scoring";
                  "Package/CHURN/scoring";
                  "Package/CHURN/scoring" -> "APIService/CHURN/scoring";
                  "Infra/a\"]; b\\";
                  "Deployment/scoring-on-prod";
                  "Deployment/scoring-on-prod" -> "Package/CHURN/scoring";
                  "Deployment/scoring-on-prod" -> "Infra/a\"]; b\\";
                }

                """#)
    }

    @Test func `for Mermaid`() {
        #expect(
            graphMermaid(Self.graph) == """
                flowchart LR
                  n0["APIService/CHURN/scoring"]
                  n1["Package/CHURN/scoring"]
                  n2["Infra/a#34;#93;#59; b#92;"]
                  n3["Deployment/scoring-on-prod"]
                  n1 --> n0
                  n3 --> n1
                  n3 --> n2

                """)
    }

    @Test func `as one document`() {
        #expect(
            graphJSON(Self.graph).text() == #"""
                {"nodes":[{"address":"APIService/CHURN/scoring","kind":"APIService","waitsFor":[]},\#
                {"address":"Package/CHURN/scoring","kind":"Package","waitsFor":["APIService/CHURN/scoring"]},\#
                {"address":"Infra/a\"]; b\\","kind":"Infra","waitsFor":[]},\#
                {"address":"Deployment/scoring-on-prod","kind":"Deployment",\#
                "waitsFor":["Package/CHURN/scoring","Infra/a\"]; b\\"]}]}
                """#)
    }
}
