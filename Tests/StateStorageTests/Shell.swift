import Foundation

/// Runs a program to its end, and returns what it printed; throws when it fails.
///
/// It is waited for on a thread of its own: the tests' threads are few.
@discardableResult func shell(_ words: String...) async throws -> String { try await shell(words) }

@discardableResult func shell(_ words: [String]) async throws -> String {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
            continuation.resume(with: Result { try run(words) })
        }
    }
}

/// The first lines that a program prints, fewer when it ends.
func lines(_ count: Int, from handle: FileHandle) async -> [String] {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread {
            var text = Data()
            while text.count(where: { $0 == 0x0A }) < count {
                let piece = handle.availableData
                if piece.isEmpty { break }
                text += piece
            }
            let lines = String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
            continuation.resume(returning: lines)
        }
    }
}

struct ShellFailure: Error, CustomStringConvertible {
    let description: String
}

private func run(_ words: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let text = String(decoding: data, as: UTF8.self)
    guard process.terminationStatus == 0 else { throw ShellFailure(description: "\(words): \(text)") }
    return text
}

/// Does to a SQLite file what another program might.
@discardableResult func sql(_ path: String, _ statement: String) async throws -> String {
    let program = """
        import sqlite3, sys
        database = sqlite3.connect(sys.argv[1])
        print(database.execute(sys.argv[2]).fetchall())
        database.commit()
        """
    return try await shell("python3", "-c", program, path, statement)
}

func bytes(of path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
    try Data(Array(bytes)).write(to: URL(filePath: path))
}

func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}

func mode(of path: String) throws -> Int {
    let value = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
    return (value as? NSNumber)?.intValue ?? 0
}
