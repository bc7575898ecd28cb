import NIOCore
import Synchronization

/// The open connections, so that those on which nothing is asked make room for new ones.
///
/// Without it, as many connections as are allowed, opened and left alone, would keep everybody out for as long as an idle
/// one may live.
final class ConnectionBook: Sendable {
    private struct Entry {
        let channel: any Channel
        /// Rises with each time that a connection became idle.
        var idleSince: Int
        var isBusy = false
    }

    private struct Book {
        var entries: [ObjectIdentifier: Entry] = [:]
        var moments = 0
    }

    private let most: Int
    private let book = Mutex(Book())

    init(most: Int) { self.most = most }

    var count: Int { book.withLock { $0.entries.count } }

    /// Lets a connection in; where there are too many, the one that was idle longest goes, or this one when none is idle.
    func open(_ channel: any Channel) {
        let departing = book.withLock { book -> (any Channel)? in
            var departing: (any Channel)?
            if book.entries.count >= most {
                let idle = book.entries.filter { !$0.value.isBusy }.min { $0.value.idleSince < $1.value.idleSince }
                guard let idle else { return channel }
                departing = idle.value.channel
                book.entries[idle.key] = nil
            }
            book.moments += 1
            book.entries[ObjectIdentifier(channel)] = Entry(channel: channel, idleSince: book.moments)
            return departing
        }
        departing?.close(promise: nil)
    }

    func close(_ channel: any Channel) { book.withLock { $0.entries[ObjectIdentifier(channel)] = nil } }

    /// Something is asked on it.
    func begin(_ channel: any Channel) {
        book.withLock { $0.entries[ObjectIdentifier(channel)]?.isBusy = true }
    }

    /// It was answered.
    func end(_ channel: any Channel) {
        book.withLock { book in
            book.moments += 1
            let moment = book.moments
            book.entries[ObjectIdentifier(channel)]?.isBusy = false
            book.entries[ObjectIdentifier(channel)]?.idleSince = moment
        }
    }
}

/// Writes a connection into the book while it lasts.
final class ConnectionBookHandler: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = NIOAny

    private let book: ConnectionBook

    init(_ book: ConnectionBook) { self.book = book }

    func handlerAdded(context: ChannelHandlerContext) {
        book.open(context.channel)
        context.channel.closeFuture.whenComplete { [book, channel = context.channel] _ in book.close(channel) }
    }
}
