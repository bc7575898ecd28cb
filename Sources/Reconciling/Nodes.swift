package import DSS

/// The live nodes of one environment.
package struct Nodes: Sendable {
    /// The design node; nil where design-side kinds are only referred to.
    package let designer: DSSClient?
    package let deployer: DSSClient
    /// The deployer that versions are promoted from.
    package let source: DSSClient?
    /// Shared by all who update on this deployer from this process, since DSS bounds them together; nil: each run bounds its
    /// own.
    package let updates: Turnstile?

    package init(
        designer: DSSClient?, deployer: DSSClient, source: DSSClient?, updates: Turnstile? = nil
    ) {
        self.designer = designer
        self.deployer = deployer
        self.source = source
        self.updates = updates
    }
}
