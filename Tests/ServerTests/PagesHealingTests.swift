import Reports
import Resources
import Testing

@testable import Server

/// What pages offer where something drifted.
@Suite struct PagesHealingTests {
    /// An environment where something drifted, changed as a test wants it.
    static func place(_ change: (inout EnvironmentStatus) -> Void) throws -> PagePlace {
        var status = EnvironmentStatus(name: "prod", mode: .auto, drift: .detect)
        status.drifted = 1
        status.driftChecked = WatchSample.now
        change(&status)
        var repository = RepositoryStatus(name: "churn", url: "/srv/churn.git", ref: "HEAD", path: ".")
        repository.environments = [status]
        let snapshot = WatchSnapshot(
            name: "central", version: "1.2.3", started: 0, now: WatchSample.now, repositories: [repository])
        return try #require(PagePlace(snapshot, WatchPlace("churn", "prod")))
    }

    static let cases: [(change: @Sendable (inout EnvironmentStatus) -> Void, words: String?)] = [
        ({ _ in }, "<button>Put back</button>"),
        ({ $0.held = WatchSample.snapshot.repositories[0].environments[0].held }, "<button>Put back</button>"),
        ({ $0.drifted = 0 }, nil), ({ $0.closed = "frozen" }, "Nothing is put back now: frozen."),
        ({ $0.reconciling = WatchSample.live }, "An apply is under way."),
        (
            { $0.suspended = Suspension(by: "ann", reason: "r", since: 0, until: nil) },
            "Nothing is put back while it is suspended."
        ),
    ]

    @Test(arguments: cases.indices)
    func `what drifted can be put back where something may be written`(index: Int) throws {
        let (change, words) = PagesHealingTests.cases[index]
        let place = try PagesHealingTests.place(change)
        let form = "action=\"/r/churn/prod/heal\""
        for viewer in [PagesTests.ann("/"), PagesTests.visitor("/")] {
            let pages = Pages()
            let both = [pages.environment(place, nil, [], viewer), pages.drift(place, WatchSample.drift, viewer)]
            for page in both {
                let isOffered = words?.hasPrefix("<button>") == true
                #expect(page.contains(form) == (isOffered && viewer.name != nil))
                #expect(page.contains(words ?? "<h1>") || isOffered && page.contains("Log in</a> to put it back."))
                #expect(!page.contains("mooring apply"))
            }
        }
    }

    @Test(arguments: [
        (WatchedEnvironment.Mode.planOnly, WatchedEnvironment.DriftMode.detect, "Nothing is written here"),
        (.approve, .detect, "<button>Put back</button>"), (.auto, .heal, "It is put back by itself."),
        (.approve, .off, "<button>Put back</button>"),
    ])
    func `how it is followed counts, too`(
        mode: WatchedEnvironment.Mode, drift: WatchedEnvironment.DriftMode, words: String
    ) throws {
        let place = try PagesHealingTests.place { status in
            status = EnvironmentStatus(name: "prod", mode: mode, drift: drift)
            status.drifted = 1
        }
        let html = Healing(place: place, viewer: PagesTests.ann("/")).html.text
        #expect(html.contains(words))
    }
}
