import HTTP
import JSON
import Sandbox
import Testing

/// The way of one service through all layers.
@Suite struct ThreadTests {
    @Test func `a service goes from the designer to the nodes`() async throws {
        let bench = try Bench()
        await bench.setUp()
        #expect(await bench.health() == "UNKNOWN")
        let update = await bench.update()
        #expect(update.json["hasResult"] == true)
        #expect(update.json["jobId"] == nil)
        let status = await bench.dss("GET", "/api-deployer/deployments/d1/status")
        #expect(
            status.text
                == #"{"deploymentId":"d1","health":"HEALTHY","healthMessages":{"messages":[],"anyMessage":false,"success":false,"warning":false,"error":false,"fatal":false},"apiNodes":[{"url":"sandbox://node-1"},{"url":"sandbox://node-2"}]}"#
        )
    }

    @Test func `the transport in this process sends the same`() async throws {
        let bench = try Bench()
        let transport = SandboxTransport(bench.sandbox)
        let answer = try await transport.send(
            HTTPRequest(.get, "sandbox://local/dip/publicapi/projects/", headers: [Bench.basic]))
        #expect(answer.status == 200)
        #expect(String(decoding: answer.body, as: UTF8.self).contains(#""projectKey":"SANDBOX""#))
    }
}
