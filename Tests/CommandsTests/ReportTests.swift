import Foundation
import Testing

/// What CI servers get of a run: files in several forms, marks in a pull request, a summary of the step.
@Suite struct ReportTests {
    private func bench() throws -> Workbench {
        let bench = try Workbench()
        try bench.copyExample("quickstart")
        return bench
    }

    private func run(
        _ bench: Workbench, _ arguments: [String], variables: [String: String] = [:], in place: String = "quickstart"
    ) async throws -> Workbench.Outcome {
        try await bench.start(arguments, in: place, variables: variables).end(within: 120)
    }

    @Test func `a plan and a run are written in each form that is asked for, besides what is printed`() async throws {
        let bench = try bench()
        let forms = ["text=p.txt", "json=p.json", "markdown=p.md", "junit=p.xml"].flatMap { ["--report", $0] }
        let plan = try await run(bench, ["plan", "--detailed-exitcode", "-o", "p.plan"] + forms)
        #expect(plan.status == 2, "\(plan.errors)")
        #expect(try bench.read("quickstart/p.txt") == plan.output)
        let document = try bench.read("quickstart/p.json")
        #expect(document.hasPrefix(#"{"#) && document.contains(#""digest""#))
        #expect(document == (try bench.read("quickstart/p.plan")))
        let markdown = try bench.read("quickstart/p.md")
        #expect(markdown.hasPrefix("**mooring plan** <code>local</code> · 7 to create"))
        #expect(markdown.contains("mooring apply p.plan"))
        #expect(try bench.read("quickstart/p.xml").contains(#"tests="7" failures="0" errors="0" skipped="7""#))

        let apply = try await run(
            bench, ["apply", "p.plan", "--json", "--report", "junit=a.xml", "--report", "markdown=a.md"])
        #expect(apply.status == 0, "\(apply.errors)")
        #expect(apply.output.hasPrefix("{"))
        #expect(try bench.read("quickstart/a.xml").contains(#"tests="7" failures="0" errors="0" skipped="0""#))
        #expect(try bench.read("quickstart/a.md").hasPrefix("**mooring apply** <code>local</code> · 7 applied · run 1"))

        let drift = try await run(
            bench,
            ["drift"]
                + ["text", "json", "markdown", "html", "junit", "sarif"].flatMap { ["--report", "\($0)=d.\($0)"] })
        #expect(drift.status == 0, "\(drift.errors)")
        #expect(try bench.read("quickstart/d.text") == drift.output)
        #expect(try bench.read("quickstart/d.html").hasPrefix("<!DOCTYPE html>"))
        #expect(try bench.read("quickstart/d.sarif").contains("2.1.0"))
    }

    @Test func `what failed is written too, and the exit status stays`() async throws {
        let bench = try bench()
        try bench.replace("type: PY_FUNCTION", "type: PY_FUNKTION", in: "quickstart/services/churn.yaml")
        let forms = ["json=a.json", "markdown=a.md", "junit=a.xml"].flatMap { ["--report", $0] }
        for (command, more) in [("validate", ["--report", "sarif=a.sarif"]), ("plan", []), ("apply", [])] {
            let outcome = try await run(bench, [command] + forms + more)
            #expect(outcome.status == 1)
            let errors = try bench.read("quickstart/a.xml").contains("services/churn.yaml:")
            #expect(errors, "\(command)")
            #expect(try bench.read("quickstart/a.md").contains("- error: <code>"))
            #expect(try bench.read("quickstart/a.json").contains(#""severity": "error""#))
        }
        #expect(try bench.read("quickstart/a.sarif").contains("services/churn.yaml"))
        let drift = try await run(bench, ["drift", "--report", "junit=d.xml", "--report", "html=d.html"])
        #expect(drift.status == 1)
        #expect(try bench.read("quickstart/d.xml").contains(#"errors="1""#))
    }

    @Test(arguments: [
        ["plan", "--report", "sarif=x"], ["plan", "--report", "junit"], ["plan", "--report", "nonsense=x"],
        ["plan", "--report", "junit=x", "--report", "text=x"], ["drift", "--accept", "--report", "text=x"],
        ["validate", "--report", "html=x"],
    ])
    func `a report that cannot be is refused at once`(arguments: [String]) async throws {
        let outcome = try await run(try bench(), arguments)
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("report"))
    }

    @Test func `a place that is none is told before anything is read, and one that is lost does not hide the result`()
        async throws
    {
        let bench = try bench()
        let folder = try await run(bench, ["apply", "--auto-approve", "--report", "junit=services"])
        #expect(folder.status == 1)
        #expect(folder.errors.contains("'services' is a folder"))
        #expect(!FileManager.default.fileExists(atPath: bench.path("quickstart/.mooring/state.db")))
        let lost = try await run(bench, ["plan", "--detailed-exitcode", "--report", "junit=no/where.xml"])
        #expect(lost.status == 2)
        #expect(lost.errors.contains("there is no folder"), "\(lost.errors)")
    }

    @Test func `on GitHub the place of an error is marked, as the repository knows it`() async throws {
        let bench = try bench()
        try bench.replace("type: PY_FUNCTION", "type: PY_FUNKTION", in: "quickstart/services/churn.yaml")
        let job = ["GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": bench.folder.path]
        let outcome = try await run(bench, ["validate", "-C", "quickstart"], variables: job, in: ".")
        #expect(outcome.status == 1)
        let marked = outcome.errors.firstMatch(
            of: /(?m)^::error file=quickstart\/services\/churn\.yaml,line=\d+,col=\d+,title=mooring%3A [a-z-]+::/)
        #expect(marked != nil, "\(outcome.errors)")
        let elsewhere = try await run(bench, ["validate"])
        #expect(!elsewhere.errors.contains("::error"))
    }

    @Test func `on GitHub the page of the run gets a summary of each step, below what is there`() async throws {
        let bench = try bench()
        try bench.write("summary.md", "before\n")
        let job = [
            "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": bench.folder.path,
            "GITHUB_STEP_SUMMARY": bench.path("summary.md"),
        ]
        for arguments in [["validate"], ["plan"], ["apply", "--auto-approve"], ["drift"]] {
            #expect(try await run(bench, arguments, variables: job).status == 0)
        }
        let titles = try bench.read("summary.md").components(separatedBy: "\n").filter {
            $0.hasPrefix("**mooring ") || $0 == "before"
        }
        #expect(
            titles.map { $0.prefix { $0 != "<" && !$0.isNumber } } == [
                "before", "**mooring validate** valid", "**mooring plan** ", "**mooring apply** ", "**mooring drift** ",
            ])
        try bench.write("summary.md", Data(count: 1 << 20))
        #expect(try await run(bench, ["plan"], variables: job).status == 0)
        #expect(try bench.read("summary.md").utf8.count == 1 << 20)
        let lost = try await run(
            bench, ["plan"], variables: job.merging(["GITHUB_STEP_SUMMARY": "/no/where"]) { $1 })
        #expect(lost.status == 0)
        #expect(lost.errors.contains("no-summary"))
    }

    @Test func `what failed is marked where it was asked for`() async throws {
        let bench = try bench()
        try bench.write(
            "quickstart/code/discount.py", "# sandbox: unhealthy\n" + bench.read("quickstart/code/discount.py"))
        let outcome = try await run(
            bench, ["apply", "--auto-approve"],
            variables: ["GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": bench.path("quickstart")])
        #expect(outcome.status != 0)
        #expect(
            outcome.errors.contains("::error file=infra/local.yaml,line=")
                && outcome.errors.contains("Deployment/churn-on-local"),
            "\(outcome.errors)")
    }

    @Test(arguments: [["GITHUB_ACTIONS": "true"], ["TF_BUILD": "True"]])
    func `no text of a manifest gives orders to the server that runs the job`(variables: [String: String]) async throws
    {
        let bench = try bench()
        let code = "::set-output name=approved::yes\n##vso[task.setvariable variable=approved]yes\n"
        try bench.write("quickstart/code/discount.py", code + bench.read("quickstart/code/discount.py"))
        let plan = try await run(bench, ["plan"], variables: variables)
        #expect(plan.status == 0, "\(plan.errors)")
        #expect(plan.output.contains("set-output"))
        let orders = (plan.output + plan.errors).components(separatedBy: "\n").filter { line in
            line.trimmingCharacters(in: .whitespaces).hasPrefix("::") || line.contains("##vso[")
        }
        #expect(orders == [])
    }

    @Test func `a comment that is cut leads to the job`() async throws {
        let bench = try bench()
        try bench.write("quickstart/code/discount.py", String(repeating: "# a line\n", count: 10))
        for number in 0..<120 {
            try bench.write(
                "quickstart/infra/more\(number).yaml",
                "{apiVersion: mooring/v1, kind: Infra, metadata: {name: \"more-\(number)-\(String(repeating: "x", count: 100))\"},"
                    + " spec: {type: STATIC, stage: Production, permissions: [{group: \"\(String(repeating: "y", count: 300))\"}]}}"
            )
        }
        let pages = [
            ["CI_JOB_URL": "https://gitlab.example.com/x/-/jobs/7"]: "https://gitlab.example.com/x/-/jobs/7",
            ["BUILD_URL": "https://jenkins.example.com/job/x/7/"]: "https://jenkins.example.com/job/x/7/console",
            ["SYSTEM_COLLECTIONURI": "https://dev.azure.com/o/", "SYSTEM_TEAMPROJECT": "a b", "BUILD_BUILDID": "7"]:
                "https://dev.azure.com/o/a%20b/_build/results?buildId=7",
            [
                "GITHUB_ACTIONS": "true", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "o/r",
                "GITHUB_RUN_ID": "7",
            ]: "https://github.com/o/r/actions/runs/7",
        ]
        for (variables, page) in pages {
            let plan = try await run(bench, ["plan", "--format", "markdown"], variables: variables)
            #expect(plan.output.contains("The whole plan is in [the log of the run](\(page))"), "\(plan.errors)")
            #expect(plan.output.utf8.count < 60_000)
        }
    }
}
