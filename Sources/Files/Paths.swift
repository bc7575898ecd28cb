/// The path that `path` names when it stands in a file of `folder`: `.` and `..` resolved in the text alone.
///
/// An absolute path stays absolute; a relative one is relative to what `folder` is relative to, and starts with `..`
/// where it leads above that. The folder itself is `.`.
///
/// All here look at bytes, as the system does: to Swift a slash before an accent is another character than a slash.
package func resolvePath(_ path: String, from folder: String = "") -> String {
    let slash = UInt8(ascii: "/")
    let isAbsolute = path.utf8.first == slash
    let whole = isAbsolute || folder.isEmpty ? path : folder + "/" + path
    let rooted = whole.utf8.first == slash
    var parts: [Substring] = []
    for part in whole.utf8.split(separator: slash).map({ Substring($0) }) where part != "." {
        if part != ".." {
            parts.append(part)
        } else if let last = parts.last, last != ".." {
            parts.removeLast()
        } else if !rooted {
            parts.append(part)
        }
    }
    let joined = parts.joined(separator: "/")
    return rooted ? "/" + joined : joined.isEmpty ? "." : joined
}

/// Whether a resolved path lies outside of the folder that it is relative to.
package func leadsOutside(_ path: String) -> Bool {
    path.utf8.first == UInt8(ascii: "/") || path == ".." || path.utf8.starts(with: "../".utf8)
}

/// The folder that a file lies in; empty for the top one.
package func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}
