import Foundation
import Glibc
import Testing

/// What `mooring watch` says and how it ends.
@Suite(.serialized) struct WatchCommandTests {
    @Test(.timeLimit(.minutes(5))) func `a watch file is checked, with its secrets and its repositories`() async throws
    {
        let bench = try await WatchBench()
        let without = try await bench.bench.run("watch", "check")
        #expect(without.status == 1, "\(without.output)\(without.errors)")
        let first = try await bench.push()
        let fine = try await bench.bench.run("watch", "check")
        #expect(fine.status == 0, "\(fine.errors)")
        #expect(fine.output.contains("is at \(first.prefix(10))"), "\(fine.output)")
        #expect(
            fine.output.hasSuffix(
                """
                  prod: apply auto, drift detect
                    deployer  \(bench.sandboxURL)
                    designer  \(bench.sandboxURL)

                """), "\(fine.output)")
        let lacking = try await bench.bench.start(["watch", "check"], variables: ["ANN_TOKEN": ""]).end()
        #expect(lacking.status == 1 && lacking.errors.contains("ANN_TOKEN"), "\(lacking.errors)")
        let offline = try await bench.bench.start(["watch", "check", "--offline"], variables: ["ANN_TOKEN": ""]).end()
        #expect(offline.status == 0, "\(offline.errors)")
        let missing = try await bench.bench.run("watch", "check", "-f", "nowhere.yaml")
        #expect(missing.status == 1 && missing.errors.contains("nowhere.yaml"), "\(missing.errors)")
        try bench.bench.write("bad.yaml", "kind: Watch\nspec: {repositories: 3}\n")
        let bad = try await bench.bench.run("watch", "check", "--json", "-f", "bad.yaml")
        #expect(bad.status == 1)
        #expect(try JSONSerialization.jsonObject(with: Data(bad.output.utf8)) is [String: Any])
        #expect(!FileManager.default.fileExists(atPath: bench.bench.path("data")))

        // Without a design node half of the manifests are only referred to.
        let text = try bench.bench.read("watch.yaml")
        try bench.bench.write("deployer.yaml", text.replacingOccurrences(of: "{designer:", with: "{deployer:"))
        let deployer = try await bench.bench.run("watch", "check", "deployer.yaml")
        #expect(deployer.status == 0, "\(deployer.errors)")
        #expect(
            deployer.output.contains("designer  none: services, endpoints and packages are only referred to"),
            "\(deployer.output)")
        #expect(try await bench.bench.run("watch", "check", "-f", "deployer.yaml").output == deployer.output)
        let whole = try await bench.bench.run("watch", "check", "--manifests")
        #expect(whole.status == 0 && whole.errors == "" && whole.output == fine.output, "\(whole.errors)")
        let half = try await bench.bench.run("watch", "check", "deployer.yaml", "--manifests")
        #expect(half.status == 0 && half.output == deployer.output, "\(half.output)")
        #expect(half.errors.contains("warning: 3 declared services, endpoints and packages"), "\(half.errors)")
        try bench.bench.replace("authMethod", "authMetod", in: "work/apis/churn.yaml")
        try await bench.push()
        let wrong = try await bench.bench.run("watch", "check", "--manifests")
        #expect(wrong.status == 1 && wrong.errors.contains("Did you mean 'authMethod'?"), "\(wrong.errors)")
        #expect(try await bench.bench.run("watch", "check").status == 0)
        #expect(!FileManager.default.fileExists(atPath: bench.bench.path("data")))
    }

    @Test func `a data folder that cannot be made is told, with what to do`() async throws {
        let bench = try Workbench()
        let repository = "{name: churn, url: away.git, environments: {prod: {deployer: {sandbox: .}}}}"
        for (data, reason) in [
            ("/proc/mooring", "no folder can be made in '/proc'"), ("watch.yaml/data", "not a folder"),
        ] {
            try bench.write(
                "watch.yaml",
                """
                apiVersion: mooring/v1
                kind: Watch
                metadata: {name: central}
                spec: {data: \(data), listen: "127.0.0.1:0", repositories: [\(repository)]}

                """)
            for arguments in [["watch"], ["watch", "run", "--once"]] {
                let outcome = try await bench.start(arguments).end()
                #expect(outcome.status == 1, "\(outcome.errors)")
                #expect(
                    outcome.errors.contains("[data-unusable]") && outcome.errors.contains(reason)
                        && outcome.errors.contains("'data' in the watch file names it"), "\(outcome.errors)")
            }
        }
    }

    @Test(.timeLimit(.minutes(5))) func `once does what is due and says how it ended`() async throws {
        let bench = try await WatchBench()
        let first = try await bench.push()
        let applied = try await bench.bench.run("watch", "--once", "--json")
        #expect(applied.status == 0, "\(applied.output)\(applied.errors)")
        #expect(applied.output.contains(#""revision": "\#(first)""#), "\(applied.output)")
        #expect(!applied.errors.contains(WatchBench.key))
        let writes = try await bench.writes().count
        let again = try await bench.bench.run("watch", "--once")
        #expect(again.status == 0, "\(again.errors)")
        #expect(again.output.contains("churn/prod"), "\(again.output)")
        #expect(try await bench.writes().count == writes)
        try bench.release("v2", breaks: true)
        try await bench.push()
        let rolledBack = try await bench.bench.run("watch", "--once")
        #expect(rolledBack.status == 9, "\(rolledBack.output)\(rolledBack.errors)")
        #expect(rolledBack.output.contains("is held"), "\(rolledBack.output)")
        #expect(
            rolledBack.output.contains("this one by: mooring watch run --once --retry-held\n"), "\(rolledBack.output)")
        // What is held is tried again for those alone who ask.
        let before = try await bench.writes().count
        #expect(try await bench.bench.run("watch", "--once").status == 9)
        #expect(try await bench.writes().count == before)
        #expect(try await bench.bench.run("watch", "--once", "--retry-held").status == 9)
        #expect(try await bench.writes().count > before)
        try bench.bench.write("work/apis/churn.yaml", "kind: [\n")
        try await bench.push()
        #expect(try await bench.bench.run("watch", "--once").status == 1)
        try FileManager.default.removeItem(atPath: bench.bench.path("origin.git"))
        #expect(try await bench.bench.run("watch", "--once").status == 1)
    }

    @Test(.timeLimit(.minutes(5))) func `one daemon works in a data folder, and its file can be read again`()
        async throws
    {
        let bench = try await WatchBench()
        let first = try await bench.push()
        let daemon = try await bench.daemon("--log-format", "json", "-v")
        try await daemon.live(first)
        let second = try await bench.bench.start(["watch", "--once"]).end(within: WatchBench.patience)
        #expect(second.status == 6, "\(second.errors)")

        // A file with errors changes nothing.
        let text = try bench.bench.read("watch.yaml")
        try bench.bench.write("watch.yaml", text.replacingOccurrences(of: "interval:", with: "intervall:"))
        daemon.program.signal(SIGHUP)
        try await daemon.program.wait(within: WatchBench.patience) { $0.errors.contains("has errors") }
        #expect(try await daemon.state().environment.revision == first)

        try bench.bench.write("watch.yaml", text.replacingOccurrences(of: "{name: central}", with: "{name: renamed}"))
        daemon.program.signal(SIGHUP)
        // It says anew where it is.
        try await daemon.program.wait(within: WatchBench.patience) { $0.output.split(separator: "\n").count == 2 }
        struct Announcement: Decodable { let url: String }
        let line = try #require(daemon.program.output.split(separator: "\n").last)
        let url = try JSONDecoder().decode(Announcement.self, from: Data(line.utf8)).url
        let status = try await bench.bench.run("watch", "status", "--json", "--url", url)
        #expect(status.output.contains(#""name": "renamed""#), "\(status.output)\(status.errors)")
        #expect(status.output.contains(first))

        let end = try await daemon.stop()
        #expect(end.status == 0, "\(end.errors)")
        let lines = end.errors.split(separator: "\n")
        #expect(
            lines.contains { $0.contains(#""message":"request sent""#) && $0.contains(#""path":"/dip/publicapi/"#) })
        for line in lines {
            #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: String], "\(line)")
        }
        #expect(!end.errors.contains(WatchBench.key) && !end.errors.contains(WatchBench.token))
    }

    @Test(.timeLimit(.minutes(5))) func `the service manager is told when it is ready and when it stops`() async throws
    {
        let bench = try await WatchBench()
        try await bench.push()
        let receiver = try Datagrams(at: bench.bench.path("notify"))
        let program = try bench.bench.start(["watch"], variables: ["NOTIFY_SOCKET": bench.bench.path("notify")])
        try await program.wait(within: WatchBench.patience) { _ in receiver.next() == "READY=1" }
        #expect(program.output.contains("The page is at http://127.0.0.1:"), "\(program.output)")
        program.signal(SIGTERM)
        try await program.wait(within: WatchBench.patience) { _ in receiver.next() == "STOPPING=1" }
        #expect(try await program.end(within: WatchBench.patience).status == 0)
    }

    @Test(arguments: [
        (["watch", "--listen", "8080"], "--listen"), (["watch", "approve", "churn", "abc"], "place"),
        (["watch", "suspend", "churn/prod"], "--reason"),
        (["watch", "suspend", "churn/prod", "--reason", "x", "--until", "soon"], "--until"),
        (["watch", "status", "--url", "mooring.example.com"], "https://"),
        (["watch", "status", "central.yaml"], "name the watch file by '-f central.yaml'"),
        (["watch", "check", "a.yaml", "-f", "b.yaml"], "these are two: 'a.yaml' and 'b.yaml'"),
        (["watch", "--retry-held"], "goes with '--once'"),
        (["watch", "check", "--offline", "--manifests"], "'--manifests' asks the repositories"),
    ])
    func `wrong usage is told`(arguments: [String], word: String) async throws {
        let bench = try Workbench()
        let outcome = try await bench.start(arguments).end()
        #expect(outcome.status == 64, "\(outcome.errors)")
        #expect(outcome.errors.contains(word), "\(outcome.errors)")
    }

    @Test(arguments: [("statsu", "Did you mean 'mooring watch status'?"), ("central.yaml", "-f FILE")])
    func `a watch file that is not there may be a command that there is not`(word: String, hint: String) async throws {
        let outcome = try await Workbench().run("watch", word)
        #expect(outcome.status == 1 && outcome.errors.contains("there is no file '\(word)'"), "\(outcome.errors)")
        #expect(outcome.errors.contains(hint), "\(outcome.errors)")
    }

    @Test func `a daemon that is not there is told`() async throws {
        // The discard port: nobody listens there.
        let bench = try Workbench()
        let outcome = try await bench.run("watch", "status", "--url", "http://127.0.0.1:9")
        #expect(outcome.status == 1 && outcome.errors.contains("--url"), "\(outcome.errors)")
    }
}

/// A socket that datagrams are sent to, as a service manager has one.
private final class Datagrams: Sendable {
    private let descriptor: Int32

    struct Unavailable: Error {}

    init(at path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { throw Unavailable() }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard status == 0 else { throw Unavailable() }
    }

    deinit { close(descriptor) }

    /// The oldest one that came and was not read yet.
    func next() -> String? {
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
    }
}
