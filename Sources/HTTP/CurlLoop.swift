internal import CLibCurl
internal import Glibc
internal import Synchronization

/// The thread that owns the multi handle and everything in it.
///
/// A thread of its own, because the cooperative pool has one thread per core and must never block. Others reach it
/// only through `inbox`; all other properties are touched by the thread alone, hence `@unchecked`.
final class CurlLoop: @unchecked Sendable {
    /// Requests that were handed in and have not ended. Engines bound their own fan-out far below it; beyond it
    /// something runs wild.
    static let maximumUnfinished = 65_536
    /// How long the thread sleeps at most; libcurl wakes it earlier for sockets, deadlines and `curl_multi_wakeup`.
    private static let longestSleepMilliseconds: Int32 = 60_000

    private struct Inbox {
        var submitted: [CurlTransfer] = []
        var hasCancellations = false
        var unfinished = 0
        var isStopping = false
        var thread: pthread_t?
        /// Set while the thread lives; for `curl_multi_wakeup` only, under the lock.
        var multi: UnsafeMutableRawPointer?
    }

    private let inbox: Mutex<Inbox>
    private let configuration: TransportConfiguration
    /// Submitted transfers in their order; those before `next` have been started.
    private var waiting: [CurlTransfer] = []
    private var next = 0
    private var active: [UnsafeMutableRawPointer: EasyHandle] = [:]
    private var idle: [EasyHandle] = []

    init(_ configuration: TransportConfiguration) {
        self.configuration = configuration
        inbox = Mutex(Inbox())
    }

    // MARK: From any thread

    /// Hands `transfer` to the thread, which is started by the first; it ends by `resume`, in any case.
    func submit(_ transfer: CurlTransfer) {
        let refusal = inbox.withLock { inbox -> HTTPError? in
            guard !inbox.isStopping else { return transfer.error(.cancelled, "the connections were shut down") }
            guard inbox.unfinished < Self.maximumUnfinished else {
                return transfer.error(.unreachable, "\(inbox.unfinished) requests wait already")
            }
            guard CurlLibrary.isReady else {
                return transfer.error(.unreachable, "libcurl could not be loaded; on Debian it is the package libcurl4")
            }
            guard inbox.multi != nil || start(&inbox) else {
                return transfer.error(.unreachable, "the system gives no thread or no memory for connections")
            }
            inbox.unfinished += 1
            inbox.submitted.append(transfer)
            // Whoever put in the first has woken it already.
            if inbox.submitted.count == 1, let multi = inbox.multi { curl_multi_wakeup(multi) }
            return nil
        }
        if let refusal { transfer.resume(.failure(refusal)) }
    }

    /// Ends `transfer` soon, unless it has ended.
    func cancel(_ transfer: CurlTransfer) {
        transfer.isCancelled.store(true, ordering: .releasing)
        inbox.withLock { inbox in
            inbox.hasCancellations = true
            if let multi = inbox.multi { curl_multi_wakeup(multi) }
        }
    }

    /// Ends all transfers as cancelled and the thread with them; returns when it is gone.
    func stop() {
        let thread = inbox.withLock { inbox -> pthread_t? in
            inbox.isStopping = true
            if let multi = inbox.multi { curl_multi_wakeup(multi) }
            defer { inbox.thread = nil }
            return inbox.thread
        }
        if let thread { pthread_join(thread, nil) }
    }

    private func start(_ inbox: inout Inbox) -> Bool {
        guard let multi = curl_multi_init() else { return false }
        let connections = configuration.maximumConnections
        clibcurl_multi_setopt_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections)
        clibcurl_multi_setopt_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, connections)
        clibcurl_multi_setopt_long(multi, CURLMOPT_MAXCONNECTS, connections)
        let arguments = Unmanaged.passRetained(ThreadArguments(loop: self, multi: multi))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let arguments = Unmanaged<ThreadArguments>.fromOpaque(context).takeRetainedValue()
                arguments.loop.run(arguments.multi)
                return nil
            }, arguments.toOpaque())
        guard code == 0 else {
            arguments.release()
            curl_multi_cleanup(multi)
            return false
        }
        inbox.multi = multi
        inbox.thread = thread
        return true
    }

    private final class ThreadArguments {
        let loop: CurlLoop
        let multi: UnsafeMutableRawPointer

        init(loop: CurlLoop, multi: UnsafeMutableRawPointer) {
            self.loop = loop
            self.multi = multi
        }
    }

    // MARK: On the thread

    private func run(_ multi: UnsafeMutableRawPointer) {
        // Signals are for the program's own threads.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        while takeInbox(multi) {
            startWaiting(multi)
            var running: Int32 = 0
            let code = curl_multi_perform(multi, &running)
            let ended = collect(multi)
            if code != CURLM_OK {
                endAll(multi) { $0.error(.connectionLost, String(cString: curl_multi_strerror(code))) }
            } else if !ended || next == waiting.count {
                let code = curl_multi_poll(multi, nil, 0, Self.longestSleepMilliseconds, nil)
                guard code != CURLM_OK else { continue }
                endAll(multi) { $0.error(.connectionLost, String(cString: curl_multi_strerror(code))) }
            }
        }
        endAll(multi) { $0.error(.cancelled, "the connections were shut down") }
        inbox.withLock { $0.multi = nil }
        idle = []
        curl_multi_cleanup(multi)
    }

    /// Returns false when the thread is to end.
    private func takeInbox(_ multi: UnsafeMutableRawPointer) -> Bool {
        let (submitted, hasCancellations, isStopping) = inbox.withLock { inbox in
            defer {
                inbox.submitted.removeAll(keepingCapacity: true)
                inbox.hasCancellations = false
            }
            return (inbox.submitted, inbox.hasCancellations, inbox.isStopping)
        }
        waiting.append(contentsOf: submitted)
        if hasCancellations { endCancelled(multi) }
        return !isStopping
    }

    private func endCancelled(_ multi: UnsafeMutableRawPointer) {
        for handle in active.values {
            if let transfer = handle.transfer, transfer.isCancelled.load(ordering: .acquiring) {
                release(handle, multi)
                end(transfer, .failure(transfer.error(.cancelled, "the request was cancelled")))
            }
        }
        var kept: [CurlTransfer] = []
        for transfer in waiting[next...] {
            if transfer.isCancelled.load(ordering: .acquiring) {
                end(transfer, .failure(transfer.error(.cancelled, "the request was cancelled")))
            } else {
                kept.append(transfer)
            }
        }
        waiting = kept
        next = 0
    }

    private func startWaiting(_ multi: UnsafeMutableRawPointer) {
        while next < waiting.count, active.count < configuration.maximumConnections {
            let transfer = waiting[next]
            next += 1
            if transfer.isCancelled.load(ordering: .acquiring) {
                end(transfer, .failure(transfer.error(.cancelled, "the request was cancelled")))
            } else {
                start(transfer, multi)
            }
        }
        // All started, or mostly: give the started ones free, at a cost that adds up to one move each.
        if next == waiting.count || next > 1024 {
            waiting.removeFirst(next)
            next = 0
        }
    }

    private func start(_ transfer: CurlTransfer, _ multi: UnsafeMutableRawPointer) {
        guard let handle = idle.popLast() ?? EasyHandle() else {
            return end(transfer, .failure(transfer.error(.unreachable, "memory ran out")))
        }
        do throws(HTTPError) {
            if case .multipart(let field, let fileName, let path) = transfer.request.body {
                do throws(SystemFailure) {
                    transfer.source = try MultipartSource(
                        field: field, fileName: fileName, path: path, boundary: MultipartSource.makeBoundary())
                } catch { throw transfer.error(.file, error.message) }
            }
            try handle.prepare(for: transfer, configuration)
            let code = curl_multi_add_handle(multi, handle.pointer)
            guard code == CURLM_OK else {
                throw transfer.error(.unreachable, String(cString: curl_multi_strerror(code)))
            }
            active[handle.pointer] = handle
        } catch {
            handle.clear()
            idle.append(handle)
            end(transfer, .failure(error))
        }
    }

    /// Ends what libcurl has done; returns whether there was any.
    private func collect(_ multi: UnsafeMutableRawPointer) -> Bool {
        var ended = false
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = active[message.pointee.easy_handle],
                let transfer = handle.transfer
            else { continue }
            // The message dies with the removal.
            let code = clibcurl_message_result(message)
            let text = code == CURLE_OK ? "" : handle.message(for: code)
            release(handle, multi)
            inbox.withLock { $0.unfinished -= 1 }
            transfer.finish(code, message: text)
            ended = true
        }
        return ended
    }

    private func release(_ handle: EasyHandle, _ multi: UnsafeMutableRawPointer) {
        curl_multi_remove_handle(multi, handle.pointer)
        active[handle.pointer] = nil
        handle.clear()
        idle.append(handle)
    }

    private func end(_ transfer: CurlTransfer, _ outcome: CurlTransfer.Outcome) {
        inbox.withLock { $0.unfinished -= 1 }
        transfer.resume(outcome)
    }

    private func endAll(_ multi: UnsafeMutableRawPointer, _ error: (CurlTransfer) -> HTTPError) {
        for handle in active.values {
            guard let transfer = handle.transfer else { continue }
            release(handle, multi)
            end(transfer, .failure(error(transfer)))
        }
        for transfer in waiting[next...] { end(transfer, .failure(error(transfer))) }
        waiting = []
        next = 0
    }
}
