extension Resource {
    /// Whether it is only referred to because the environment has no design node.
    package func isReference(in environment: Environment) -> Bool {
        guard environment.designer == nil, kind.isDesignSide, !isExternal else { return false }
        return kind != .package || PackageSpec(self).archive == nil
    }
}
