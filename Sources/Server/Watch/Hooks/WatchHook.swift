package import Files
package import Resources

/// What a repository's server calls at `/hooks/REPOSITORY` when something was pushed.
package struct WatchHook: Sendable {
    package let repository: String
    package let provider: WebhookSettings.Provider
    package let secret: Secret

    package init(repository: String, provider: WebhookSettings.Provider, secret: Secret) {
        self.repository = repository
        self.provider = provider
        self.secret = secret
    }
}
