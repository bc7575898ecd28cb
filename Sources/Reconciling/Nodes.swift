package import DSS

/// The live nodes of one environment.
package struct Nodes: Sendable {
    /// The design node; nil where design-side kinds are only referred to.
    package let designer: DSSClient?
    package let deployer: DSSClient
    /// The deployer that versions are promoted from.
    package let source: DSSClient?

    package init(designer: DSSClient?, deployer: DSSClient, source: DSSClient?) {
        self.designer = designer
        self.deployer = deployer
        self.source = source
    }
}
