import HTTP
import JSON
import Sandbox
import Testing

/// Sections 6.1 and 6.2 of the wire reference.
@Suite struct DeployerTests {
    @Test func `the stages are the usual ones`() async throws {
        let bench = try Bench()
        #expect(
            await bench.dss("GET", "/api-deployer/stages").text
                == #"[{"id":"Development","desc":""},{"id":"Test","desc":""},{"id":"Production","desc":""}]"#)
    }

    @Test func `an infra is made, listed, saved whole and deleted`() async throws {
        let bench = try Bench()
        let made = await bench.dss(
            "POST", "/api-deployer/infras",
            ["id": "i", "stage": "Test", "type": "STATIC", "governCheckPolicy": "WARN"])
        #expect(
            made.text
                == #"{"infraBasicInfo":{"id":"i","stage":"Test","type":"STATIC","governCheckPolicy":"WARN"},"deployments":[]}"#
        )
        #expect(await bench.dss("GET", "/api-deployer/infras").text == "[\(made.text)]")
        #expect(await bench.dss("GET", "/api-deployer/infras/i").text == made.text)
        #expect(
            await bench.dss("GET", "/api-deployer/infras/i/settings").text
                == #"{"id":"i","type":"STATIC","stage":"Test","governCheckPolicy":"WARN","apiNodes":[],"permissions":[]}"#
        )
        let body =
            #"{"zz":1.0,"id":"i","type":"STATIC","stage":"Test","apiNodes":[{"url":"u","x":1e3}],"new":{"b":null}}"#
        let path = "/dip/publicapi/api-deployer/infras/i/settings"
        #expect(await bench.raw("PUT", path, Array(body.utf8)).status == 200)
        #expect(await bench.ask("GET", path).text == body)
        #expect(await bench.dss("DELETE", "/api-deployer/infras/i").status == 200)
        #expect(await bench.dss("GET", "/api-deployer/infras/i").status == 404)
    }

    @Test(
        arguments: [
            (["id": "i", "stage": "Test", "type": "STATIC", "extra": 1], 400),
            (["id": "i", "stage": "Nowhere", "type": "STATIC"], 400), (["id": "i", "stage": "Test"], 400),
            (["stage": "Test", "type": "STATIC"], 400), (["id": "i", "stage": "Test", "type": "SAGEMAKER"], 200),
        ] as [(JSONValue, Int)])
    func `a wrong creation of an infra is refused`(body: JSONValue, status: Int) async throws {
        #expect(await (try Bench()).dss("POST", "/api-deployer/infras", body).status == status)
    }

    @Test func `an admin key comes back sealed, and the sealed text keeps it`() async throws {
        let bench = try Bench()
        await bench.setUp()
        let path = "/api-deployer/infras/prod/settings"
        let settings = await bench.dss("GET", path)
        #expect(!settings.text.contains(Bench.key))
        let sealed = try #require(settings.json["apiNodes"]?.array?.first?["adminAPIKey"]?.string)
        #expect(sealed.hasPrefix("e:AES:"))
        #expect(await bench.dss("PUT", path, settings.json).status == 200)
        #expect(await bench.dss("GET", path).text == settings.text)
        _ = await bench.update()
        #expect(await bench.health() == "HEALTHY")
    }

    @Test func `a node's key that was sealed elsewhere is a wrong key`() async throws {
        let bench = try Bench()
        await bench.setUp()
        var settings = try #require(Bench.infra.object)
        settings["apiNodes"] = [["url": "sandbox://node-1", "adminAPIKey": "e:AES:00112233445566778899aabb"]]
        await bench.dss("PUT", "/api-deployer/infras/prod/settings", .object(settings))
        let update = await bench.update()
        #expect(update.text.contains("Unknown API Key"))
        #expect(await bench.health() == "UNHEALTHY")
    }

    @Test func `a published service is made, described and saved`() async throws {
        let bench = try Bench()
        let made = await bench.dss("POST", "/api-deployer/services", ["publishedServiceId": "s"])
        #expect(
            made.text
                == #"{"serviceBasicInfo":{"id":"s","name":"s"},"packages":[],"deployments":[],"infras":[]}"#)
        #expect(await bench.dss("GET", "/api-deployer/services").text == "[\(made.text)]")
        #expect(await bench.dss("POST", "/api-deployer/services", ["publishedServiceId": "s"]).status == 400)
        #expect(
            await bench.dss("POST", "/api-deployer/services", ["publishedServiceId": "t", "id": "t"]).status == 400)
        let path = "/dip/publicapi/api-deployer/services/s/settings"
        let body = #"{"id":"s","more":1.0,"permissions":[{"group":"ops","deploy":true}]}"#
        #expect(await bench.raw("PUT", path, Array(body.utf8)).status == 200)
        #expect(await bench.ask("GET", path).text == body)
        #expect(await bench.dss("DELETE", "/api-deployer/services/s").status == 200)
        #expect(await bench.dss("GET", "/api-deployer/services/s").status == 404)
    }

    @Test func `a light status names versions and deployments`() async throws {
        let bench = try Bench()
        await bench.setUp()
        #expect(
            await bench.dss("GET", "/api-deployer/services/scoring").text
                == #"{"serviceBasicInfo":{"id":"scoring","name":"scoring"},"packages":[{"id":"v1","createdOn":1700000000000}],"deployments":[{"id":"d1","infraId":"prod"}],"infras":[{"id":"prod"}]}"#
        )
    }

    /// Uploads as the official client does; `head` are the part's lines.
    private func upload(
        _ bench: Bench, _ content: [UInt8], to service: String = "s",
        head: String = #"Content-Disposition: form-data; name="file"; filename="v7.zip""#
    ) async -> Bench.Outcome {
        let body = Array("--B0\r\n\(head)\r\n\r\n".utf8) + content + Array("\r\n--B0--\r\n".utf8)
        return Bench.Outcome(
            await bench.raw(
                "POST", "/dip/publicapi/api-deployer/services/\(service)/versions", body,
                headers: [Bench.basic, HTTPHeader("Content-Type", "multipart/form-data; boundary=B0")]))
    }

    @Test func `an uploaded archive comes back to the byte under its own version`() async throws {
        let bench = try Bench()
        await bench.setUp()
        let archive = await bench.dss("GET", "/projects/SANDBOX/apiservices/scoring/packages/v1/archive").bytes
        await bench.dss("POST", "/api-deployer/services", ["publishedServiceId": "s"])
        #expect(await upload(bench, archive).description == #"200 {"id":"v1"}"#)
        #expect(await bench.dss("GET", "/api-deployer/services/s/versions/v1").bytes == archive)
        #expect(await upload(bench, archive).status == 400)
    }

    @Test(arguments: [
        (#"Content-Disposition: form-data; name="file"; filename="v7.zip""#, 200),
        ("Content-Disposition: form-data; name=\"file\"; filename=\"a/v7.zip\"\r\nExpires: 0", 200),
        ("Content-Type: {'Expires': '0'}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"v7.zip\"", 200),
        (#"Content-Disposition: form-data; name="other"; filename="v7.zip""#, 400), ("X: y", 400),
    ])
    func `a foreign zip takes its version from the file's name`(head: String, status: Int) async throws {
        let bench = try Bench()
        await bench.dss("POST", "/api-deployer/services", ["publishedServiceId": "s"])
        let foreign = Array("PK".utf8) + [3, 4] + Array("\r\n--B1 not ours\r\n".utf8)
        #expect(await upload(bench, foreign, head: head).status == status)
        let found = await bench.dss("GET", "/api-deployer/services/s/versions/v7")
        #expect(found.status == (status == 200 ? 200 : 404))
        if status == 200 { #expect(found.bytes == foreign) }
    }

    @Test func `an upload to no service or of no zip is refused`() async throws {
        let bench = try Bench()
        #expect(await upload(bench, [1, 2, 3], to: "none").status == 404)
        await bench.dss("POST", "/api-deployer/services", ["publishedServiceId": "s"])
        #expect(await upload(bench, [1, 2, 3]).status == 400)
        #expect(await bench.dss("POST", "/api-deployer/services/s/versions", ["a": 1]).status == 400)
    }
}
