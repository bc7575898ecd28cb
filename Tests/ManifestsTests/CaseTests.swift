import Diagnostics
import Files
import Foundation
import JSON
import Manifests
import Resources
import TestSupport
import Testing

/// A file of `Cases`: files of a workspace, and what loading them gives, whole.
///
/// `== PATH` begins a file; `== result ENVIRONMENT` begins the diagnostics and the resources of that environment, `*`
/// stands for all; `== result watch.yaml` those of a watch file. Without a `mooring.yaml` the case has the environment
/// `local`. RECORD_SNAPSHOTS=1 writes the
/// results anew, and fails.
struct Case {
    let name: String
    var files: [(path: String, text: String)] = []
    var environments: [String] = []
    var text = ""

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases")

    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()

    init(_ name: String) throws {
        self.name = name
        text = try String(contentsOf: Case.folder.appending(path: name), encoding: .utf8)
        for section in text.components(separatedBy: "\n== ").dropFirst() {
            let (title, body) = section.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
                .map(String.init).pair
            if title.hasPrefix("result ") {
                environments.append(String(title.dropFirst("result ".count)))
            } else {
                files.append((title, body + "\n"))
            }
        }
    }

    /// The case as it should be written.
    var actual: String {
        var result = String(text.prefix { $0 != "\n" }) + "\n"
        for (path, body) in files { result += "\n== \(path)\n\(body)".trimmed }
        let tree = MemoryTree(
            Dictionary(files.map { ($0.path, $0.text.trimmed) }, uniquingKeysWith: { first, _ in first })
                .merging([workspaceFile: localWorkspace]) { given, _ in given })
        let (workspace, problems) = loadWorkspace(tree)
        for environment in environments {
            if let file = files.first(where: { $0.path == environment }) {
                let told = loadWatch(Array(file.text.trimmed.utf8), file: file.path).diagnostics
                result += "\n== result \(environment)\n\(TestSupport.text(told))"
                continue
            }
            var told = problems
            var states: [DesiredState] = []
            if let workspace, environment == "*" {
                let (desired, rest) = loadAllDesired(workspace, tree: tree, today: today)
                states = desired
                told += rest
            } else if let workspace {
                let (desired, rest) = loadDesired(workspace, environment: environment, tree: tree, today: today)
                states = desired.map { [$0] } ?? []
                told += rest
            }
            let resources = states.flatMap(\.resources).map(\.line).joined()
            result += "\n== result \(environment)\n\(TestSupport.text(told))\(resources)"
        }
        return result
    }
}

extension Resource {
    /// The resource in one line.
    fileprivate var line: String {
        let marks = [isExternal ? "external" : nil, isAutoVersion ? "auto" : nil, metadata.text].compactMap(\.self)
        return ([address.description] + marks + [spec.referenceJSON.text()]).joined(separator: " ") + "\n"
    }
}

extension Metadata {
    fileprivate var text: String? {
        var parts = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        if lifecycle.protect { parts.append("protect") }
        if lifecycle.prune { parts.append("prune") }
        if lifecycle.replace { parts.append("replace") }
        for rule in lifecycle.ignore {
            parts.append("ignore\(rule.pointers) \(rule.reason ?? "-") \(rule.until ?? "-")")
        }
        if let drift = lifecycle.drift { parts.append("drift:\(drift.rawValue)") }
        return parts.isEmpty ? nil : "(\(parts.joined(separator: ", ")))"
    }
}

extension String {
    /// The text without empty lines at its end.
    fileprivate var trimmed: String {
        var text = self[...]
        while text.hasSuffix("\n\n") { text = text.dropLast() }
        return String(text)
    }
}

extension Array where Element == String {
    fileprivate var pair: (String, String) { (self[0], count > 1 ? self[1] : "") }
}

@Suite struct CaseTests {
    @Test(arguments: Case.names)
    func `gives the resources and the diagnostics of the case`(name: String) throws {
        assertFile(try Case(name).actual, Case.folder.appending(path: name).path)
    }

    @Test func `there are cases`() { #expect(Case.names.count >= 30) }
}
