/// What left the manifests.
extension Planner {
    /// After the declared resources' changes: what is deleted, orphaned, forgotten.
    mutating func addDeletes() {}

    /// After each change knows what it waits for.
    mutating func orderDeletes() {}
}
