import Diagnostics
import Files
import Foundation
import Manifests
import Resources
import TestSupport
import Testing

/// A tree in which some files cannot be read.
struct DeniedTree: SourceTree {
    let tree: MemoryTree
    let denied: [String]

    func entry(at path: String) throws(FileError) -> TreeEntry? { try tree.entry(at: path) }
    func files(below folder: String) throws(FileError) -> [String] { try tree.files(below: folder) }
    func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        if denied.contains(path) { throw .system(13, "read", path) }  // 13: EACCES
        return try tree.read(path, limit: limit)
    }
}

@Suite struct BadInputTests {
    /// What loading files tells, as the user sees it.
    private func told(_ manifest: [UInt8], named name: String = "m.yaml") -> String {
        var tree = MemoryTree([workspaceFile: localWorkspace])
        tree.files[name] = manifest
        let (workspace, problems) = loadWorkspace(tree)
        let (_, rest) = workspace.map { loadAllDesired($0, tree: tree, today: today) } ?? ([], [])
        return text(problems + rest)
    }

    @Test func `a folder without a workspace`() {
        #expect(
            text(loadWorkspace(MemoryTree([:])).diagnostics) == """
                error: there is no 'mooring.yaml' here [no-workspace]
                   = Change to the folder that holds it, name it by -C DIR, or make one with 'mooring init'.

                """)
    }

    @Test func `a workspace that cannot be read`() {
        let tree = DeniedTree(tree: MemoryTree([workspaceFile: localWorkspace]), denied: [workspaceFile])
        #expect(
            text(loadWorkspace(tree).diagnostics) == """
                error: no permission to read 'mooring.yaml' [file-denied]

                """)
    }

    @Test func `a manifest that cannot be read`() throws {
        let tree = DeniedTree(
            tree: MemoryTree([workspaceFile: localWorkspace, "a.yaml": "", "m.yaml": "kind: X\n"]), denied: ["a.yaml"])
        let workspace = try #require(loadWorkspace(tree).workspace)
        #expect(
            text(loadDesired(workspace, environment: "local", tree: tree, today: today).diagnostics) == """
                error: no permission to read 'a.yaml' [file-denied]
                  --> a.yaml:1:1
                error: unknown kind 'X' [unknown-kind]
                  --> m.yaml:1:7
                   |
                 1 | kind: X
                   |       ^
                   = The kinds are: APIService, Endpoint, Package, PublishedService, Infra, Deployment.

                """)
    }

    @Test func `a folder with nothing in it`() {
        #expect(
            Loading([:]).text == """
                error: the environment 'local' has no manifests [no-manifests]
                  --> mooring.yaml:6:5
                   = No .yaml, .yml or .json file lies at '.'.

                """)
    }

    /// The words and the exact places are those of the readers of YAML and JSON, which have tests of their own.
    @Test(arguments: [
        ("a Latin-1 letter", "m.yaml", "not-utf8 line 2"), ("a tab", "m.yaml", "yaml-syntax line 3"),
        ("brackets", "m.yaml", "too-deep line 1"), ("brackets", "m.json", "too-deep line 1"),
        ("aliases of aliases", "m.yaml", "alias-bomb line 5"),
    ])
    func `a manifest that is no readable text`(what: String, name: String, expected: String) throws {
        var tree = MemoryTree([workspaceFile: localWorkspace])
        let bytes: [UInt8] = try #require(BadInputTests.texts[what])
        tree.files[name] = bytes
        let diagnostics = loadWorkspace(tree).workspace.map { loadAllDesired($0, tree: tree, today: today).diagnostics }
        #expect(diagnostics?.map { "\($0.code) line \($0.mark?.line ?? 0)" } == [expected])
    }

    static let texts: [String: [UInt8]] = [
        "a Latin-1 letter": Array("kind: Infra\nmetadata: {name: ".utf8) + [0xE9] + Array("}\n".utf8),
        "a tab": Array("kind: Infra\nmetadata:\n\tname: x\n".utf8),
        "brackets": Array(String(repeating: "[", count: 10_000).utf8),
        "aliases of aliases": aliasBomb,
    ]

    static let aliasBomb = Array(
        ("a0: &a0 x\n"
            + (1...30).map { level in
                "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
            }.joined()).utf8)

    @Test func `a code file that is not UTF-8`() {
        var tree = MemoryTree([
            workspaceFile: localWorkspace,
            "m.yaml": manifest(
                "APIService", "project: P, name: s", "endpoints: [{id: e, type: PY_FUNCTION, code: {file: f.py}}]"),
        ])
        tree.files["f.py"] = [0xFF, 0xFE]
        let workspace = loadWorkspace(tree).workspace
        #expect(
            text(workspace.map { loadDesired($0, environment: "local", tree: tree, today: today).diagnostics } ?? [])
                == """
                error: the file 'f.py' is not UTF-8 text [not-utf8]
                  --> m.yaml:5:55
                   |
                 5 |   endpoints: [{id: e, type: PY_FUNCTION, code: {file: f.py}}]
                   |                                                       ^^^^
                   = Save it as UTF-8; what is no text goes into a managed folder of DSS.

                """)
    }

    @Test func `a file of a hundred megabytes`() {
        #expect(
            told([UInt8](repeating: 0x20, count: 100 << 20)) == """
                error: 'm.yaml' is larger than 16 MiB [file-too-large]
                  --> m.yaml:1:1

                """)
    }

    @Test func `an environment that does not exist`() {
        #expect(
            Loading(manifest("Infra", "name: i", "type: K8S"), environment: "locl").text == """
                error: there is no environment 'locl' [unknown-environment]
                   = Did you mean 'local'? The environments are: local.

                """)
    }

    @Test func `a folder on disk that leads out of the workspace`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "mooring-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder.appending(path: "w"), withIntermediateDirectories: true)
        try Data(localWorkspace.utf8).write(to: folder.appending(path: "w/mooring.yaml"))
        try Data("kind: X\n".utf8).write(to: folder.appending(path: "outside.yaml"))
        try FileManager.default.createSymbolicLink(
            atPath: folder.appending(path: "w/m.yaml").path, withDestinationPath: "../outside.yaml")
        let tree = try DiskTree(root: folder.appending(path: "w").path)
        let workspace = try #require(loadWorkspace(tree).workspace)
        #expect(
            text(loadDesired(workspace, environment: "local", tree: tree, today: today).diagnostics) == """
                error: 'm.yaml' leads out of the workspace [path-outside]
                  --> m.yaml:1:1
                   = Files and manifests lie inside the folder of mooring.yaml, symbolic links resolved.

                """)
    }

    @Test func `a manifest that is no file is an error, whatever else lies beside it`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "mooring-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(localWorkspace.utf8).write(to: folder.appending(path: "mooring.yaml"))
        try Data(manifest("Infra", "name: i", "type: K8S").utf8).write(to: folder.appending(path: "a.yaml"))
        for name in ["dangling.yml", "dangling.txt"] {
            try FileManager.default.createSymbolicLink(
                atPath: folder.appending(path: name).path, withDestinationPath: "nowhere")
        }
        mkfifo(folder.appending(path: "pipe.json").path, 0o600)
        mkfifo(folder.appending(path: "pipe").path, 0o600)
        let tree = try DiskTree(root: folder.path)
        let workspace = try #require(loadWorkspace(tree).workspace)
        #expect(
            text(loadDesired(workspace, environment: "local", tree: tree, today: today).diagnostics) == """
                error: 'dangling.yml' is a symbolic link that leads nowhere [file-failed]
                  --> dangling.yml:1:1
                error: 'pipe.json' is not a file [not-a-file]
                  --> pipe.json:1:1

                """)
    }

    @Test func `an entry that leads out is told once, and as it is written`() {
        let workspace = localWorkspace.replacingOccurrences(
            of: "spec:\n", with: "spec:\n  manifests: [m.yaml, ./x/../../y]\n")
        let service = manifest(
            "APIService", "project: P, name: s",
            "endpoints: [{id: e, type: PY_FUNCTION, code: {file: ./../../../f.py}}]")
        let codes = Loading(service, workspace: workspace).diagnostics.filter { $0.code == "path-outside" }
        #expect(
            codes.map { "\($0.message) \($0.mark?.file ?? "")" } == [
                "'./x/../../y' leads out of the workspace mooring.yaml",
                "'./../../../f.py' leads out of the workspace m.yaml",
            ])
    }

    @Test(arguments: [255, 256, 100_000])
    func `a name of a length`(length: Int) {
        let told = Loading(manifest("Infra", "name: \(String(repeating: "é", count: length))", "type: K8S")).diagnostics
        #expect(told.map(\.message) == (length <= 255 ? [] : ["'name' is longer than 255 characters"]))
    }

    @Test func `more problems than anyone reads`() {
        let manifests = (0..<3000).map { manifest("Infra", "name: i\($0)", "typo: K8S") }.joined()
        let told = Loading(manifests).diagnostics
        #expect(told.count == FieldLimit.diagnostics + 1)
        #expect(told.contains { $0.code == "too-many-problems" })
    }

    @Test(arguments: [1, 5])
    func `more problems than anyone reads, in many documents of many files`(environments: Int) throws {
        var workspace = localWorkspace
        for number in 1..<environments { workspace += "    e\(number): {sandbox: .mooring/\(number)}\n" }
        let kinds = ["x: 1\n---\n", "kind: Nope\n---\n", manifest("Infra", "name: \"a/b\""), "[]\n---\n"]
        var files = [workspaceFile: workspace]
        for number in 0..<60 { files["m\(number).yaml"] = String(repeating: kinds[number % 4], count: 100) }
        let tree = MemoryTree(files)
        let told = loadAllDesired(
            try #require(loadWorkspace(tree).workspace), tree: tree, today: today
        ).diagnostics
        #expect(told.count == FieldLimit.diagnostics + 1)
        #expect(told.filter { $0.code == "too-many-problems" }.count == 1)
        #expect(told.last?.code == "too-many-problems")
        #expect(told.last?.severity == .error)
    }

    @Test func `warnings alone are no error, however many`() {
        let manifests = (0..<1500).map { manifest("APIService", "project: P, name: s\($0)", "authMethod: API_KEYS") }
        let told = Loading(manifests.joined()).diagnostics
        #expect(told.count == FieldLimit.diagnostics + 1)
        #expect(!told.hasErrors)
    }

    @Test func `ten thousand references to nothing`() {
        let manifests = (0..<10_000).map {
            manifest("Deployment", "name: d\($0)", "publishedServiceId: s\($0)\ninfraId: i\($0)\nversion: v")
        }
        #expect(Loading(manifests.joined()).diagnostics.hasErrors)
    }

    @Test func `a variable that would fill the memory`() {
        let workspace = localWorkspace.replacingOccurrences(
            of: "sandbox: .mooring/sandbox",
            with: "sandbox: .mooring/sandbox, variables: {big: \(String(repeating: "x", count: 1 << 20))}")
        let uses = (0..<2000).map { "k\($0): \"${var.big}${var.big}\"\n" }.joined()
        let loading = Loading(
            manifest(
                "PublishedService", "name: s", "raw:\n" + uses.split(separator: "\n").map { "  \($0)\n" }.joined()),
            workspace: workspace)
        #expect(
            loading.diagnostics.map(\.message) == ["variables bring in more than 32 MiB in the environment 'local'"])
    }

    @Test func `an overlay as large as its base`() {
        let members = (0..<50_000).map { "    k\($0): \($0)\n" }.joined()
        let text = "apiVersion: mooring/v1\nkind: PublishedService\nmetadata: {name: s}\nspec:\n  raw:\n" + members
        let workspace = localWorkspace.replacingOccurrences(
            of: "sandbox: .mooring/sandbox", with: "sandbox: .mooring/sandbox, overlays: [over]")
        let loading = Loading(["m.yaml": text, "over/m.yaml": text], workspace: workspace)
        #expect(loading.text == "")
        #expect(loading.desired?.resources.first?.spec["raw"]?.members?.count == 50_000)
    }
}

/// What a reader's own constant says.
enum FieldLimit { static let diagnostics = 1000 }
