internal import Files
internal import HTTP
internal import Resources

/// Sends news as mails.
struct MailCarrier: Carrier {
    private let settings: EmailSettings
    private let caFile: String?
    private let secret: SecretSource
    private let transport: any MailTransport
    private let timeout: Duration

    init(
        _ settings: EmailSettings, folder: String, secret: @escaping SecretSource, transport: any MailTransport,
        settings patience: OutboxSettings
    ) {
        self.settings = settings
        caFile = settings.caFile.map { resolvePath($0, from: folder) }
        self.secret = secret
        self.transport = transport
        timeout = patience.timeout
    }

    func carry(_ parcel: Parcel) async throws(DeliveryFailure) {
        let from = MailAddress(settings.from)
        let to = settings.to.map { MailAddress($0) }
        var password: Secret?
        if let reference = settings.password { password = try await resolved(reference, secret) }
        let envelope = MailEnvelope(
            server: settings.server, user: settings.user, password: password, from: from.address,
            to: to.map(\.address), caFile: caFile, timeout: timeout)
        let message = MailMessage(parcel, from: from, to: to)
        do throws(MailError) { try await transport.send(message.bytes, envelope) } catch {
            throw DeliveryFailure(error.message, isTransient: error.isTransient)
        }
    }
}

/// A person's address, with or without a name before it: `Mooring <mooring@example.com>`.
struct MailAddress: Hashable {
    let name: String
    let address: String

    init(_ text: String) {
        guard text.hasSuffix(">"), let open = text.lastIndex(of: "<") else {
            name = ""
            address = text
            return
        }
        name = String(text[..<open].drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        address = String(text[text.index(after: open)...].dropLast())
    }

    /// As a header has it.
    var text: String { name.isEmpty ? address : "\(MailText.word(name, after: 0)) <\(address)>" }
}
