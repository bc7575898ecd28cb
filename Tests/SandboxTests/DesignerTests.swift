import JSON
import Sandbox
import Testing

/// Section 4 of the wire reference.
@Suite struct DesignerTests {
    @Test func `a new service has no endpoint and appears in the list`() async throws {
        let bench = try Bench()
        #expect(await bench.dss("POST", "/projects/SANDBOX/apiservices/scoring").status == 200)
        #expect(
            await bench.dss("GET", "/projects/SANDBOX/apiservices/").text
                == #"[{"projectKey":"SANDBOX","id":"scoring","name":"scoring","authMethod":"PUBLIC","endpoints":[]}]"#)
        #expect(
            await bench.dss("GET", "/projects/SANDBOX/apiservices/scoring/settings").text
                == #"{"projectKey":"SANDBOX","id":"scoring","name":"scoring","tags":[],"authMethod":"PUBLIC","authRealm":{"queryKeys":[]},"oauth2Config":{},"endpoints":[],"customFields":{},"versionTag":{"versionNumber":0,"lastModifiedOn":1700000000000,"lastModifiedBy":{"login":"admin"}}}"#
        )
        #expect(await bench.dss("POST", "/projects/SANDBOX/apiservices/scoring").status == 400)
    }

    @Test func `a save drops unknown top-level keys and keeps endpoints to the byte`() async throws {
        let bench = try Bench()
        await bench.dss("POST", "/projects/SANDBOX/apiservices/scoring")
        let path = "/dip/publicapi/projects/SANDBOX/apiservices/scoring/settings"
        let endpoint = #"{"zeta":1.0,"id":"e","type":"PY_FUNCTION","more":{"b":1e2,"a":[null,12345678901234567890]}}"#
        let body = #"{"id":"other","projectKey":"X","unknown":1,"customFields":{"k":1.50},"endpoints":[\#(endpoint)]}"#
        #expect(await bench.raw("PUT", path, Array(body.utf8)).status == 200)
        let saved = await bench.ask("GET", path)
        #expect(saved.text.contains(endpoint))
        #expect(saved.text.contains(#""customFields":{"k":1.50}"#))
        #expect(saved.json["unknown"] == nil)
        #expect(saved.json["id"] == "scoring")
        #expect(saved.json["projectKey"] == "SANDBOX")
        #expect(saved.json["versionTag"]?["versionNumber"] == 1)
    }

    @Test(arguments: [
        #"{"endpoints":{}}"#, #"{"endpoints":[{"id":"e"}]}"#,
        #"{"endpoints":[{"id":"e","type":"T"},{"id":"e","type":"T"}]}"#, "[]", "{", "nonsense",
    ])
    func `settings that are none are refused`(body: String) async throws {
        let bench = try Bench()
        await bench.dss("POST", "/projects/SANDBOX/apiservices/scoring")
        let path = "/dip/publicapi/projects/SANDBOX/apiservices/scoring/settings"
        #expect(await bench.raw("PUT", path, Array(body.utf8)).status == 400)
    }

    @Test func `a package freezes the settings`() async throws {
        let bench = try Bench()
        await bench.setUp()
        let packages = "/projects/SANDBOX/apiservices/scoring/packages"
        #expect(await bench.dss("GET", packages).text == #"[{"id":"v1","createdOn":1700000000000}]"#)
        let before = await bench.dss("GET", "\(packages)/v1/archive").bytes
        await bench.dss("PUT", "/projects/SANDBOX/apiservices/scoring/settings", ["endpoints": []])
        #expect(await bench.dss("GET", "\(packages)/v1/archive").bytes == before)
        #expect(before.starts(with: Array("PK".utf8)))
        #expect(await bench.dss("POST", "\(packages)/v1").status == 400)
        #expect(
            await bench.dss("GET", "\(packages)/v1/summary").text
                == #"{"id":"v1","createdOn":1700000000000,"releaseNotes":null,"endpoints":[{"id":"score","type":"PY_FUNCTION"}]}"#
        )
    }

    @Test func `release notes come back and creation answers plain text`() async throws {
        let bench = try Bench()
        await bench.dss("POST", "/projects/SANDBOX/apiservices/s")
        let made = await bench.dss("POST", "/projects/SANDBOX/apiservices/s/packages/v1?releaseNotes=first+one%21")
        #expect(made.json == .null)
        #expect(
            await bench.dss("GET", "/projects/SANDBOX/apiservices/s/packages/v1/summary").json["releaseNotes"]
                == "first one!")
    }

    @Test func `a package is deleted once`() async throws {
        let bench = try Bench()
        await bench.setUp()
        let path = "/projects/SANDBOX/apiservices/scoring/packages/v1"
        #expect(await bench.dss("DELETE", path).status == 200)
        #expect(await bench.dss("DELETE", path).status == 404)
        #expect(await bench.dss("GET", "\(path)/archive").status == 404)
        // The published version lives on.
        #expect(await bench.dss("GET", "/api-deployer/services/scoring/versions/v1").status == 200)
    }

    @Test func `what is missing answers as a live server does`() async throws {
        let bench = try Bench()
        let service = "/projects/SANDBOX/apiservices/none"
        #expect(await bench.dss("GET", "\(service)/packages").description == "200 []")
        #expect(await bench.dss("GET", "\(service)/settings").status == 404)
        #expect(
            await bench.dss("GET", "\(service)/packages/v/summary").text
                == #"{"errorType":"java.lang.RuntimeException","message":"Package directory does not exist","detailedMessage":"Package directory does not exist"}"#
        )
    }

    @Test func `publishing makes the service, and refuses a version twice`() async throws {
        let bench = try Bench()
        await bench.setUp()
        let publish = "/projects/SANDBOX/apiservices/scoring/packages/v1/publish"
        #expect(await bench.dss("POST", publish).status == 400)
        #expect(
            await bench.dss("POST", "\(publish)?publishedServiceId=other").description
                == #"200 {"publishedServiceId":"other","packageId":"v1"}"#)
        let archive = await bench.dss("GET", "/projects/SANDBOX/apiservices/scoring/packages/v1/archive").bytes
        #expect(await bench.dss("GET", "/api-deployer/services/other/versions/v1").bytes == archive)
    }

    @Test func `a project that does not exist is forbidden when a seed names the projects`() async throws {
        let bench = try Bench(seed: ["projects": ["CHURN"]])
        #expect(await bench.dss("GET", "/projects/OTHER/apiservices/").status == 403)
        #expect(await bench.dss("POST", "/projects/OTHER/apiservices/s").status == 403)
        #expect(await bench.dss("GET", "/projects/CHURN/apiservices/").description == "200 []")
    }

    @Test func `without a seed a project is made at its first use`() async throws {
        let bench = try Bench()
        #expect(await bench.dss("GET", "/projects/NEW/apiservices/").description == "200 []")
        #expect(await bench.dss("POST", "/projects/NEW/apiservices/s").status == 200)
        let keys = await bench.dss("GET", "/projects/").json.array?.compactMap { $0["projectKey"]?.string }
        #expect(keys == ["NEW", "SANDBOX"])
    }
}
