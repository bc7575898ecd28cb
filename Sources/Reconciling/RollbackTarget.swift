package import Resources

/// Where to go back to.
package enum RollbackTarget: Hashable, Sendable {
    /// To what was applied when this run had ended.
    case run(Int)
    /// Of one object, to what was applied before its last change; of a deployment, to this version where one is given.
    case resource(Address, version: String?)
}
