package import JSON

extension DSSClient {
    /// The JSON document that answers `call`; for those who build calls themselves.
    package func json(_ call: Call) async throws(DSSError) -> JSONValue {
        try await decode(call) { (value) throws(ShapeError) in value }
    }

    /// The document that answers `call`, which must be an object.
    package func object(_ call: Call) async throws(DSSError) -> JSONValue {
        try await decode(call) { (value) throws(ShapeError) in .object(try value.dueObject()) }
    }

    /// Sends `call` and reads its JSON; another shape is an error that names the answer.
    func decode<T: Sendable>(
        _ call: Call, _ decoder: (JSONValue) throws(ShapeError) -> T
    ) async throws(DSSError) -> T {
        let response = try await exchange(call)
        let reader = AnswerReader(call: call, endpoint: endpoint)
        guard case .json(let value) = try reader.reply(response) else {
            preconditionFailure("'\(call.operation)' does not answer with JSON")
        }
        return try reader.decode(value, response, decoder)
    }

    func list<T: Sendable>(
        _ call: Call, _ element: (JSONValue) throws(ShapeError) -> T
    ) async throws(DSSError) -> [T] {
        try await decode(call) { (value) throws(ShapeError) in try value.dueList(element) }
    }

    /// Sends a call whose answer starts or describes a long task.
    package func future(_ call: Call) async throws(DSSError) -> FutureState {
        guard case .future(let state) = try await send(call) else {
            preconditionFailure("'\(call.operation)' does not answer with the state of a task")
        }
        return state
    }

    /// Sends a call of which only success matters.
    package func perform(_ call: Call) async throws(DSSError) {
        _ = try await send(call)
    }

    /// Downloads into a new file at `path` and returns its length in bytes.
    package func download(_ call: Call, to path: String) async throws(DSSError) -> Int {
        guard case .file(let bytes) = try await send(call, destination: path) else {
            preconditionFailure("'\(call.operation)' does not answer with a file")
        }
        return bytes
    }
}
