import Foundation
import HTTP
import JSON
import Sandbox
import Testing

/// What a sandbox keeps on disk.
@Suite struct StoreTests {
    /// A folder for one test, gone afterwards.
    private func withFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sandbox-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder.appendingPathComponent("deep/data").path)
    }

    private func fill(_ bench: Bench) async {
        await bench.setUp()
        _ = await bench.update()
        await bench.dss("POST", "/api-deployer/services", ["publishedServiceId": "gone"])
        await bench.dss("DELETE", "/api-deployer/services/gone")
        await bench.ask("POST", "/nodes/node-1/admin/api/keys", ["label": "ci"])
        let foreign =
            "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"v7.zip\"\r\n\r\nPK\u{3}\u{4}x\r\n--B--"
        _ = await bench.raw(
            "POST", "/dip/publicapi/api-deployer/services/scoring/versions", Array(foreign.utf8),
            headers: [Bench.basic, HTTPHeader("Content-Type", "multipart/form-data; boundary=B")])
    }

    private func records(_ bench: Bench) async -> JSONValue? {
        await bench.ask("GET", "/sandbox/state").json["records"]
    }

    @Test func `a restart finds everything again`() async throws {
        try await withFolder { folder in
            let first = try Bench(data: folder)
            await fill(first)
            let before = await records(first)
            let second = try Bench(data: folder)
            #expect(await records(second) == before)
            #expect(await second.health() == "HEALTHY")
            #expect(
                await second.dss("GET", "/api-deployer/services/scoring/versions/v7").text == "PK\u{3}\u{4}x")
            #expect(await second.dss("GET", "/api-deployer/services/gone").status == 404)
        }
    }

    @Test func `a restart loses the updates that ran`() async throws {
        try await withFolder { folder in
            let first = try Bench(data: folder, updateMilliseconds: 300)
            await first.setUp()
            let job = try #require(await first.update().json["jobId"]?.string)
            let second = try Bench(data: folder)
            #expect(await second.dss("GET", "/futures/\(job)").status == 400)
            #expect(await second.health() == "UNKNOWN")
            #expect(await second.dss("GET", "/api-deployer/deployments/d1/last-update").json["status"] == "ERROR")
            #expect(await second.update().status == 200)
            #expect(await second.health() == "HEALTHY")
        }
    }

    @Test func `uploaded archives come and go with what names them`() async throws {
        try await withFolder { folder in
            let bench = try Bench(data: folder)
            await fill(bench)
            let files = { try FileManager.default.contentsOfDirectory(atPath: "\(folder)/archives") }
            #expect(try files().count == 1)
            // As a process leaves it that is killed between the file and the journal's line.
            try Data("PK".utf8).write(to: URL(fileURLWithPath: "\(folder)/archives/a999.zip"))
            let again = try Bench(data: folder)
            #expect(try files().count == 1)
            #expect(await again.dss("DELETE", "/api-deployer/services/scoring/versions/v7").status == 200)
            #expect(try files().isEmpty)
        }
    }

    @Test func `a staged file becomes a generation, once`() async throws {
        try await withFolder { folder in
            let bench = try Bench(data: folder)
            await bench.setUp()
            let zip = await bench.dss("GET", "/api-deployer/services/scoring/versions/v1").bytes
            let file = "\(folder)/staged.zip"
            try Data(zip).write(to: URL(fileURLWithPath: file))
            let admin = "/nodes/node-1/admin/api/services"
            await bench.ask("POST", admin, ["serviceId": "s"])
            let path = "\(admin)/s/generations/actions/importFromArchive?filePath="
            #expect(await bench.ask("POST", path + file).description == #"200 {"ok":true}"#)
            #expect(await bench.ask("POST", path + file).status == 400)
            #expect(await bench.ask("POST", "\(path)\(folder)/none.zip").status == 400)
            #expect(await bench.ask("POST", path).status == 400)
            let list = await bench.ask("GET", "\(admin)/s/generations").json["generations"]
            #expect(list?.array?.map { $0["generation"] } == ["v1"])
        }
    }

    @Test func `a journal cut at any byte opens with whole requests`() async throws {
        try await withFolder { folder in
            await fill(try Bench(data: folder))
            let journal = URL(fileURLWithPath: "\(folder)/journal")
            let whole = try Data(contentsOf: journal)
            let header = 18
            var seen: Set<Int> = []
            for length in stride(from: header, through: whole.count, by: 97) {
                try whole.prefix(length).write(to: journal)
                let bench = try Bench(data: folder)
                let count = try #require(await records(bench)?.array?.count)
                seen.insert(count)
                #expect(await bench.dss("POST", "/projects/SANDBOX/apiservices/after\(length)").status == 200)
                #expect(
                    await (try Bench(data: folder)).dss("GET", "/projects/SANDBOX/apiservices/after\(length)/settings")
                        .status == 200)
            }
            #expect(seen.count > 5)
        }
    }

    @Test func `a journal that was damaged in its middle is refused`() async throws {
        try await withFolder { folder in
            await fill(try Bench(data: folder))
            let journal = URL(fileURLWithPath: "\(folder)/journal")
            var bytes = try Data(contentsOf: journal)
            bytes[100] ^= 1
            try bytes.write(to: journal)
            #expect { try Bench(data: folder) } throws: { ($0 as? SandboxError)?.kind == .corrupt }
            try Data("something else\n".utf8).write(to: journal)
            #expect { try Bench(data: folder) } throws: { ($0 as? SandboxError)?.kind == .corrupt }
        }
    }

    @Test func `the journal is written anew when it is mostly past`() async throws {
        try await withFolder { folder in
            let bench = try Bench(data: folder)
            await bench.dss("POST", "/projects/SANDBOX/apiservices/s")
            for number in 0..<2_100 {
                await bench.dss("PUT", "/projects/SANDBOX/apiservices/s/settings", ["tags": [.string("\(number)")]])
            }
            let size = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/journal")).count
            #expect(size < 100_000)
            let again = try Bench(data: folder)
            #expect(await records(again) == records(bench))
        }
    }

    @Test func `a fault plan in the folder is read at the start`() async throws {
        try await withFolder { folder in
            _ = try Bench(data: folder)
            let file = URL(fileURLWithPath: "\(folder)/faults.json")
            try Data(#"{"errorRate": 1}"#.utf8).write(to: file)
            #expect(await (try Bench(data: folder)).dss("GET", "/projects/").status == 503)
            try Data(#"{"errorRate": "often"}"#.utf8).write(to: file)
            #expect { try Bench(data: folder) } throws: { ($0 as? SandboxError)?.kind == .faults }
        }
    }

    @Test func `a seed fills a fresh store only`() async throws {
        let seed: JSONValue = [
            "projects": ["CHURN"], "stages": ["Dev", ["id": "Prod", "desc": "live"]], "nodes": ["n"],
            "services": [
                ["projectKey": "CHURN", "id": "scoring", "settings": ["endpoints": [Bench.function]]]
            ],
            "packages": [["projectKey": "CHURN", "serviceId": "scoring", "id": "v1", "publish": true]],
            "published": [["id": "scoring", "settings": ["owner": "ann"]]],
            "infras": [
                [
                    "id": "i", "type": "STATIC", "stage": "Prod",
                    "apiNodes": [["url": "sandbox://n", "adminAPIKey": "sandbox-key"]],
                ]
            ],
            "deployments": [
                ["id": "d1", "publishedServiceId": "scoring", "infraId": "i", "version": "v1"],
                ["id": "d2", "publishedServiceId": "scoring", "infraId": "i", "version": "v1", "rolledOut": false],
            ],
        ]
        try await withFolder { folder in
            let bench = try Bench(data: folder, seed: seed)
            #expect(await bench.health() == "HEALTHY")
            #expect(await bench.health("d2") == "UNKNOWN")
            #expect(bench.sandbox.nodes == ["n": "sandbox://n"])
            #expect(
                await bench.dss("GET", "/api-deployer/stages").text
                    == #"[{"id":"Dev","desc":""},{"id":"Prod","desc":"live"}]"#)
            let again = try Bench(data: folder, seed: ["projects": ["OTHER"]])
            #expect(await records(again) == records(bench))
            #expect(await again.dss("GET", "/projects/OTHER").status == 403)
        }
    }

    @Test(arguments: [
        #"[]"#, #"{"nonsense": []}"#, #"{"projects": "CHURN"}"#, #"{"services": [{"id": "s"}]}"#,
        #"{"deployments": [{"id": "d", "publishedServiceId": "s", "infraId": "i", "version": "v"}]}"#,
    ])
    func `a seed that is none is refused`(seed: String) throws {
        let value = try JSONValue(parsing: seed)
        #expect { try Bench(seed: value) } throws: { ($0 as? SandboxError)?.kind == .seed }
    }

    @Test func `the transport sends files and writes files`() async throws {
        try await withFolder { folder in
            let bench = try Bench(data: folder)
            await bench.setUp()
            await bench.dss("POST", "/api-deployer/services", ["publishedServiceId": "copy"])
            let transport = SandboxTransport(bench.sandbox)
            let base = "sandbox://local/dip/publicapi/api-deployer/services"
            let file = "\(folder)/v1.zip"
            let down = try await transport.send(
                HTTPRequest(.get, "\(base)/scoring/versions/v1", headers: [Bench.basic], destination: file))
            #expect(down.body.isEmpty)
            let up = try await transport.send(
                HTTPRequest(
                    .post, "\(base)/copy/versions", headers: [Bench.basic],
                    body: .multipart(field: "file", fileName: "any.zip", path: file)))
            #expect(up.status == 200)
            let copy = await bench.dss("GET", "/api-deployer/services/copy/versions/v1").bytes
            #expect(copy == Array(try Data(contentsOf: URL(fileURLWithPath: file))))
            #expect(copy.count == down.bodyBytes)
            let alive = try await transport.send(HTTPRequest(.get, "sandbox://node-2/isAlive/"))
            #expect(alive.status == 200)
        }
    }
}
