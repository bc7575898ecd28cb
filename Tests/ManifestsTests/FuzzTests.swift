import Diagnostics
import Files
import Foundation
import Manifests
import Resources
import TestSupport
import Testing

/// Changes texts as a tired author, a bad merge or an enemy would.
struct Mutation {
    var random: SeededGenerator

    /// Words that mean something to a reader of manifests.
    static let words = [
        "null", "~", "true", "auto", "\"", "'", "{", "}", "[", "]", ":", ": ", "- ", "\n", "\n---\n", "\t", "&a ", "*a",
        "<<: *a",
        "!!str ", "${var.x}", "$${var.", "${var.", "{$replace: []}", "{secret: {env: A}}", "{env: A}", "{file: a.yaml}",
        "{exec: [a]}", "external: true", "..", "../..", "/", "\0", "\u{FFFD}", "1e999", "-0.0", "0x7F", ".inf",
        "99999999999999999999",
        "Endpoint", "Package", "id: e", "raw: {type: X}", "|\n", ">-\n",
    ]

    mutating func mutate(_ text: [UInt8], with others: [[UInt8]]) -> [UInt8] {
        var bytes = text
        for _ in 0...Int.random(in: 0...3, using: &random) {
            guard !bytes.isEmpty else { return bytes }
            let from = Int.random(in: 0..<bytes.count, using: &random)
            let to = min(bytes.count, from + Int.random(in: 0...24, using: &random))
            switch Int.random(in: 0...6, using: &random) {
            case 0: bytes[from] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.removeSubrange(from..<to)
            case 2: bytes.insert(contentsOf: bytes[from..<to], at: from)
            case 3, 4:
                bytes.insert(
                    contentsOf: Mutation.words.randomElement(using: &random).map { Array($0.utf8) } ?? [], at: from)
            case 5:
                let word = Mutation.words.randomElement(using: &random).map { Array($0.utf8) } ?? []
                bytes.replaceSubrange(from..<to, with: word)
            default:
                guard let other = others.randomElement(using: &random), !other.isEmpty else { continue }
                let start = Int.random(in: 0..<other.count, using: &random)
                bytes.replaceSubrange(from..<to, with: other[start..<min(other.count, start + 200)])
            }
        }
        return bytes
    }
}

@Suite struct FuzzTests {
    static let mutants = 20_000
    static let seeds: [UInt64] = [1, 2, 3, 4]

    /// The files of the cases: each kind of right and wrong is in one.
    static let corpus: [(workspace: [UInt8], manifest: [UInt8])] = Case.names.compactMap { name in
        guard let given = try? Case(name) else { return nil }
        let workspace = given.files.first { $0.path == workspaceFile }?.text ?? localWorkspace
        let manifests = given.files.filter { $0.path != workspaceFile && $0.path.hasSuffix("yaml") }
        return (Array(workspace.utf8), Array(manifests.map(\.text).joined(separator: "---\n").utf8))
    }

    @Test(arguments: seeds)
    func `mutated manifests give diagnostics, never a crash`(seed: UInt64) {
        var mutation = Mutation(random: SeededGenerator(seed: seed))
        let manifests = FuzzTests.corpus.map(\.manifest)
        for round in 0..<(FuzzTests.mutants / FuzzTests.seeds.count) {
            let (workspaceText, manifest) = FuzzTests.corpus[round % FuzzTests.corpus.count]
            var tree = MemoryTree([:])
            let hitsWorkspace = Int.random(in: 0..<8, using: &mutation.random) == 0
            tree.files[workspaceFile] =
                hitsWorkspace ? mutation.mutate(workspaceText, with: manifests) : workspaceText
            tree.files["a.yaml"] = mutation.mutate(manifest, with: manifests)
            tree.files["over/b.yaml"] = mutation.mutate(manifest, with: manifests)
            let (workspace, problems) = loadWorkspace(tree)
            #expect(workspace != nil || problems.hasErrors, "seed \(seed), round \(round)")
            guard let workspace else { continue }
            let (states, diagnostics) = loadAllDesired(workspace, tree: tree, today: today)
            let isSane = diagnostics.allSatisfy { !$0.message.isEmpty && $0.length >= 1 && ($0.mark?.line ?? 1) >= 1 }
            #expect(isSane, "seed \(seed), round \(round)")
            if !diagnostics.hasErrors {
                for resource in states.flatMap(\.resources) where !resource.isExternal { read(resource) }
            }
        }
    }

    /// What is free of errors can be read by those who plan with it.
    private func read(_ resource: Resource) {
        switch resource.kind {
        case .deployment: #expect(!DeploymentSpec(resource).infra.isEmpty)
        case .package: #expect(!PackageSpec(resource).version.isEmpty)
        default: #expect(resource.address.path.allSatisfy { !$0.isEmpty })
        }
    }
}
