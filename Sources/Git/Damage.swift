internal import Glibc
internal import Synchronization

/// Whether a mirror was found damaged; shared with the trees that are read from it.
final class Damage: Sendable {
    private let flag = Atomic(false)

    var isKnown: Bool {
        get { flag.load(ordering: .relaxed) }
        set { flag.store(newValue, ordering: .relaxed) }
    }
}

/// Removes a folder and all in it; symbolic links are removed and not followed, what cannot be removed stays.
func removeTree(_ path: String, depth: Int = 0) {
    // Deeper than any repository: objects/pack, refs/mooring/heads/team/feature.
    let mostDepth = 64
    guard unlink(path) != 0, errno == EISDIR || errno == EPERM, depth < mostDepth, let stream = opendir(path) else {
        return
    }
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { removeTree("\(path)/\(name)", depth: depth + 1) }
    }
    closedir(stream)
    rmdir(path)
}
