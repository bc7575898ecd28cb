import HTTP
import TestSupport
import Testing

@Suite struct MutationTests {
    private static let whole = [
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"key\":[1,2,3]}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nX-Trailer: z\r\n\r\n",
        "HTTP/1.1 103 Early\r\nLink: a\r\n\r\nHTTP/1.0 404 No\r\nContent-Encoding: gzip\r\n\r\n\u{1f}nonsense",
    ]

    /// Cuts, repeats and changes bytes of a good answer.
    private static func mutated(_ generator: inout SeededGenerator) -> String {
        var text = Array((whole.randomElement(using: &generator) ?? "").unicodeScalars)
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !text.isEmpty {
            let place = Int.random(in: 0..<text.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: text.removeSubrange(place...)
            case 1: text.remove(at: place)
            case 2: text[place] = Unicode.Scalar(UInt8.random(in: 0...255, using: &generator))
            default: text.insert(contentsOf: text[place...].prefix(9), at: place)
            }
        }
        var result = String.UnicodeScalarView()
        result.append(contentsOf: text)
        return String(result)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `ends with an answer or an error whatever a server sends`(seed: UInt64) async throws {
        let generator = Box(SeededGenerator(seed: seed))
        let server = try LoopbackServer { _ in .bytesThenClose(generator.change { Self.mutated(&$0) }) }
        let transport = CurlTransport()
        var kinds: Set<HTTPError.Kind> = []
        for _ in 0..<300 {
            do throws(HTTPError) {
                let response = try await transport.send(
                    HTTPRequest(.get, server.url, timeout: .seconds(10), maximumBodyBytes: 1000))
                #expect(response.bodyBytes <= 1000)
            } catch { kinds.insert(error.kind) }
        }
        #expect(kinds.isSubset(of: [.connectionLost, .bodyTooLarge]), "seed \(seed)")
    }
}
