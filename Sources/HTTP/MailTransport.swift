internal import Dispatch
internal import Files
internal import Synchronization

/// Something that carries mails: libcurl, or a recorder in a test.
package protocol MailTransport: Sendable {
    /// Hands `message` (RFC 5322, lines ended by CR LF) to the server; returns when it took responsibility for it.
    func send(_ message: [UInt8], _ envelope: MailEnvelope) async throws(MailError)
}

/// Sends mails with libcurl: one connection for each, TLS as `MailEnvelope.server` asks for it, no proxy.
///
/// Each waits on a thread of its own, since mails are few and servers may be slow. A cancelled task's mail is broken off
/// within a second or so, and may have been taken by then.
package final class CurlMailTransport: MailTransport {
    /// A mail is a page of text; a larger one is none of ours.
    private static let longestMessage = 1 << 20
    /// More than a list of people; a mailing list is one address.
    private static let mostRecipients = 100

    package init() {}

    package func send(_ message: [UInt8], _ envelope: MailEnvelope) async throws(MailError) {
        try Self.check(message, envelope)
        let transfer = MailTransfer(message, envelope)
        // A queue for each: the threads of a concurrent one are few, and the common pool's.
        let queue = DispatchQueue(label: "mooring.mail")
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Result<Void, MailError>, Never>) in
                queue.async {
                    continuation.resume(returning: Result { () throws(MailError) in try transfer.run() })
                }
            }
        } onCancel: {
            transfer.isCancelled.store(true, ordering: .releasing)
        }
        try outcome.get()
    }

    /// Refuses whatever would be read otherwise on the wire than here.
    private static func check(_ message: [UInt8], _ envelope: MailEnvelope) throws(MailError) {
        guard let parts = URLParts(envelope.server), ["smtp", "smtps"].contains(parts.scheme), !parts.hasCredentials,
            envelope.server.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
        else {
            throw MailError(.invalid, "the mail server's address must be 'smtp://HOST:PORT' or 'smtps://HOST:PORT'")
        }
        guard (1...mostRecipients).contains(envelope.to.count) else {
            throw MailError(.invalid, "a mail goes to at least one and at most \(mostRecipients) addresses")
        }
        guard ([envelope.from] + envelope.to).allSatisfy(MailEnvelope.isAddress) else {
            throw MailError(.invalid, "a mail's addresses must be as 'name@example.com', in plain ASCII")
        }
        guard message.count <= longestMessage, !message.contains(0) else {
            throw MailError(.invalid, "the message is too long, or no text")
        }
    }
}
