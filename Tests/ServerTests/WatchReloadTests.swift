import Files
import HTTP
import Resources
import Testing

@testable import Server

/// What a server remembers of the one before it, once the watch file was read again.
@Suite(.timeLimit(.minutes(5))) struct WatchReloadTests {
    static func token(_ name: String, _ text: String) -> WatchCaller { WatchCaller(name: name, secret: Secret(text)) }

    /// The tokens of a file that is read again, and whether ann is logged in still.
    @Test(arguments: [
        ([token("ann", WatchBench.token)], true),
        ([token("bob", "another token of bob"), token("ann", WatchBench.token)], true),
        ([token("ann", "another token of ann")], false), ([token("bob", WatchBench.token)], false), ([], false),
    ])
    func `who is logged in stays so as long as the token is the same`(after: [WatchCaller], stays: Bool) async throws {
        let clock = HandClock()
        let memory = ServerMemory(clock: clock.clock)
        let (cookies, found) = AsyncStream.makeStream(of: (cookie: String, csrf: String).self)
        try await WatchBench.run(clock: clock, memory: memory) { found.yield(try await $0.logIn()) }
        found.finish()
        for await (cookie, csrf) in cookies {
            try await WatchBench.run(tokens: after, clock: clock, memory: memory) { bench in
                let reply = try await bench.submit("/r/churn/test/sync", [("csrf", csrf)], cookie: cookie)
                #expect(reply.status == (stays ? 303 : 403))
                #expect(bench.desk.actions == (stays ? ["ann: sync(churn/test)"] : []))
            }
            // And a token that was taken away and given back begins nothing anew.
            try await WatchBench.run(clock: clock, memory: memory) { bench in
                let reply = try await bench.submit("/r/churn/test/sync", [("csrf", csrf)], cookie: cookie)
                #expect(reply.status == (stays ? 303 : 403))
            }
        }
    }

    @Test func `attempts and calls that were counted stay so`() async throws {
        let clock = HandClock()
        let memory = ServerMemory(clock: clock.clock)
        let hooks = WatchHookTests.hook(.github)
        let proof = WatchHookTests.signed[0].headers
        try await WatchBench.run(hooks: hooks, clock: clock, memory: memory) { bench in
            for _ in 0..<WatchSite.mostAttempts {
                let wrong = try await bench.call("/api/r/churn/test/sync", "{}", token: "wrong")
                #expect(wrong.status == 401)
            }
            for _ in 0..<HookDoor.mostAtOnce {
                let wrong = try await bench.ask("POST", "/hooks/churn", body: "{}")
                #expect(wrong.status == 403)
            }
            #expect(try await bench.ask("POST", "/hooks/churn", proof, body: WatchHookTests.body).status == 202)
        }
        try await WatchBench.run(hooks: hooks, clock: clock, memory: memory) { bench in
            let wrong = try await bench.call("/api/r/churn/test/sync", "{}", token: "wrong")
            #expect(wrong.status == 429)
            #expect(try await bench.ask("POST", "/hooks/churn", body: "{}").status == 429)
            #expect(try await bench.ask("POST", "/hooks/churn", proof, body: WatchHookTests.body).status == 409)
            #expect(bench.desk.pokes == [])
        }
    }
}
