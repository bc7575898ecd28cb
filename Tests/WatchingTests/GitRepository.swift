import Files
import Foundation

/// A repository of this machine, made with the `git` program.
struct GitRepository: Sendable {
    let path: String

    struct Failure: Error, CustomStringConvertible { let description: String }

    init(_ path: String) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try run("init", "-q", "-b", "main")
    }

    @discardableResult
    func run(_ arguments: String...) throws -> String { try run(arguments) }

    @discardableResult
    func run(_ arguments: [String]) throws -> String {
        let environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": path,
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "ann@test",
            "GIT_COMMITTER_NAME": "Ann", "GIT_COMMITTER_EMAIL": "ann@test",
            "GIT_AUTHOR_DATE": "2023-11-14T22:00:00Z", "GIT_COMMITTER_DATE": "2023-11-14T22:00:00Z",
        ]
        return try GitRepository.run(["git", "-C", path] + arguments, environment)
    }

    /// What a program says. Foundation's own way of starting one fails where very many files are open, as in these tests.
    @discardableResult
    static func run(_ words: [String], _ environment: [String: String]) throws -> String {
        let result = try ChildProcess.run(
            words, folder: "/", environment: environment, timeout: .seconds(300), mostBytes: 64 << 20)
        guard result.ending == .exit(0) else {
            throw Failure(
                description: "\(words.joined(separator: " ")): \(String(decoding: result.complaints, as: UTF8.self))")
        }
        return String(decoding: result.output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Writes files (nil removes one) and commits all; returns the commit's id.
    @discardableResult
    func commit(_ files: [String: String?], _ message: String = "Change") throws -> String {
        for (name, content) in files {
            let file = path + "/" + name
            if let content {
                try FileManager.default.createDirectory(
                    atPath: URL(fileURLWithPath: file).deletingLastPathComponent().path,
                    withIntermediateDirectories: true)
                try content.write(toFile: file, atomically: false, encoding: .utf8)
            } else {
                try FileManager.default.removeItem(atPath: file)
            }
        }
        try run("add", "-A")
        try run("commit", "-q", "--allow-empty", "-m", message)
        return try run("rev-parse", "HEAD")
    }
}
