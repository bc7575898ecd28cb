import Files
import Testing

@Suite struct PathTests {
    @Test(arguments: [
        ("a.py", "", "a.py"), ("a.py", "services", "services/a.py"), ("../a.py", "services", "a.py"),
        ("../../a.py", "services", "../a.py"), ("./a//b/./c", "x", "x/a/b/c"), ("..", "", ".."), (".", "", "."),
        ("..", "a", "."), ("/etc/../run/k", "x", "/run/k"), ("/..", "x", "/"), ("k", "/root-of/all", "/root-of/all/k"),
        ("../../../k", "/a", "/k"), ("", "a", "a"),
        // An accent after a slash makes another character of it, and to the system two names as before.
        ("a/\u{301}b/../..", "x", "x"), ("../\u{301}b", "", "../\u{301}b"), ("../\u{301}b", "/a", "/\u{301}b"),
    ])
    func `resolves dots in the text alone`(path: String, folder: String, expected: String) {
        #expect(resolvePath(path, from: folder) == expected)
    }

    @Test(arguments: [
        ("a", false), ("..a", false), ("..", true), ("../a", true), ("/a", true), (".", false), ("../\u{301}a", true),
        ("/\u{301}a", true),
    ])
    func `tells what leads outside`(path: String, expected: Bool) { #expect(leadsOutside(path) == expected) }

    @Test(arguments: [("a/b/c.yaml", "a/b"), ("c.yaml", ""), ("/c.yaml", "/"), ("a/\u{301}c", "a")])
    func `knows the folder of a file`(path: String, expected: String) { #expect(folder(of: path) == expected) }
}
