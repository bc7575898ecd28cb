internal import CLibPQ
internal import Glibc

/// What went wrong between us and the server.
enum PostgresFailure: Error {
    /// The connection, with libpq's word for it: whether the last statement was carried out nobody knows.
    case lost(String)
    /// One statement, with its SQLSTATE; the connection is good.
    case refused(String, String)
}

/// What a statement is given.
enum PostgresValue {
    case text(String?)
    case number(Int)
    case texts([String?])
    case numbers([Int])
}

/// One connection; each call ends within a time of its own.
final class PostgresConnection {
    private let handle: OpaquePointer

    init(_ settings: PostgresSettings) throws(PostgresFailure) { handle = try settings.connect() }

    deinit { PQfinish(handle) }

    /// As the server told when it greeted us.
    var serverEncoding: String { PQparameterStatus(handle, "server_encoding").map { String(cString: $0) } ?? "" }

    /// Runs statements without values, all in one message.
    func run(_ script: String) throws(PostgresFailure) {
        guard PQsendQuery(handle, script) == 1 else { throw lost() }
        try finish(nil)
    }

    /// Runs one statement, and hands over its rows as they come.
    ///
    /// An error of `row` ends nothing: it is called no more, and the first is returned.
    func rows(
        _ sql: String, _ values: [PostgresValue] = [], _ row: @escaping (PostgresRow) throws(MalformedRow) -> Void
    ) throws(PostgresFailure) -> MalformedRow? {
        let sent = withBytes(of: values) { pointers, lengths, formats in
            PQsendQueryParams(handle, sql, Int32(values.count), nil, pointers, lengths, formats, 0)
        }
        // Rows are read one by one: a whole state need not be in memory twice.
        guard sent == 1, PQsetSingleRowMode(handle) == 1 else { throw lost() }
        return try finish(row)
    }

    /// Sends what waits to be sent, and takes all answers up to the last.
    @discardableResult private func finish(
        _ row: ((PostgresRow) throws(MalformedRow) -> Void)?
    ) throws(PostgresFailure) -> MalformedRow? {
        var deadline = Deadline()
        while true {
            let waiting = PQflush(handle)
            if waiting == 0 { break }
            guard waiting > 0 else { throw lost() }
            // A server that is stuck in its own answers takes nothing until we read.
            try wait(Int16(POLLIN | POLLOUT), deadline)
            guard PQconsumeInput(handle) == 1 else { throw lost() }
        }
        var malformed: MalformedRow?
        var refusal: PostgresFailure?
        while true {
            while PQisBusy(handle) == 1 {
                try wait(Int16(POLLIN), deadline)
                guard PQconsumeInput(handle) == 1 else { throw lost() }
                // As long as rows come, it works.
                deadline = Deadline()
            }
            guard let result = PQgetResult(handle) else { break }
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_SINGLE_TUPLE, PGRES_TUPLES_OK:
                guard malformed == nil, refusal == nil, let row, PQntuples(result) > 0 else { continue }
                do throws(MalformedRow) { try row(PostgresRow(result: result)) } catch { malformed = error }
            case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: continue
            default: refusal = refusal ?? failure(result)
            }
        }
        if let refusal { throw refusal }
        guard PQstatus(handle) == CONNECTION_OK else { throw lost() }
        return malformed
    }

    private func failure(_ result: OpaquePointer) -> PostgresFailure {
        let state = PQresultErrorField(result, PostgresConnection.stateField).map { String(cString: $0) } ?? ""
        let text = PQresultErrorField(result, PostgresConnection.messageField) ?? PQresultErrorMessage(result)
        let message = text.map { String(cString: $0) } ?? ""
        let isLost =
            PQstatus(handle) != CONNECTION_OK || state.isEmpty || state.hasPrefix("08")
            || PostgresConnection.endings.contains(state)
        return isLost ? .lost(message) : .refused(state, message)
    }

    /// The server ends the connection: it stops, it starts, it was told to, we were idle for too long.
    private static let endings: Set<String> = ["57P01", "57P02", "57P03", "57P05", "25P03"]
    /// Macros with casts, which Swift does not see.
    private static let stateField = Int32(UInt8(ascii: "C"))
    private static let messageField = Int32(UInt8(ascii: "M"))

    private func lost() -> PostgresFailure {
        .lost(PQerrorMessage(handle).map { String(cString: $0) } ?? "the connection is gone")
    }

    private func wait(_ events: Int16, _ deadline: Deadline) throws(PostgresFailure) {
        var descriptor = pollfd(fd: PQsocket(handle), events: events, revents: 0)
        while true {
            let left = deadline.milliseconds
            guard left > 0, descriptor.fd >= 0 else { throw .lost("no answer in time") }
            let count = poll(&descriptor, 1, Int32(left))
            if count > 0 { return }
            guard count == 0 || errno == EINTR else { throw .lost(String(cString: strerror(errno))) }
        }
    }
}

/// A moment by which an answer is due.
private struct Deadline {
    private let end = Deadline.now() + PostgresSettings.answerMilliseconds

    /// How many are left.
    var milliseconds: Int { max(0, end - Deadline.now()) }

    private static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}

/// One row of an answer.
struct PostgresRow {
    fileprivate let result: OpaquePointer

    func text(_ column: Int32) throws(MalformedRow) -> String {
        guard let text = optionalText(column) else { throw MalformedRow("a text is missing") }
        return text
    }

    func optionalText(_ column: Int32) -> String? {
        guard PQgetisnull(result, 0, column) == 0, let value = PQgetvalue(result, 0, column) else { return nil }
        let bytes = UnsafeRawBufferPointer(start: value, count: Int(PQgetlength(result, 0, column)))
        return String(decoding: bytes, as: UTF8.self)
    }

    func number(_ column: Int32) throws(MalformedRow) -> Int {
        let text = try text(column)
        guard let number = Int(text) else { throw MalformedRow("'\(text)' is no number") }
        return number
    }
}

/// Values as libpq takes them: texts end with a zero byte, lists are in the server's binary form.
private func withBytes<T>(
    of values: [PostgresValue],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> T
) -> T {
    let bytes = values.map(\.bytes)
    let pointers = bytes.map { bytes -> UnsafeMutablePointer<CChar>? in
        guard let bytes else { return nil }
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
        for (index, byte) in bytes.enumerated() { copy[index] = CChar(bitPattern: byte) }
        return copy
    }
    defer { for pointer in pointers { pointer?.deallocate() } }
    return body(pointers.map { UnsafePointer($0) }, bytes.map { Int32($0?.count ?? 0) }, values.map(\.format))
}

extension PostgresValue {
    fileprivate var format: Int32 {
        switch self {
        case .text, .number: 0
        case .texts, .numbers: 1
        }
    }

    fileprivate var bytes: [UInt8]? {
        switch self {
        case .text(let text): return text.map { Array($0.utf8) + [0] }
        case .number(let number): return Array(String(number).utf8) + [0]
        case .texts(let texts):
            var bytes = header(type: 25, count: texts.count)
            for text in texts {
                guard let text else {
                    append(-1, to: &bytes)
                    continue
                }
                append(Int32(text.utf8.count), to: &bytes)
                bytes += text.utf8
            }
            return bytes
        case .numbers(let numbers):
            var bytes = header(type: 20, count: numbers.count)
            for number in numbers {
                append(8, to: &bytes)
                withUnsafeBytes(of: Int64(number).bigEndian) { bytes += $0 }
            }
            return bytes
        }
    }

    /// One dimension, which counts from 1; `type` is the elements' number in the server's catalogue.
    private func header(type: Int32, count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for number in [1, 1, type, Int32(count), 1] { append(number, to: &bytes) }
        return bytes
    }

    private func append(_ number: Int32, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { bytes += $0 }
    }
}
