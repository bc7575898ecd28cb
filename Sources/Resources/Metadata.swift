package import Diagnostics

/// What stands beside a resource's `spec`: everything but its names.
package struct Metadata: Hashable, Sendable {
    /// The object exists and is only referred to: it is neither compared nor changed.
    package var isExternal = false
    package var labels: [String: String] = [:]
    package var lifecycle = Lifecycle()
    /// The objects that this one takes the place of: deleted when it is there and healthy.
    package var replaces: [Address] = []

    package init() {}
}

/// What may be done to a resource's object.
package struct Lifecycle: Hashable, Sendable {
    /// Never deleted or replaced.
    package var protect = false
    /// Earlier package versions, or the object itself, may be deleted when nothing declares them.
    package var prune = false
    /// An immutable field that changed may replace the object.
    package var replace = false
    package var ignore: [IgnoreRule] = []
    package var drift: DriftMode?

    package enum DriftMode: String, Hashable, Sendable { case detect, heal }

    package init() {}

    /// The rules that hold on a day (`2026-12-31`).
    package func ignoreRules(on today: String) -> [IgnoreRule] { ignore.filter { !isOver($0.until, on: today) } }
}

/// Whether the last day of an exception, a date or an instant, lies before `today`.
func isOver(_ until: String?, on today: String) -> Bool { until.map { $0.prefix(10) < today } ?? false }

/// A difference that is left alone.
package struct IgnoreRule: Hashable, Sendable {
    /// JSON pointers (RFC 6901) into the wire document.
    package let pointers: [String]
    package let reason: String?
    /// The last day it holds, as `2026-12-31`.
    package let until: String?
    package let mark: SourceMark

    package init(pointers: [String], reason: String?, until: String?, mark: SourceMark) {
        self.pointers = pointers
        self.reason = reason
        self.until = until
        self.mark = mark
    }
}
