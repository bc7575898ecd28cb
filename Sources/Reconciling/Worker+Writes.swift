internal import DSS
internal import Diagnostics
internal import Files
internal import HTTP
internal import JSON
internal import Planning
internal import Resources
internal import StateStorage

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

    /// Makes intents durable; their writes may be sent then, and not before.
    func intend(_ entries: [Entry]) async throws(StepFailure) -> [Intent.ID] {
        do throws(StateError) { return try await journal.intend(entries) } catch {
            throw StepFailure(.stopped(because: error))
        }
    }

    /// Sends a write that the journal knows of. When its answer is lost, `isDone` reads whether it was done.
    func write(
        _ entry: Entry, _ call: Call, to client: DSSClient, isDone: () async throws(DSSError) -> Bool
    ) async throws(StepFailure) {
        try await write(under: try await intend([entry])[0], of: entry.address, call, to: client, isDone: isDone)
    }

    /// As `write`, for a call that makes an object, which `isListed` looks for.
    func make(
        _ entry: Entry, _ object: Address, _ call: Call, to client: DSSClient,
        isListed: () async throws(DSSError) -> Bool
    ) async throws(StepFailure) {
        let id = try await intend([entry])[0]
        try await make(under: id, object, call, to: client, isListed: isListed)
    }

    /// As `make`, for what is intended already. What is there already and in no list is hidden from this key.
    func make(
        under id: Intent.ID, _ object: Address, _ call: Call, to client: DSSClient,
        isListed: () async throws(DSSError) -> Bool
    ) async throws(StepFailure) {
        do throws(StepFailure) { try await write(under: id, of: object, call, to: client, isDone: isListed) } catch {
            guard error.result == .moved, let isSeen = try? await isListed(), !isSeen else { throw error }
            let words = error.diagnostics.first?.message ?? ""
            throw StepFailure(
                .notVisible(object, "'\(object)' is there already, and no list names it: \(words)"))
        }
    }

    /// As `write`, for what is intended already.
    func write(
        under id: Intent.ID, of address: Address, _ call: Call, to client: DSSClient,
        isDone: () async throws(DSSError) -> Bool
    ) async throws(StepFailure) {
        do throws(StepFailure) { try await send(call, of: address, to: client, isDone: isDone) } catch {
            if !error.isOpen { await journal.settle(id, isDone: false) }
            throw error
        }
        await journal.settle(id, isDone: true)
    }

    private func send(
        _ call: Call, of address: Address, to client: DSSClient, isDone: () async throws(DSSError) -> Bool
    ) async throws(StepFailure) {
        for attempt in 1...Worker.mostAttempts {
            // Who lost the lease repeats nothing.
            if let problem = brake.loss {
                throw StepFailure(.stopped(because: problem), isOpen: true)
            }
            do throws(DSSError) {
                try await client.perform(call)
                return
            } catch {
                // What was sent twice is there already, or gone already: the connection repeats a lost DELETE by itself.
                let isRepeated = attempt > 1 && error.mayMeanPresent || call.method == .delete && error.mayMeanAbsent
                let failure = StepFailure(error.diagnostic, error.mayMeanPresent ? .moved : .failed)
                guard error.mayHaveArrived || isRepeated else { throw failure }
                let isFound: Bool
                do throws(DSSError) { isFound = try await isSettled(error, call, of: address, isDone) } catch {
                    throw StepFailure(error.diagnostic, isOpen: true)
                }
                if isFound { return }
                guard error.mayBeSentAgain, attempt < Worker.mostAttempts else {
                    throw StepFailure(failure.result, failure.diagnostics, isOpen: error.mayBeUnderWay)
                }
            }
        }
        preconditionFailure("the last attempt returns or throws")
    }

    /// Writes a document and reads it back. `onSaved` is called as soon as it is known to be written.
    ///
    /// When the answer to the write is lost, what is read back tells whether it was done. A document that did not keep all
    /// that is declared is not remembered as applied, but for the parts that are not in the failure.
    func save(
        _ entry: Entry, _ call: Call, to client: DSSClient, onSaved: () -> Void = {},
        read: () async throws(DSSError) -> JSONValue, check: (JSONValue) throws(StepFailure) -> Void
    ) async throws(StepFailure) {
        let id = try await intend([entry])[0]
        try await save(under: id, entry, call, to: client, onSaved: onSaved, read: read, check: check)
    }

    /// As `save`, for what is intended already.
    func save(
        under id: Intent.ID, _ entry: Entry, _ call: Call, to client: DSSClient, onSaved: () -> Void = {},
        read: () async throws(DSSError) -> JSONValue, check: (JSONValue) throws(StepFailure) -> Void
    ) async throws(StepFailure) {
        var lost: DSSError?
        do throws(DSSError) {
            try await client.perform(call)
            onSaved()
        } catch {
            guard error.mayHaveArrived else {
                await journal.settle(id, isDone: false)
                throw StepFailure(error)
            }
            lost = error
        }
        let back: JSONValue
        // When this fails too, the next run finds out.
        do throws(DSSError) { back = try await read() } catch { throw StepFailure(error.diagnostic, isOpen: true) }
        do throws(StepFailure) { try check(back) } catch {
            await journal.settle(id, isDone: false)
            if let lost { throw StepFailure(lost) }
            if let parts = error.parts {
                for record in entry.records where parts[record.address] == nil { await journal.put(record) }
            }
            throw error
        }
        onSaved()
        await journal.settle(id, isDone: true)
    }

    private func isSettled(
        _ error: DSSError, _ call: Call, of address: Address, _ isDone: () async throws(DSSError) -> Bool
    ) async throws(DSSError) -> Bool {
        guard error.mayHaveArrived else { return try await isDone() }
        for pause in Worker.pauses {
            await time.sleep(pause)
            if try await isDone() { return true }
        }
        guard error.mayBeUnderWay else { return false }
        let start = time.now()
        // Who lost the lock leaves it to the run that has it by now.
        while time.now() < start + Worker.longestWork, !brake.isInterrupted, brake.loss == nil {
            observe(
                .waiting(
                    address, text: "waiting for '\(call.line)', which had no answer in time",
                    milliseconds: (time.now() - start).milliseconds))
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
