import Foundation
import JSON
import Reports
import Resources
import Testing

@testable import Server

/// The parts of pages that decide something.
@Suite struct PagesPartsTests {
    @Test(arguments: [
        ("/r?a=1&b=x%20y+z&a=2", "a", "1"), ("/r?a=1&b=x%20y+z", "b", "x y z"), ("/r?c=%4", "c", "%4"),
        ("/r?c=%e2%82%ac", "c", "€"), ("/r?d=a=b", "d", "a=b"), ("/r?e", "e", nil), ("/r", "a", nil), ("/r?", "", nil),
        ("/r?q=a?b", "q", "a?b"),
    ])
    func `a query is read`(path: String, name: String, value: String?) {
        #expect(PageQuery(of: path)[name] == value)
    }

    @Test func `a query is changed, and the rest of it stays`() {
        let query = PageQuery(of: "/r?q=a+b&kind=Infra&page=3")
        #expect(query.with(["page": "4"]) == "?kind=Infra&page=4&q=a+b")
        #expect(query.with(["page": nil, "kind": nil]) == "?q=a+b")
        #expect(PageQuery(of: "/r").with(["page": nil]) == "?")
    }

    @Test func `a query of a million fields is cut`() {
        let query = PageQuery(of: "/r?" + String(repeating: "a=b&", count: 100) + "last=1")
        #expect(query["last"] == nil && query["a"] == "b")
    }

    // MARK: Resources

    /// Three hundred deployments, each third degraded.
    static let many: EnvironmentDetail = {
        let resources = (1...300).map { number -> ResourceView in
            let name = "d\(String(1000 + number).dropFirst())"
            return ResourceView(
                Address(.deployment, name), action: .noOp, sync: number % 2 == 0 ? .synced : .outOfSync,
                health: number % 3 == 0 ? .degraded : .healthy, desired: [:], live: [:])
        }
        return EnvironmentDetail(
            place: WatchSample.prod, revision: nil, made: WatchSample.now, resources: resources, diagnostics: [])
    }()

    static func names(_ query: String) -> [String] {
        let html = ResourceList(many, PageQuery(of: "/r" + query), WatchSample.prod).html.text
        return html.matches(of: /<a href="[^"]*address=[^"]*">(?:<span[^>]*>[^<]*<\/span>)?(d\d+)</).map {
            String($0.output.1)
        }
    }

    @Test func `a long list comes in pages of 200`() {
        #expect(PagesPartsTests.names("").count == 200)
        #expect(PagesPartsTests.names("?page=2").first == "d201")
        #expect(PagesPartsTests.names("?page=2").count == 100)
        #expect(PagesPartsTests.names("?page=99").first == "d201")
        #expect(PagesPartsTests.names("?page=-1").first == "d001")
    }

    @Test func `filters go together`() {
        #expect(PagesPartsTests.names("?health=Degraded&sync=Synced&q=D02") == ["d024"])
        #expect(PagesPartsTests.names("?kind=Infra") == [])
        #expect(PagesPartsTests.names("?kind=Deployment&q=d299") == ["d299"])
    }

    @Test func `the worst comes first where that is asked, and equal ones stay in their order`() {
        #expect(PagesPartsTests.names("?sort=health").prefix(3) == ["d003", "d006", "d009"])
        #expect(PagesPartsTests.names("?sort=health&page=1")[99...101] == ["d300", "d001", "d002"])
        #expect(PagesPartsTests.names("?sort=nonsense").prefix(2) == ["d001", "d002"])
    }

    // MARK: Lines

    static func rows(_ before: String, _ after: String, context: Int = 3) -> [String] {
        let text = SideBySide(before, after, context: context).html.text
        let rows = text.matches(of: /(?s)<tr(?: class="skipped")? role="row">(.*?)<\/tr>/).map { String($0.output.1) }
        return rows.dropFirst().map { row in
            row.matches(of: /(?s)<td role="cell" class="t[^"]*">(?:<(?:del|ins)>)?([^<]*)/)
                .map { String($0.output.1) }.joined(separator: "|")
        }
    }

    @Test func `removed lines stand beside those that take their place`() {
        #expect(PagesPartsTests.rows("a\nb\nc\n", "a\nx\nc\n") == ["a|a", "b|x", "c|c"])
        #expect(PagesPartsTests.rows("a\nb\n", "a\nx\ny\n") == ["a|a", "b|x", "|y"])
        #expect(PagesPartsTests.rows("a\nb\nc\n", "c\n") == ["a|", "b|", "c|c"])
        #expect(PagesPartsTests.rows("", "a\n") == ["|a"])
        #expect(PagesPartsTests.rows("a\n", "") == ["a|"])
    }

    @Test func `blocks of differences do not run into each other`() {
        #expect(PagesPartsTests.rows("a\nb\nc\nd\n", "x\nb\nc\ny\n") == ["a|x", "b|b", "c|c", "d|y"])
        let long = (1...20).map { "\($0)\n" }.joined()
        #expect(
            PagesPartsTests.rows(long, long.replacing("10\n", with: "ten\n"), context: 1) == [
                "", "9|9", "10|ten", "11|11", "",
            ])
    }

    // MARK: Graph

    static func address(_ name: String) -> Address { Address(.deployment, name) }

    static func layout(_ uses: [String: [String]]) -> (layers: [String: Int], edges: [String]) {
        let graph = LayeredGraph(uses.keys.map(address)) { (uses[$0.name] ?? []).map(address) }
        let layers = Dictionary(uniqueKeysWithValues: graph.nodes.map { ($0.address.name, $0.layer) })
        let edges = graph.edges.map { "\(graph.nodes[$0.from].address.name)>\(graph.nodes[$0.to].address.name)" }
        return (layers, edges)
    }

    @Test func `what is used stands left, and what a longer way says is not drawn`() {
        let (layers, edges) = PagesPartsTests.layout(["a": [], "b": ["a"], "c": ["a", "b"], "d": ["c", "i"], "i": []])
        #expect(layers == ["a": 0, "b": 1, "c": 2, "d": 3, "i": 2])
        #expect(edges == ["b>a", "c>b", "d>c", "d>i"])
    }

    @Test func `a cycle is laid out too`() {
        let (layers, edges) = PagesPartsTests.layout(["a": ["b"], "b": ["c"], "c": ["a"], "d": ["d", "a"]])
        #expect(layers.count == 4 && layers.values.allSatisfy { (0..<4).contains($0) })
        #expect(edges.contains("a>b") && edges.contains("b>c") && edges.contains("c>a") && !edges.contains("d>d"))
    }

    @Test func `no two nodes lie at one place, and each row of a layer is taken`() {
        var uses: [String: [String]] = [:]
        for layer in 0..<4 {
            for row in 0..<8 {
                uses["n\(layer)\(row)"] =
                    layer == 0 ? [] : (0..<8).filter { ($0 * 3 + row) % 4 == 0 }.map { "n\(layer - 1)\($0)" }
            }
        }
        let graph = LayeredGraph(uses.keys.map(PagesPartsTests.address)) {
            (uses[$0.name] ?? []).map(PagesPartsTests.address)
        }
        let places = Set(graph.nodes.map { [$0.layer, $0.row] })
        #expect(places.count == graph.nodes.count)
        for layer in 0..<graph.layers {
            let rows = graph.nodes.filter { $0.layer == layer }.map(\.row).sorted()
            #expect(rows == Array(rows.indices))
        }
    }

    @Test func `services are drawn apart, each with its infrastructure`() {
        func view(_ address: Address, _ uses: [Address] = []) -> ResourceView {
            var view = ResourceView(address, action: .noOp, sync: .synced, health: .healthy, desired: [:], live: [:])
            view.uses = uses
            return view
        }
        let infra = Address(.infra, "shared")
        let (one, two) = (Address(.publishedService, "one"), Address(.publishedService, "two"))
        let resources = [
            view(one), view(two), view(infra), view(Address(.infra, "idle")),
            view(Address(.deployment, "d1"), [one, infra]), view(Address(.deployment, "d2"), [two, infra]),
        ]
        let groups = Group.all(of: resources)
        #expect(groups.map(\.name.description) == ["PublishedService/one", "PublishedService/two", "Infra/idle"])
        #expect(groups[0].addresses == [one, infra, Address(.deployment, "d1")])
    }

    @Test func `more than a drawing can show is a list`() {
        let service = Address(.publishedService, "s")
        var resources = [
            ResourceView(service, action: .noOp, sync: .synced, health: .healthy, desired: [:], live: [:])
        ]
        for number in 0..<GraphDrawing.mostNodes {
            var view = ResourceView(
                PagesPartsTests.address("d\(number)"), action: .noOp, sync: .synced, health: .healthy, desired: [:],
                live: [:])
            view.uses = [service]
            resources.append(view)
        }
        let detail = EnvironmentDetail(
            place: WatchSample.prod, revision: nil, made: 0, resources: resources, diagnostics: [])
        let drawing = GraphDrawing(place: WatchSample.prod, detail: detail, group: Group.all(of: resources)[0]).html
            .text
        #expect(drawing.contains("61 resources belong together") && !drawing.contains("<svg class=\"graph\""))
        #expect(drawing.matches(of: /<tr role="row"><th scope="row"/).count == 61)
    }

    @Test(arguments: [SyncStatus.synced, .outOfSync])
    func `what no node keeps is no difference where all is in sync`(sync: SyncStatus) throws {
        let view = ResourceView(
            WatchSample.deployment, action: .noOp, sync: sync, health: .healthy,
            desired: ["version": "v1", "rollout": ["timeout": "1m"]], live: ["version": "v1"])
        let page = try Pages().resource(
            PagesTests.place(WatchSample.prod), WatchSample.detail, view,
            PagesTests.visitor(PageLink.resource(WatchSample.prod, view.address, tab: "diff")))
        #expect(page.contains("Live holds what is declared.") == (sync == .synced))
        #expect(page.contains("Line by line") == (sync == .outOfSync))
    }

    @Test func `lines are compared without what no node keeps`() throws {
        var view = ResourceView(
            WatchSample.deployment, action: .update, sync: .outOfSync, health: .healthy,
            desired: ["version": "v2", "rollout": ["timeout": "1m"], "tags": ["a"], "settings": ["deep": 1]],
            live: ["version": "v1"])
        view.fields = ["version", "tags[a]", "settings.deep"].map { path in
            ResourceView.Field(path: path, live: "x", desired: "y", origin: "manifest")
        }
        view.details = ["HEALTHY", "version differs"]
        let page = try Pages().resource(
            PagesTests.place(WatchSample.prod), WatchSample.detail, view,
            PagesTests.visitor(PageLink.resource(WatchSample.prod, view.address, tab: "diff")))
        #expect(!page.contains("timeout") && page.contains("tags") && page.contains("deep"))
        #expect(page.contains("<dd>HEALTHY</dd>"))
    }

    // MARK: How things stand

    @Test(
        arguments: [(nil, "calm", "#57606a"), (WatchSample.live, "bad", "#b42318")] as [(CommitStamp?, String, String)])
    func `what was never made is missing, and nothing is wrong`(
        revision: CommitStamp?, tone: String, color: String
    ) throws {
        let place = try PagesHealingTests.place { status in
            status = EnvironmentStatus(name: "prod", mode: .approve, drift: .detect)
            status.revision = revision
            status.health = .missing
            status.deployments = [
                DeploymentCell(
                    name: "d", service: "s", infra: "i", version: nil, declaredVersion: "v1", sync: .outOfSync,
                    health: .missing)
            ]
        }
        let page = Pages().environment(place, nil, [], PagesTests.visitor("/"))
        let pages = [page, Matrix(place.snapshot).html.text]
        for page in pages {
            #expect(page.contains("badge \(tone)\" title=\"Health: Missing\""))
            #expect(!page.contains("badge \(tone == "bad" ? "calm" : "bad")\" title=\"Health: Missing\""))
        }
        #expect(page.contains(#"">d</a> <span class="none">nothing</span><span class="declared">"#))
        #expect(Badge(place.place, place.status).svg.contains(color))
    }

    @Test func `of many deployments some are told, and how many more there are`() throws {
        let place = try PagesHealingTests.place { status in
            status.deployments = (1...7).map {
                DeploymentCell(
                    name: "d\($0)", service: "s", infra: nil, version: "v1", declaredVersion: nil, sync: .synced,
                    health: .healthy)
            }
        }
        let page = Pages().environment(place, nil, [], PagesTests.visitor("/"))
        #expect(page.contains("d5</a> <b>v1</b><br>and 2 more</dd>") && !page.contains("d6"))
    }

    @Test func `what the same commit repeats is said once`() {
        let entry = { (kind: TimelineEntry.Kind, revision: CommitStamp, text: String) in
            TimelineEntry(time: WatchSample.now, kind: kind, revision: revision, text: text)
        }
        let entries = [
            entry(.held, WatchSample.bad, "it fails"), entry(.rolledBack, WatchSample.bad, "it fails"),
            entry(.failed, WatchSample.good, "it fails"), entry(.planned, WatchSample.good, "1 to create"),
        ]
        let html = Timeline(place: WatchSample.prod, now: WatchSample.now).list(entries).text
        let told = html.matches(of: /<b>([A-Z][a-z ]+)<\/b>(: [^<]*)? <time/).map {
            String($0.output.1) + ($0.output.2.map(String.init) ?? "")
        }
        #expect(told == ["Held: it fails", "Rolled back", "Failed: it fails", "Planned: 1 to create"])
    }

    @Test func `where nothing is ever written nothing is suspended`() throws {
        for mode in WatchedEnvironment.Mode.allCases {
            let place = try PagesHealingTests.place { $0 = EnvironmentStatus(name: "prod", mode: mode, drift: .off) }
            let page = Pages().environment(place, nil, [], PagesTests.ann("/"))
            #expect(page.contains("Suspend …") == (mode != .planOnly))
        }
    }

    // MARK: Who may do what

    @Test func `nobody who is not logged in sees a form that changes something`() throws {
        for canLogIn in [true, false] {
            let viewer = Viewer(name: nil, canLogIn: canLogIn, path: "/")
            for place in [WatchSample.prod, WatchSample.test, WatchSample.fraud] {
                let place = try PagesTests.place(place)
                let pages = Pages()
                for page in [
                    pages.environment(place, WatchSample.detail, [], viewer),
                    pages.plan(place, WatchSample.plan, viewer),
                    pages.suspending(place, viewer),
                ] {
                    #expect(!page.contains("method=\"post\""))
                    #expect(page.contains("/login") == canLogIn)
                }
            }
        }
    }

    @Test func `the assets are named by what they hold`() throws {
        let pages = Pages()
        #expect(pages.assets.count == 3)
        #expect(pages.assets[pages.stylePath]?.type == "text/css; charset=utf-8")
        #expect(pages.stylePath.contains(/^\/assets\/mooring-[0-9a-f]{16}\.css$/))
        #expect(Pages().stylePath == pages.stylePath)
    }
}
