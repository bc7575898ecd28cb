package import Diagnostics

/// The diagnostics as the user sees them, without colour: what tests compare.
package func text(_ diagnostics: [Diagnostic]) -> String { diagnostics.map { $0.text() }.joined() }
