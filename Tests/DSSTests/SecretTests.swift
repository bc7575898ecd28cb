import DSS
import Files
import HTTP
import JSON
import TestSupport
import Testing

/// A canary in each place that holds a secret, and every way in which Swift prints a value.
@Suite struct SecretTests {
    static let canary = "canary-4711"
    static let encoded = "Y2FuYXJ5LTQ3MTE6"

    static func printed(_ value: some Any) -> String {
        var text = "\(value)" + String(describing: value) + String(reflecting: value)
        dump(value, to: &text)
        func walk(_ mirror: Mirror, _ depth: Int) {
            guard depth < 10 else { return }
            for child in mirror.children {
                text += " \(child.label ?? ""): \(child.value)"
                walk(Mirror(reflecting: child.value), depth + 1)
            }
        }
        walk(Mirror(reflecting: value), 0)
        return text
    }

    @Test func `no value that holds a secret prints it`() {
        let secret = Secret(Self.canary)
        let endpoint = DSSEndpoint(
            host: "https://user:\(Self.canary)@h", credentials: .apiKey(secret),
            headers: [HTTPHeader("X-Token", Self.canary)])
        let client = DSSClient(endpoint: endpoint, transport: Recorder([]))
        let call = Call.saveInfraSettings("I", ["apiNodes": [["adminAPIKey": .string(Self.canary)]]])
        let texts = [
            Self.printed(secret), Self.printed(DSSCredentials.apiKey(secret)),
            Self.printed(DSSCredentials.bearerToken(secret)), Self.printed(endpoint), Self.printed(client),
            Self.printed(client.apiDeployer.deployment("d")), Self.printed(call), Self.printed(call.body),
            Self.printed([call]), Self.printed(Optional(secret) as Any),
        ]
        #expect(texts.filter { $0.contains(Self.canary) } == [])
        #expect("\(secret)" == "(secret)")
    }

    static let echoes: [Result<HTTPResponse, HTTPError>] = [
        answer("key \(canary) is wrong: Basic \(encoded)", status: 401, type: "text/plain"),
        answer(#"{"errorType": "\#(canary)", "message": "\#(canary) \#(encoded)"}"#, status: 500),
        answer("<html>\(canary) \(encoded)", type: "text/html"),
        answer("", status: 302, headers: [HTTPHeader("Location", "https://h/\(canary)?x=\(canary)")]),
        answer(#"{"\#(canary)": "\#(canary)"#),
        answer("\"\(canary)\"", type: canary),
    ]

    @Test(arguments: echoes)
    func `a server that echoes our key does not bring it into an error`(
        echo: Result<HTTPResponse, HTTPError>
    ) async throws {
        let endpoint = DSSEndpoint(host: "https://h", credentials: .apiKey(Secret(Self.canary)))
        do throws(DSSError) {
            _ = try await client(Recorder([echo]), endpoint: endpoint).project("P").apiService("S").getSettings()
            Issue.record("this should fail")
        } catch {
            let text = Self.printed(error) + TestSupport.text([error.diagnostic])
            #expect(!text.contains(Self.canary))
            #expect(!text.contains(Self.encoded.dropLast(4)))
        }
    }
}
