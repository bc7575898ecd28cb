package import Diagnostics

/// Why nothing could be planned, or why an apply did not begin. Nothing was written.
package struct ReconcileError: DiagnosableError {
    package let diagnostics: [Diagnostic]

    package init(_ diagnostics: [Diagnostic]) {
        precondition(!diagnostics.isEmpty, "an error says at least one thing")
        self.diagnostics = diagnostics
    }

    package init(_ diagnostic: Diagnostic) { self.init([diagnostic]) }

    package var diagnostic: Diagnostic { diagnostics[0] }
}
