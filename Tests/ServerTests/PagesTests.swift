import Diagnostics
import Foundation
import Resources
import TestSupport
import Testing

@testable import Server

/// Whole pages of the sample, each as a file.
@Suite struct PagesTests {
    static let pages = Pages()

    @Test func `the overview shows what is live and what needs attention`() {
        PagesTests.check(PagesTests.pages.overview(WatchSample.snapshot, PagesTests.visitor("/")), "overview.html")
    }

    @Test func `an environment shows how it stands`() throws {
        for place in [
            WatchSample.prod, WatchSample.test, WatchPlace("churn", "dev"), WatchSample.fraud, WatchSample.geo,
        ] {
            let page = PagesTests.pages.environment(
                try PagesTests.place(place), place == WatchSample.prod ? WatchSample.detail : nil,
                place == WatchSample.prod ? WatchSample.timeline : [], PagesTests.ann(PageLink.environment(place)))
            PagesTests.check(page, "environment-\(place.repository)-\(place.environment).html")
        }
    }

    @Test(arguments: ["diff", "live", "desired", "uses"])
    func `a resource shows what is declared, what is live and what differs`(tab: String) throws {
        for (name, resource) in [("deployment", WatchSample.deployment), ("endpoint", WatchSample.endpoint)] {
            let view = try #require(WatchSample.detail.resources.first { $0.address == resource })
            let page = PagesTests.pages.resource(
                try PagesTests.place(WatchSample.prod), WatchSample.detail, view,
                PagesTests.visitor(PageLink.resource(WatchSample.prod, resource, tab: tab)))
            PagesTests.check(page, "resource-\(name)-\(tab).html")
        }
    }

    @Test func `the other pages of an environment`() throws {
        let pages = PagesTests.pages
        let (prod, test) = (try PagesTests.place(WatchSample.prod), try PagesTests.place(WatchSample.test))
        let ann = PagesTests.ann("/r/churn/prod/x")
        PagesTests.check(pages.timeline(prod, WatchSample.timeline, ann), "timeline.html")
        PagesTests.check(pages.plan(test, WatchSample.plan, ann), "plan.html")
        PagesTests.check(pages.drift(prod, WatchSample.drift, ann), "drift.html")
        PagesTests.check(pages.graph(prod, WatchSample.detail, ann), "graph.html")
        PagesTests.check(pages.run(prod, WatchSample.run.run, WatchSample.run.changes, ann), "run.html")
        PagesTests.check(pages.suspending(prod, ann), "suspend.html")
    }

    @Test func `pages outside of an environment`() {
        let pages = PagesTests.pages
        PagesTests.check(
            pages.login(back: "/r/churn/prod", problem: "that token is none of ours", PagesTests.visitor("/login")),
            "login.html")
        PagesTests.check(
            pages.message(
                status: 404, title: "There is no such page", text: "Nothing lies at '/x'.", nil,
                PagesTests.visitor("/x")),
            "message.html")
    }

    /// The pages are looked at in a browser too, from these files.
    @Test func `the assets are what pages name`() {
        let pages = PagesTests.pages
        for (path, name) in [
            (pages.stylePath, "style.css"), (pages.scriptPath, "script.js"), (pages.iconPath, "icon.svg"),
        ] {
            assertSnapshot(String(decoding: pages.assets[path]?.bytes ?? [], as: UTF8.self), name)
        }
    }

    /// A style that changes changes its name on every page: it is left out.
    static func check(_ page: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let named = page.replacing(/mooring-[0-9a-f]{16}/, with: "mooring-HASH")
        assertSnapshot(named, name, sourceLocation: sourceLocation)
    }

    static func visitor(_ path: String) -> Viewer { Viewer(name: nil, canLogIn: true, path: path) }
    static func ann(_ path: String) -> Viewer { Viewer(name: "ann", canLogIn: true, csrf: "c5rf", path: path) }

    static func place(_ place: WatchPlace) throws -> PagePlace {
        try #require(PagePlace(WatchSample.snapshot, place))
    }
}
