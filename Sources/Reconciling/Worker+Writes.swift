internal import DSS
internal import Diagnostics
internal import Files
internal import HTTP
internal import Planning

/// Writes that must not be repeated blindly.
extension Worker {
    /// So often a write without an answer is settled by reading and sent again.
    private static let mostAttempts = 3
    /// Pauses before the looks at whether a write without an answer was done: a server behind a broken connection may be
    /// busy with it still.
    private static let pauses: [Duration] = [.milliseconds(200), .seconds(1), .seconds(3)]
    /// A server that does not answer in time may be busy with a large package for so long.
    private static let longestWork: Duration = .seconds(10 * 60)
    private static let longestPause: Duration = .seconds(15)

    /// Sends a write. When its answer is lost, `isDone` reads whether it was done.
    func write(
        _ call: Call, to client: DSSClient, isDone: () async throws(DSSError) -> Bool
    ) async throws(StepFailure) {
        do throws(DSSError) {
            for attempt in 1...Worker.mostAttempts {
                do throws(DSSError) {
                    try await client.perform(call)
                    return
                } catch {
                    // What was sent twice is there already, or gone already: the connection repeats a lost DELETE by itself.
                    let isRepeated =
                        attempt > 1 && error.mayMeanPresent || call.method == .delete && error.mayMeanAbsent
                    guard error.mayHaveArrived || isRepeated else { throw error }
                    if try await isSettled(error, isDone) { return }
                    guard error.mayBeSentAgain, attempt < Worker.mostAttempts else { throw error }
                }
            }
        } catch {
            throw StepFailure(error.diagnostic, error.mayMeanPresent ? .moved : .failed)
        }
    }

    private func isSettled(
        _ error: DSSError, _ isDone: () async throws(DSSError) -> Bool
    ) async throws(DSSError) -> Bool {
        guard error.mayHaveArrived else { return try await isDone() }
        for pause in Worker.pauses {
            await time.sleep(pause)
            if try await isDone() { return true }
        }
        guard error.mayBeUnderWay else { return false }
        let end = time.now() + Worker.longestWork
        while time.now() < end, !brake.isInterrupted {
            await time.sleep(Worker.longestPause)
            if try await isDone() { return true }
        }
        return false
    }

    /// A message without the secrets that this run writes: a server may tell what it was sent.
    func scrubbed(_ diagnostic: Diagnostic) -> Diagnostic {
        var diagnostic = diagnostic
        for secret in secrets.values {
            let text = secret.reveal()
            guard text.utf8.count >= Worker.shortestSecret else { continue }
            diagnostic.message = diagnostic.message.replacing(text, with: "(secret)")
            diagnostic.hint = diagnostic.hint?.replacing(text, with: "(secret)")
        }
        return diagnostic
    }

    /// Shorter texts stand in messages by chance, and taking them out would tell them.
    private static let shortestSecret = 4
}

extension DSSError {
    /// Whether the server may still be busy with what was sent.
    fileprivate var mayBeUnderWay: Bool {
        switch kind {
        case .transport(let error): error.kind == .timeout
        default: status == 408 || status == 504
        }
    }

    /// Whether a write that was found not done may be sent again. A bare 500 is how DSS answers to what it can't do at all.
    fileprivate var mayBeSentAgain: Bool {
        switch kind {
        case .transport(let error): error.kind == .connectionLost
        case .status(let status, _, _): status == 502 || status == 503
        case .unexpectedAnswer: true
        case .redirect, .unsendable: false
        }
    }
}
