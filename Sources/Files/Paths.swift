/// The path that `path` names when it stands in a file of `folder`: `.` and `..` resolved in the text alone.
///
/// An absolute path stays absolute; a relative one is relative to what `folder` is relative to, and starts with `..`
/// where it leads above that. The folder itself is `.`.
package func resolvePath(_ path: String, from folder: String = "") -> String {
    let isAbsolute = path.hasPrefix("/")
    let whole = isAbsolute || folder.isEmpty ? path : folder + "/" + path
    let rooted = whole.hasPrefix("/")
    var parts: [Substring] = []
    for part in whole.split(separator: "/") where part != "." {
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
    path.hasPrefix("/") || path == ".." || path.hasPrefix("../")
}

/// The folder that a file lies in; empty for the top one.
package func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}
