import Diagnostics
import Files
import JSON
import Manifests
import Resources
import TestSupport

/// A workspace whose only environment is the sandbox.
let localWorkspace = """
    apiVersion: mooring/v1
    kind: Workspace
    metadata: {name: test}
    spec:
      environments:
        local: {sandbox: .mooring/sandbox}

    """

/// The day on which tests run.
let today = "2026-06-15"

/// Files, and what they came to.
struct Loading {
    let desired: DesiredState?
    let diagnostics: [Diagnostic]

    init(_ files: [String: String], environment: String = "local", workspace: String = localWorkspace) {
        let tree = MemoryTree(files.merging([workspaceFile: workspace]) { given, _ in given })
        let (workspace, problems) = loadWorkspace(tree)
        guard let workspace else {
            desired = nil
            diagnostics = problems
            return
        }
        let (desired, rest) = loadDesired(workspace, environment: environment, tree: tree, today: today)
        self.desired = desired
        diagnostics = problems + rest
    }

    /// One manifest in a file `m.yaml`.
    init(_ manifest: String, environment: String = "local", workspace: String = localWorkspace) {
        self.init(["m.yaml": manifest], environment: environment, workspace: workspace)
    }

    /// The diagnostics as the user sees them.
    var text: String { TestSupport.text(diagnostics) }

    /// A line for each resource: address and spec.
    var resources: String {
        (desired?.resources ?? []).map { "\($0.address) \($0.spec.referenceJSON.text())\n" }.joined()
    }

    subscript(address: String) -> Resource? { Address(address).flatMap { desired?[$0] } }
}

/// A document with its envelope.
func manifest(_ kind: String, _ metadata: String, _ spec: String? = nil) -> String {
    "apiVersion: mooring/v1\nkind: \(kind)\nmetadata: {\(metadata)}\n"
        + (spec.map { "spec:\n" + $0.split(separator: "\n").map { "  \($0)\n" }.joined() } ?? "") + "---\n"
}
