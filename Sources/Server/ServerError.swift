package import Diagnostics
import Glibc
import NIOCore

/// Why the server could not listen.
package struct ServerError: DiagnosableError {
    /// Host and port, as `127.0.0.1:8080`.
    package let address: String
    package let reason: String

    init(listeningOn address: String, _ error: any Error) {
        self.address = address
        reason =
            switch error {
            case let error as IOError where error.errnoCode == EADDRINUSE: "another process listens there"
            case let error as IOError where error.errnoCode == EACCES: "only root may listen there"
            case let error as IOError where error.errnoCode == EADDRNOTAVAIL: "this machine does not have that address"
            default: "\(error)"
            }
    }

    package var diagnostic: Diagnostic {
        Diagnostic(
            .error, "cannot-listen", "cannot listen on '\(address)': \(reason)", hint: "Port 0 takes one that is free.")
    }
}
