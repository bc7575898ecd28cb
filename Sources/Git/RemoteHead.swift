/// What a repository had when it was looked up.
package struct RemoteHead: Hashable, Sendable {
    /// The whole name of the reference that is followed, as `refs/heads/main`; an id where a commit is named outright.
    package let name: String
    /// The commit that it points to, tags peeled.
    package let id: String
    /// All references that were told, by their whole names; tags peeled where the server tells.
    package let references: [String: String]

    package init(name: String, id: String, references: [String: String]) {
        self.name = name
        self.id = id
        self.references = references
    }
}
