import Resources
import Testing

@Suite struct SecretWordsTests {
    @Test(arguments: [
        ("password", true), ("PROXY_PASSWD", true), ("queryKeys", true), ("Authorization", true),
        ("proxy-authorization", true),
        ("authorizationHeader", true), ("authorizationsToQueryThroughDeployer", false), ("name", false), ("", false),
        ("keys", false), ("authorizationsToken", true),
    ])
    func `a name tells whether its text may be a secret`(name: String, isSecret: Bool) {
        #expect(looksSecret(name) == isSecret)
    }
}
