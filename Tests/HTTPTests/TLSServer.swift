import Glibc
import TestSupport

/// `openssl s_server` with the authority's server certificate.
struct TLSServer {
    let program: Program
    let port: Int
    /// What it printed while it started.
    private(set) var seen: [UInt8] = []

    init(_ authority: Authority, _ more: [String]) throws {
        program = try Program(
            [
                "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", authority.path("server.pem"), "-key",
                authority.path("server.key"),
            ] + more)
        var printed: [UInt8] = []
        program.read(&printed) { Self.port(in: $0) != nil }
        guard let port = Self.port(in: printed) else {
            throw Scratch.Failure(message: "openssl s_server did not start")
        }
        self.port = port
        seen = printed
    }

    var url: String { "https://127.0.0.1:\(port)" }

    /// It prints `ACCEPT 127.0.0.1:40123` when it listens.
    private static func port(in printed: [UInt8]) -> Int? {
        for line in String(decoding: printed, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast() where line.hasPrefix("ACCEPT ")
        {
            return line.split(separator: ":").last.flatMap { Int($0) }
        }
        return nil
    }
}
