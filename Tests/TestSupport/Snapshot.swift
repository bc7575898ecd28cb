import Foundation
package import Testing

/// Compares `text` with the file `Snapshots/NAME` beside the test's own file.
///
/// With `RECORD_SNAPSHOTS=1` in the environment the file is written anew, and the test fails, so that no run of the checks
/// passes by recording.
package func assertSnapshot(
    _ text: String, _ name: String, testFile: String = #filePath, sourceLocation: SourceLocation = #_sourceLocation
) {
    let folder = URL(filePath: testFile).deletingLastPathComponent().appending(path: "Snapshots")
    assertFile(text, folder.appending(path: name).path, sourceLocation: sourceLocation)
}

/// Compares `text` with a file that is made from the code, as a schema is; `RECORD_SNAPSHOTS=1` writes it.
package func assertFile(_ text: String, _ path: String, sourceLocation: SourceLocation = #_sourceLocation) {
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
        do {
            let folder = URL(filePath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: path))
            Issue.record("recorded \(path)", sourceLocation: sourceLocation)
        } catch {
            Issue.record("cannot record \(path): \(error)", sourceLocation: sourceLocation)
        }
        return
    }
    guard let data = FileManager.default.contents(atPath: path) else {
        Issue.record("there is no \(path); RECORD_SNAPSHOTS=1 writes it", sourceLocation: sourceLocation)
        return
    }
    let expected = String(decoding: data, as: UTF8.self)
    guard Array(text.utf8) != Array(expected.utf8) else { return }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let wanted = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let line = zip(lines, wanted).enumerated().first { $1.0 != $1.1 }?.offset ?? min(lines.count, wanted.count)
    Issue.record(
        """
        \(path) differs from line \(line + 1) on; RECORD_SNAPSHOTS=1 writes it anew.
        expected: \(line < wanted.count ? wanted[line] : "(the end)")
        but got:  \(line < lines.count ? lines[line] : "(the end)")
        """, sourceLocation: sourceLocation)
}
