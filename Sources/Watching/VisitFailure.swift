internal import Diagnostics
internal import Notifications

/// Why a visit of pull requests did not come to its end; it is made again.
struct VisitFailure: Error {
    enum Extent { case forge, request, lasting }

    let reason: String
    let pause: Duration?
    /// Whether the forge itself is in the way, or one request; and then, whether for as long as it does not move.
    let extent: Extent

    init(_ diagnostics: [Diagnostic]) {
        reason = diagnostics.first { $0.severity == .error }?.message ?? ""
        pause = nil
        extent = .request
    }

    init(_ error: ForgeError) {
        reason = error.diagnostic.message
        pause = error.pause
        extent = error.isTransient ? .forge : error.reason == .refused ? .lasting : .request
    }
}
