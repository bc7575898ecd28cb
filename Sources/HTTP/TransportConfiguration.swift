/// How connections are made: how many, how long to wait for one, and whom to trust.
package struct TransportConfiguration: Hashable, Sendable {
    /// PEM files that prove who we are to a server that asks.
    package struct ClientCertificate: Hashable, Sendable {
        package var certificateFile: String
        /// The private key, without a pass phrase; may be the same file.
        package var keyFile: String

        package init(certificateFile: String, keyFile: String) {
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }

    /// Connections, and thereby requests, at one time; further requests wait in order.
    package var maximumConnections: Int
    /// From the look-up of the name to the end of the TLS handshake.
    package var connectTimeout: Duration
    /// PEM file with the authorities to trust instead of the system's.
    package var caFile: String?
    package var clientCertificate: ClientCertificate?
    /// False trusts any server: for trials only.
    package var verifyTLS: Bool
    package var userAgent: String

    package init(
        maximumConnections: Int = 16, connectTimeout: Duration = .seconds(10), caFile: String? = nil,
        clientCertificate: ClientCertificate? = nil, verifyTLS: Bool = true, userAgent: String = "mooring"
    ) {
        precondition(maximumConnections > 0, "without a connection no request ends")
        self.maximumConnections = maximumConnections
        self.connectTimeout = connectTimeout
        self.caFile = caFile
        self.clientCertificate = clientCertificate
        self.verifyTLS = verifyTLS
        self.userAgent = userAgent
    }
}
