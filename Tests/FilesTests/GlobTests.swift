import Files
import Testing

@Suite struct GlobTests {
    @Test(arguments: [
        ("*.yaml", "a.yaml", true), ("*.yaml", "a/b.yaml", false), ("*.yaml", ".yaml", true),
        ("**/*.yaml", "a/b/c.yaml", true), ("**/*.yaml", "c.yaml", true), ("a/**", "a/b/c", true),
        ("a/**/d", "a/d", true), ("a/**/d", "a/b/c/d", true), ("a/**/d", "a/b/c/e", false), ("a**", "ab/c", false),
        ("API_*", "API_KEY", true), ("API_*", "API_", true), ("API_*", "MY_API_KEY", false),
        ("a?c", "abc", true), ("a?c", "ac", false), ("a?c", "a/c", false), ("a?c", "aüc", true),
        ("[a-c]x", "bx", true), ("[a-c]x", "dx", false), ("[!a-c]x", "dx", true), ("[^a-c]x", "ax", false),
        ("[]]x", "]x", true), ("[a-]x", "-x", true), ("[a", "[a", true), ("a*b*c", "aXbYbZc", true),
        ("a*b*c", "aXbYbZ", false), ("", "", true), ("", "a", false), ("/run/*", "/run/a", true),
        ("/run/*", "run/a", false),
    ])
    func `matches names, and whole names by two stars`(pattern: String, path: String, expected: Bool) {
        #expect(Glob(pattern).matches(path) == expected)
    }

    @Test func `a hostile pattern takes no exponential time`() {
        let pattern = String(repeating: "*a", count: 200) + "/" + String(repeating: "**/", count: 200) + "b"
        let path = String(repeating: "a", count: 2000) + String(repeating: "/a", count: 500)
        #expect(!Glob(pattern).matches(path))
    }
}
