import Glibc
import HTTP
import TestSupport
import Testing

@Suite struct TLSTests {
    let authority: Authority

    init() throws { authority = try Authority() }

    func outcome(_ configuration: TransportConfiguration, _ url: String) async -> String {
        do throws(HTTPError) {
            let response = try await CurlTransport(configuration).send(
                HTTPRequest(.get, "\(url)/", timeout: .seconds(20)))
            return "\(response.status)"
        } catch { return error.kind.rawValue }
    }

    @Test func `trusts whom it is told to trust`() async throws {
        let server = try TLSServer(authority, ["-www"])
        #expect(await outcome(TransportConfiguration(), server.url) == "tls")
        #expect(await outcome(TransportConfiguration(caFile: authority.caFile), server.url) == "200")
        #expect(await outcome(TransportConfiguration(verifyTLS: false), server.url) == "200")
        #expect(await outcome(TransportConfiguration(caFile: authority.path("none.pem")), server.url) == "tls")
        #expect(await outcome(TransportConfiguration(caFile: authority.path("client.pem")), server.url) == "tls")
    }

    @Test func `refuses a certificate for another name`() async throws {
        let server = try TLSServer(authority, ["-www"])
        let url = "https://localhost:\(server.port)"
        #expect(await outcome(TransportConfiguration(caFile: authority.caFile), url) == "tls")
        #expect(await outcome(TransportConfiguration(verifyTLS: false), url) == "200")
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `shows its certificate to a server that asks`(version: String) async throws {
        let server = try TLSServer(
            authority, ["-www", version, "-Verify", "1", "-verify_return_error", "-CAfile", authority.caFile])
        var configuration = TransportConfiguration(caFile: authority.caFile)
        #expect(await outcome(configuration, server.url) == "tls")
        configuration.clientCertificate = .init(
            certificateFile: authority.path("client.pem"), keyFile: authority.path("client.key"))
        #expect(await outcome(configuration, server.url) == "200")
        // Another's key, and one that nobody unlocks.
        for key in ["server.key", "locked.key"] {
            configuration.clientCertificate = .init(
                certificateFile: authority.path("client.pem"), keyFile: authority.path(key))
            #expect(await outcome(configuration, server.url) == "tls")
        }
    }

    @Test func `speaks HTTP/2 where the server has it`() async throws {
        // s_server hands on the bytes of the connection; the frames are ours.
        let server = try TLSServer(authority, ["-alpn", "h2"])
        let transport = CurlTransport(TransportConfiguration(caFile: authority.caFile))
        let answer = Task { try await transport.send(HTTPRequest(.get, "\(server.url)/x")) }
        let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
        // The request's HEADERS frame: type 1, flags END_STREAM and END_HEADERS, stream 1.
        let request: [UInt8] = [1, 5, 0, 0, 0, 1]
        let seen = await server.program.bytes { $0.contains(preface) && $0.contains(request) }
        #expect(seen.contains(request))
        let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
        let acknowledgement: [UInt8] = [0, 0, 0, 4, 1, 0, 0, 0, 0]
        // 0x88 is the whole field ':status: 200' in HPACK's static table.
        let headers: [UInt8] = [0, 0, 1, 1, 4, 0, 0, 0, 1, 0x88]
        let data: [UInt8] = [0, 0, 5, 0, 1, 0, 0, 0, 1] + Array("hello".utf8)
        let frames = settings + acknowledgement + headers + data
        #expect(write(server.program.input, frames, frames.count) == frames.count)
        let response = try await answer.value
        #expect(response.status == 200)
        #expect(response.body == Array("hello".utf8))
    }
}
