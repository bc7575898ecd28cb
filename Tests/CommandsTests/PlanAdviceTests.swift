import Foundation
import TestSupport
import Testing

/// What a plan says of itself at its end: the command that does it, or what to mend first.
@Suite struct PlanAdviceTests {
    private func bench(_ folder: String = "quickstart") throws -> Workbench {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        if folder != "quickstart" {
            try FileManager.default.moveItem(atPath: bench.path("quickstart"), toPath: bench.path(folder))
        }
        return bench
    }

    private func lines(_ outcome: Workbench.Outcome) -> [String] {
        outcome.output.split(separator: "\n").map(String.init)
    }

    @Test func `a narrowed plan says what it is about and repeats that in the command`() async throws {
        let bench = try bench()
        let selection = ["--target", "Infra/*", "--exclude", "Deployment/*"]
        let plan = lines(try await bench.start(["plan", "--no-health"] + selection, in: "quickstart").end())
        let only = "--target 'Infra/*' --exclude 'Deployment/*'"
        #expect(plan.contains("  only          \(only)"))
        #expect(
            plan.suffix(2) == [
                "Plan: 1 to create; only: \(only).", "To do this: mooring apply \(only) --no-health",
            ])
        #expect(try await bench.run("apply", "--auto-approve", "--target", "Infra/*", in: "quickstart").status == 0)
        let empty = lines(try await bench.start(["plan"] + selection, in: "quickstart").end())
        #expect(empty.first == "No changes in the part that was looked at; the rest was not compared.")
        #expect(empty.last == "Plan: nothing to change, 1 unchanged; only: \(only).")
        let markdown = try await bench.start(
            ["plan", "--format", "markdown"] + selection, in: "quickstart"
        ).end().output
        #expect(markdown.contains("only <code>"))
        #expect(!markdown.contains("Live matches"))
    }

    @Test func `a plan that cannot be applied says what to mend`() async throws {
        let bench = try bench()
        try bench.write(
            "quickstart/.mooring/sandbox/faults.json",
            #"{"rules": [{"match": {"path": "*/infras/*"}, "errorRate": 1, "status": 403}]}"#)
        #expect(
            try await bench.run("apply", "--auto-approve", "--target", "APIService/*", in: "quickstart").status == 0)
        try bench.write(
            "quickstart/.mooring/sandbox/faults.json",
            #"{"rules": [{"match": {"path": "*/apiservices/*"}, "errorRate": 1, "status": 403}]}"#)
        let outcome = try await bench.run("plan", "-o", "p.plan", in: "quickstart")
        #expect(outcome.status == 1)
        #expect(
            lines(outcome).last
                == "The plan was not saved. Nothing can be applied: mend the errors, then plan again.",
            "\(outcome.output)")
    }

    @Test func `a plan beyond the limits warns and exits as a plan does`() async throws {
        let bench = try bench()
        try bench.replace(
            "manifests: [services, infra]", "manifests: [services, infra]\n  limits: {maxChanges: 3}",
            in: "quickstart/mooring.yaml")
        let outcome = try await bench.run("plan", in: "quickstart")
        #expect(outcome.status == 0)
        #expect(outcome.errors.hasPrefix("warning: an apply will refuse: the plan has 7 changes"))
        #expect(
            lines(outcome).last
                == "An apply will refuse this plan: mend what is listed under 'An apply will refuse', then plan again.")
    }

    @Test func `a plan whose secrets are not here says so`() async throws {
        let bench = try bench()
        try bench.replace(
            "adminAPIKey: {file: ../.mooring/sandbox/key}", "adminAPIKey: {env: NOT_SET}",
            in: "quickstart/infra/local.yaml")
        let outcome = try await bench.run("plan", in: "quickstart")
        #expect(outcome.status == 0)
        #expect(
            lines(outcome).last
                == "Provide the secrets that are unavailable here. Then, to do this: mooring apply", "\(outcome.errors)"
        )
    }

    @Test(arguments: [
        ("sp ace", "'sp ace'"), ("it's", #"'it'\''s'"#), ("a;b", "'a;b'"), ("esc\u{1B}[2J", #"$'esc\x1b[2J'"#),
        ("plain-1.2", "plain-1.2"),
    ])
    func `printed commands can be pasted into a shell`(folder: String, word: String) async throws {
        let bench = try bench(folder)
        let plan = lines(try await bench.run("plan", "-C", folder))
        #expect(plan.last == "To do this: mooring apply -C \(word)")
        let saved = lines(try await bench.run("plan", "-C", folder, "-o", folder + ".plan"))
        #expect(
            saved.last?.hasSuffix(
                " mooring apply -C \(word) \(word.hasSuffix("'") ? String(word.dropLast()) + ".plan'" : word + ".plan")"
            ) == true)
    }

    @Test func `a stale plan tells ten of many names`() async throws {
        let bench = try bench()
        let infras = (10..<30).map { number in
            """
            ---
            apiVersion: mooring/v1
            kind: Infra
            metadata: {name: i\(number)}
            spec: {type: STATIC, stage: Development}

            """
        }.joined()
        try bench.write("quickstart/infra/many.yaml", infras)
        try await bench.run("plan", "-o", "p.plan", "--target", "Infra/i*", in: "quickstart")
        let apply = try await bench.run("apply", "--auto-approve", "--target", "Infra/i*", in: "quickstart")
        #expect(apply.status == 0)
        let stale = try await bench.run("apply", "p.plan", in: "quickstart")
        #expect(stale.status == 5)
        let names = (10..<20).map { "Infra/i\($0)" }.joined(separator: ", ")
        #expect(stale.errors.contains("moved since: \(names) and 10 more [stale-plan]"), "\(stale.errors)")
    }
}
