import Files
import Foundation

/// The PostgreSQL server that `scripts/with-postgres.sh` started for these tests.
struct TestServer: Sendable {
    /// Through its socket, as its superuser.
    let connection: Secret
    /// On 127.0.0.1, with TLS.
    let port: Int
    /// Where its certificates lie.
    let folder: String

    /// Nil where there is none.
    static let shared: TestServer? = {
        let environment = ProcessInfo.processInfo.environment
        guard let text = environment["MOORING_TEST_POSTGRES"],
            let port = environment["MOORING_TEST_POSTGRES_PORT"].flatMap({ Int($0) }),
            let folder = environment["MOORING_TEST_POSTGRES_FOLDER"]
        else { return nil }
        return TestServer(connection: Secret(text), port: port, folder: folder)
    }()

    /// Runs SQL as the superuser, and returns the lines of its answer.
    @discardableResult func run(_ sql: String) async throws -> [String] {
        let output = try await shell("psql", connection.reveal(), "-qAt", "-v", "ON_ERROR_STOP=1", "-c", sql)
        return output.split(separator: "\n").map(String.init)
    }
}
