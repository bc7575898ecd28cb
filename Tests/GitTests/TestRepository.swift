import Files
import Foundation
import Git
import Glibc
import Testing

/// A folder of its own for a test, with bare repositories and a working copy made by `git`.
final class Scratch: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/mooring-git.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure("no folder") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func path(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

    func write(_ name: String, _ data: Data) throws {
        let url = URL(fileURLWithPath: path(name))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: url)
    }
}

struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// What a program wrote on its standard output; throws, with what it wrote elsewhere, unless it ended well.
@discardableResult func run(
    _ words: [String], in folder: String = "/", environment: [String: String] = [:], input: String? = nil
) throws -> String {
    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let result: ChildProcess.Result
    do {
        // As long as a busy machine may take; a program that hangs must not hang the tests.
        result = try ChildProcess.run(
            words, folder: folder, environment: variables, input: input.map { Array($0.utf8) }, timeout: .seconds(300),
            mostBytes: 64 << 20)
    } catch {
        throw Failure("\(words.joined(separator: " ")): \(error.reason)")
    }
    guard result.ending == .exit(0) else {
        throw Failure("\(words.joined(separator: " ")): \(String(decoding: result.complaints, as: UTF8.self))")
    }
    return String(decoding: result.output, as: UTF8.self)
}

/// A server that runs as long as this is kept; it tells its port in its first line.
final class TestServer: @unchecked Sendable {
    // Kept for its end alone.
    private let child: ChildProcess
    let port: Int

    init(_ words: [String]) throws {
        let child = try ChildProcess(
            words, folder: "/", environment: ProcessInfo.processInfo.environment, hasInput: true)
        self.child = child
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64)
        while !line.contains(UInt8(ascii: "\n")) {
            let count = try buffer.withUnsafeMutableBytes { try child.read(into: $0, until: .now + .seconds(300)) }
            guard count > 0 else { throw Failure("the server did not start") }
            line += buffer[..<count]
        }
        guard let port = Int(String(decoding: line, as: UTF8.self).trimmingCharacters(in: .newlines)) else {
            throw Failure("the server told no port")
        }
        self.port = port
    }
}

/// A bare repository as a server has it, and a working copy that pushes to it.
final class TestRepository: Sendable {
    let scratch: Scratch
    var bare: String { scratch.path("origin.git") }
    var copy: String { scratch.path("copy") }

    init(_ scratch: Scratch? = nil) throws {
        self.scratch = try scratch ?? Scratch()
        try run(["git", "init", "-q", "--bare", "-b", "main", bare])
        try run(["git", "init", "-q", "-b", "main", copy])
        try git("remote", "add", "origin", bare)
    }

    /// Nothing of the machine's settings, and always the same author.
    static let environment = [
        "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "GIT_AUTHOR_NAME": "Ann Lee",
        "GIT_AUTHOR_EMAIL": "ann@example.com", "GIT_COMMITTER_NAME": "Ann Lee",
        "GIT_COMMITTER_EMAIL": "ann@example.com",
    ]

    @discardableResult func git(
        _ words: String..., environment: [String: String] = [:], input: String? = nil
    ) throws -> String {
        let text = try run(
            ["git"] + words, in: copy,
            environment: TestRepository.environment.merging(environment) { $1 }, input: input)
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Writes files, commits and pushes; the commit's id. Nil takes a file away.
    @discardableResult func push(
        _ files: [String: String?], message: String = "Change", branch: String = "main"
    ) throws -> String {
        let id = try commit(files, message: message)
        try git("push", "-q", "-f", "origin", "HEAD:refs/heads/\(branch)")
        return id
    }

    @discardableResult func commit(_ files: [String: String?], message: String = "Change") throws -> String {
        for (name, text) in files {
            if let text { try scratch.write("copy/\(name)", text) } else { try git("rm", "-q", name) }
        }
        try git("add", "-A")
        try git("commit", "-q", "--allow-empty", "-m", message)
        return try git("rev-parse", "HEAD")
    }

    func mirror(_ name: String = "mirror.git", url: String? = nil) -> Mirror {
        Mirror(folder: scratch.path(name), remote: Remote(url: url ?? bare))
    }
}
