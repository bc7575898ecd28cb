internal import CLibGit2
internal import Glibc

/// A way to a server that speaks git's own protocol; libgit2 speaks it, and we carry the bytes.
///
/// Its own ways know no time-outs, no client certificates, no proxies of the environment and only old SSH keys.
protocol Wire: AnyObject {
    /// Whether each message of ours is a request of its own, as with HTTP.
    static var isStateless: Bool { get }
    /// Starts to talk: about references, or, with `isFetch`, about the pack. One that is not stateless is asked once.
    func open(isFetch: Bool) throws(GitError) -> any WireStream
    func close()
}

protocol WireStream: AnyObject {
    func write(_ bytes: UnsafeRawBufferPointer) throws(GitError)
    /// How many bytes came; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(GitError) -> Int
}

/// One conversation with a server, as libgit2's callbacks see it.
final class WireSession {
    private let wire: any Wire
    fileprivate let isStateless: Bool
    private let mostBytes: Int
    private let breaker: Breaker
    /// Why it ended; libgit2 only hears that it did.
    fileprivate(set) var failure: GitError?

    init<W: Wire>(_ wire: W, mostBytes: Int, _ breaker: Breaker) {
        self.wire = wire
        isStateless = W.isStateless
        self.mostBytes = mostBytes
        self.breaker = breaker
    }

    /// Tells libgit2 to come to us, for as long as the session lives.
    func serve(_ callbacks: inout git_remote_callbacks) {
        callbacks.payload = Unmanaged.passUnretained(self).toOpaque()
        callbacks.transport = { made, remote, context in
            var definition = git_smart_subtransport_definition(
                callback: { made, _, context in makeSubtransport(made, context) }, rpc: 0, param: context)
            guard let context else { return GIT_EUSER.rawValue }
            let session = Unmanaged<WireSession>.fromOpaque(context).takeUnretainedValue()
            definition.rpc = session.isStateless ? 1 : 0
            return git_transport_smart(made, remote, &definition)
        }
        callbacks.transfer_progress = { progress, context in
            guard let context, let progress else { return GIT_EUSER.rawValue }
            let session = Unmanaged<WireSession>.fromOpaque(context).takeUnretainedValue()
            do throws(GitError) {
                try session.breaker.check()
                guard progress.pointee.received_bytes > session.mostBytes else { return 0 }
                throw .tooMuch(bytes: session.mostBytes)
            } catch {
                return session.fail(error)
            }
        }
    }

    fileprivate func open(isFetch: Bool) throws(GitError) -> any WireStream { try wire.open(isFetch: isFetch) }

    fileprivate func close() { wire.close() }

    fileprivate func fail(_ error: GitError) -> Int32 {
        if failure == nil { failure = error }
        git_error_set_str(Int32(GIT_ERROR_CALLBACK.rawValue), "the conversation was broken off")
        return GIT_ERROR.rawValue
    }
}

/// What libgit2 holds of a session: its own table of functions first, ours behind it.
private struct Subtransport {
    var table: git_smart_subtransport
    /// Kept by who called libgit2.
    var session: Unmanaged<WireSession>
    /// What is open.
    var stream: UnsafeMutablePointer<git_smart_subtransport_stream>?
}

private struct Stream {
    var table: git_smart_subtransport_stream
    var session: Unmanaged<WireSession>
    var box: Unmanaged<StreamBox>
}

private final class StreamBox {
    let stream: any WireStream

    init(_ stream: any WireStream) { self.stream = stream }
}

private func makeSubtransport(
    _ made: UnsafeMutablePointer<UnsafeMutablePointer<git_smart_subtransport>?>?, _ context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let made, let context else { return GIT_EUSER.rawValue }
    let memory = UnsafeMutablePointer<Subtransport>.allocate(capacity: 1)
    memory.initialize(
        to: Subtransport(
            table: git_smart_subtransport(
                action: { made, transport, _, action in open(made, transport, action) },
                close: { transport in
                    guard let transport else { return GIT_EUSER.rawValue }
                    let memory = UnsafeRawPointer(transport).assumingMemoryBound(to: Subtransport.self)
                    memory.pointee.session.takeUnretainedValue().close()
                    return 0
                },
                free: { transport in
                    UnsafeMutableRawPointer(transport)?.assumingMemoryBound(to: Subtransport.self).deallocate()
                }),
            session: .fromOpaque(context), stream: nil))
    made.pointee = UnsafeMutableRawPointer(memory).assumingMemoryBound(to: git_smart_subtransport.self)
    return 0
}

private func open(
    _ made: UnsafeMutablePointer<UnsafeMutablePointer<git_smart_subtransport_stream>?>?,
    _ transport: UnsafeMutablePointer<git_smart_subtransport>?, _ action: git_smart_service_t
) -> Int32 {
    guard let made, let transport else { return GIT_EUSER.rawValue }
    let owner = UnsafeMutableRawPointer(transport).assumingMemoryBound(to: Subtransport.self)
    let session = owner.pointee.session
    // One conversation has one stream: libgit2 takes no other.
    if !session.takeUnretainedValue().isStateless, let stream = owner.pointee.stream {
        made.pointee = stream
        return 0
    }
    let stream: any WireStream
    do throws(GitError) {
        guard action == GIT_SERVICE_UPLOADPACK_LS || action == GIT_SERVICE_UPLOADPACK else {
            throw GitError(.unsupported, "nothing is ever pushed")
        }
        stream = try session.takeUnretainedValue().open(isFetch: action == GIT_SERVICE_UPLOADPACK)
    } catch {
        return session.takeUnretainedValue().fail(error)
    }
    let memory = UnsafeMutablePointer<Stream>.allocate(capacity: 1)
    memory.initialize(
        to: Stream(
            table: git_smart_subtransport_stream(
                subtransport: transport,
                read: { stream, buffer, room, count in
                    perform(stream) { (stream) throws(GitError) in
                        count?.pointee = try stream.read(
                            into: UnsafeMutableRawBufferPointer(start: buffer, count: room))
                    }
                },
                write: { stream, bytes, count in
                    perform(stream) { (stream) throws(GitError) in
                        try stream.write(UnsafeRawBufferPointer(start: bytes, count: count))
                    }
                },
                free: { stream in
                    guard let memory = UnsafeMutableRawPointer(stream)?.assumingMemoryBound(to: Stream.self) else {
                        return
                    }
                    if let owner = UnsafeMutableRawPointer(memory.pointee.table.subtransport)?
                        .assumingMemoryBound(to: Subtransport.self), owner.pointee.stream == stream
                    {
                        owner.pointee.stream = nil
                    }
                    memory.pointee.box.release()
                    memory.deallocate()
                }), session: session, box: .passRetained(StreamBox(stream))))
    let handed = UnsafeMutableRawPointer(memory).assumingMemoryBound(to: git_smart_subtransport_stream.self)
    owner.pointee.stream = handed
    made.pointee = handed
    return 0
}

private func perform(
    _ stream: UnsafeMutablePointer<git_smart_subtransport_stream>?,
    _ body: (any WireStream) throws(GitError) -> Void
) -> Int32 {
    guard let stream else { return GIT_EUSER.rawValue }
    let memory = UnsafeRawPointer(stream).assumingMemoryBound(to: Stream.self)
    do throws(GitError) {
        try body(memory.pointee.box.takeUnretainedValue().stream)
        return 0
    } catch {
        return memory.pointee.session.takeUnretainedValue().fail(error)
    }
}
