import Foundation
import Synchronization
import TestSupport

/// A scratch folder in which the built program runs, as a user runs it.
final class Workbench: Sendable {
    /// What a run of the program came to.
    struct Outcome: Sendable {
        let status: Int32
        let output: String
        let errors: String
        let arguments: [String]
    }

    let folder: URL
    /// Variables besides `PATH`; the sandbox's key is fixed, so that what depends on it is the same each time.
    private let variables: [String: String]

    /// The folder that the tests and the program were built into.
    static let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    static let top = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Who runs the tests, as locks and histories tell it.
    static let person: String = {
        let user = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "uid-\(geteuid())"
        var host = [CChar](repeating: 0, count: Int(HOST_NAME_MAX) + 1)
        gethostname(&host, host.count)
        return user + "@" + String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }()

    /// Longer than any command of a test takes on a busy machine.
    private static let longestSeconds = 120.0

    init(_ variables: [String: String] = [:]) throws {
        folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appending(path: "mooring-test-\(UUID().uuidString)")
        self.variables = variables
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

    func write(_ name: String, _ data: Data) throws {
        let url = folder.appending(path: name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: url)
    }

    func read(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    func replace(_ old: String, _ new: String, in name: String) throws {
        let text = try read(name)
        precondition(text.contains(old), "the text to replace is there")
        try write(name, text.replacingOccurrences(of: old, with: new))
    }

    /// Copies an example into the folder under its own name.
    func copyExample(_ name: String) throws {
        let source = Workbench.top.appending(path: "examples/\(name)")
        try FileManager.default.copyItem(at: source, to: folder.appending(path: name))
        try? FileManager.default.removeItem(at: folder.appending(path: "\(name)/.mooring"))
    }

    /// Starts the program in a folder below this one.
    func start(
        _ arguments: [String], in place: String = ".", variables more: [String: String] = [:]
    ) throws -> RunningProgram {
        try RunningProgram(
            Workbench.products.appending(path: "mooring").path, arguments, folder: folder.appending(path: place),
            environment: [
                "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
                "MOORING_SANDBOX_KEY": "the-key-of-the-tests",
            ].merging(variables) { $1 }.merging(more) { $1 }, scratch: folder)
    }

    /// Runs the program to its end.
    @discardableResult func run(_ arguments: String..., in place: String = ".") async throws -> Outcome {
        try await start(arguments, in: place).end(within: Workbench.longestSeconds)
    }

    /// Serves the sandbox in a folder below this one, on a port; it must be told to end.
    func serve(_ data: String, _ arguments: String...) async throws -> RunningProgram {
        let server = try start(["sandbox", "--port", "0", "--data", data, "--json"] + arguments)
        try await server.wait { $0.output.hasSuffix("\n") || !$0.errors.isEmpty }
        return server
    }

    /// Changes one setting of what the sandbox in a folder holds, as somebody does in a screen of DSS: `change` is a
    /// login, a path, a key and a value in JSON.
    func alter(_ data: String, _ change: [String]) async throws {
        let server = try await serve(data)
        try write("server.json", server.output)
        let script = Workbench.top.appending(path: "scripts/somebody.py").path
        let outcome = try await RunningProgram(
            "/usr/bin/env", ["python3", script, path("server.json")] + change, folder: folder,
            environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"], scratch: folder
        ).end()
        precondition(outcome.status == 0, "the sandbox takes the change: \(outcome.errors)")
        server.signal(SIGTERM)
        _ = try await server.end()
    }

    /// The files below a folder, with what they hold: links are not followed.
    func files(below name: String) throws -> [String: Data] {
        let top = folder.appending(path: name)
        var files: [String: Data] = [:]
        for case let entry as String in FileManager.default.enumerator(atPath: top.path) ?? .init() {
            var isFolder: ObjCBool = false
            let path = top.appending(path: entry).path
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            files[entry] = try Data(contentsOf: URL(filePath: path))
        }
        return files
    }

    /// The run as a transcript, with what differs from run to run replaced.
    func transcript(_ outcome: Outcome, sortsErrors: Bool = false) -> String {
        var errors = outcome.errors
        if sortsErrors { errors = errors.split(separator: "\n").sorted().map { $0 + "\n" }.joined() }
        var text = "$ mooring \(outcome.arguments.joined(separator: " "))\n" + outcome.output
        if !errors.isEmpty { text += "[standard error]\n" + errors }
        text += "[exit \(outcome.status)]\n"
        return text.replacingOccurrences(of: folder.path, with: "FOLDER")
            .replacingOccurrences(of: Workbench.person, with: "PERSON")
            .replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z/, with: "INSTANT")
            // Whether an update is over at the first look depends on how busy the machine is.
            .replacing(/[^\n]*: waiting for its update, [^\n]*\n/, with: "")
            .replacing(/\d+(\.\d)?s\b/, with: "TIME")
            .replacing(/127\.0\.0\.1(:| port )\d+/, with: { "127.0.0.1\($0.1)PORT" })
            .replacing(/\d+ (ms|milliseconds)\b/, with: { "TIME \($0.1)" })
    }
}

/// A process of the program, with its output in files.
final class RunningProgram: Sendable {
    private let process: Mutex<Process>
    private let arguments: [String]
    private let outputFile: URL
    private let errorFile: URL
    private let ended: AsyncStream<Int32>

    struct TookTooLong: Error {}

    init(
        _ program: String, _ arguments: [String], folder: URL, environment: [String: String], scratch: URL
    ) throws {
        self.arguments = arguments
        let name = UUID().uuidString
        outputFile = scratch.appending(path: ".\(name).out")
        errorFile = scratch.appending(path: ".\(name).err")
        for file in [outputFile, errorFile] { try Data().write(to: file) }
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        // Closed at once: Foundation keeps a process and its files, and many users may have only 1,024 files open.
        let files = try [outputFile, errorFile].map { try FileHandle(forWritingTo: $0) }
        defer { for file in files { try? file.close() } }
        process.standardOutput = files[0]
        process.standardError = files[1]
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        ended = stream
        process.terminationHandler = { process in
            continuation.yield(
                process.terminationReason == .uncaughtSignal
                    ? 128 + process.terminationStatus : process.terminationStatus)
            continuation.finish()
        }
        try process.run()
        self.process = Mutex(process)
    }

    var output: String { (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }
    var errors: String { (try? String(contentsOf: errorFile, encoding: .utf8)) ?? "" }

    var identifier: Int32 { process.withLock { $0.processIdentifier } }

    func signal(_ number: Int32) { kill(identifier, number) }

    /// Sends a signal as soon as a condition on the output so far holds.
    ///
    /// On a thread of its own: the tasks of other tests may keep the pool busy for longer than the program runs.
    func signal(_ number: Int32, once isMet: @escaping @Sendable (RunningProgram) -> Bool) {
        let looks = 6000
        detachThread {
            for _ in 0..<looks where !isMet(self) { usleep(10_000) }
            self.signal(number)
        }
    }

    /// Waits until a condition on the output so far holds.
    func wait(within seconds: Double = 60, until isMet: (RunningProgram) -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while !isMet(self) {
            guard ContinuousClock.now < deadline else { throw TookTooLong() }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    func end(within seconds: Double = 60) async throws -> Workbench.Outcome {
        let watch = Task {
            try await Task.sleep(for: .seconds(seconds))
            signal(SIGKILL)
        }
        defer { watch.cancel() }
        for await status in ended {
            return Workbench.Outcome(status: status, output: output, errors: errors, arguments: arguments)
        }
        throw TookTooLong()
    }
}
