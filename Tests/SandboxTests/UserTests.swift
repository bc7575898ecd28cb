import HTTP
import JSON
import Sandbox
import Testing

@Suite struct UserTests {
    @Test func `lists changes under the login whose key was shown`() async throws {
        let sandbox = try Sandbox(
            SandboxOptions(
                seed: ["projects": ["P"], "users": [["login": "ann", "key": "ann-key"]]], key: "admin-key",
                updateDuration: .zero))
        func send(_ method: String, _ path: String, _ body: JSONValue? = nil, key: String) async -> JSONValue {
            let request = SandboxRequest(
                method: method, target: path, headers: [HTTPHeader("Authorization", "Bearer \(key)")],
                body: body?.bytes() ?? [])
            guard case .response(let response) = await sandbox.answer(request) else { return .null }
            return (try? JSONValue(parsing: response.body)) ?? .null
        }
        let service = "/dip/publicapi/projects/P/apiservices/s"
        _ = await send("POST", service, key: "admin-key")
        let settings = await send("GET", service + "/settings", key: "ann-key")
        #expect(settings["versionTag"]?["lastModifiedBy"]?["login"] == "admin")
        _ = await send("PUT", service + "/settings", settings, key: "ann-key")
        let saved = await send("GET", service + "/settings", key: "admin-key")
        #expect(saved["versionTag"]?["lastModifiedBy"]?["login"] == "ann")
        #expect(await send("GET", "/dip/publicapi/auth/info", key: "ann-key")["authIdentifier"] == "ann")
        #expect(await send("GET", "/sandbox/users", key: "admin-key") == ["admin", "ann"])
        // The sandbox's own controls are the admin's.
        #expect(await send("GET", "/sandbox/users", key: "ann-key")["errorType"] != nil)
        #expect(!sandbox.state.text().contains("ann-key"))
    }
}
