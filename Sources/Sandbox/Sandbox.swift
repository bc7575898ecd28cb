package import JSON
import HTTP
internal import Synchronization

/// An emulator of a DSS node (designer, deployer, long tasks) and its API nodes: requests in, answers out, no sockets.
///
/// It serves `/dip/publicapi/…` and `/public/api/…` (the DSS node), `/nodes/NAME/…` (an API node: `admin/api`, `public/api/v1`,
/// `isAlive`) and `/sandbox/…` (its own controls: `faults`, `requests`, `state`). Requests are answered one at a time, in
/// the order in which they come; only the holding back of answers overlaps.
package final class Sandbox: Sendable {
    private let core: Mutex<Core>
    private let options: SandboxOptions

    /// Opens the data folder, or makes a fresh store from the seed.
    package init(_ options: SandboxOptions) throws(SandboxError) {
        self.options = options
        core = Mutex(try Core(options))
    }

    /// Answers one request, after the latency that options and faults ask for.
    package func answer(_ request: SandboxRequest) async -> SandboxAnswer {
        let (answer, delay) = begin(request)
        // A client that gave up waiting does not take back what it asked for.
        if delay > .zero { try? await options.sleep(delay) }
        return answer
    }

    /// Does what is asked at once, and says how long to hold back the answer.
    func begin(_ request: SandboxRequest) -> (answer: SandboxAnswer, delay: Duration) {
        core.withLock { $0.exchange(request) }
    }

    func sleep(_ duration: Duration) async throws { try await options.sleep(duration) }

    func isNode(_ name: String) -> Bool { core.withLock { $0.state.nodes[name] != nil } }

    /// Tells on which origin the sandbox answers, as `http://127.0.0.1:8080`, once the port is known.
    package func setBaseURL(_ url: String?) { core.withLock { $0.state.baseURL = url } }

    /// The API nodes' names and their base URLs.
    package var nodes: [String: String] {
        core.withLock { $0.state.nodeURLs }
    }

    /// Everything it holds, as `GET /sandbox/state` answers it.
    package var state: JSONValue { core.withLock { $0.state.dump } }
}
