internal import CLibGit2
internal import Diagnostics

/// What is done once for the whole process before libgit2 is used.
enum Libgit2 {
    /// Parts of packs that are mapped into memory: one window, and all of them.
    private static let windowBytes = 4 << 20
    private static let mappedBytes = 64 << 20
    /// Packs that are open at one time, of all repositories.
    private static let openPacks = 64
    /// Objects that it keeps for later; we keep what we need ourselves.
    private static let cachedBytes = 8 << 20
    /// A fetch that brings more objects is broken off: a repository of manifests has a thousandth of it.
    private static let fetchedObjects = 5_000_000

    private static let isReady: Bool = {
        guard clibgit2_load() == 1, git_libgit2_init() > 0 else { return false }
        // What a user or the machine has set for git is none of the daemon's business.
        for level in [
            GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL,
        ] {
            guard clibgit2_set_search_path(level.rawValue, "") == 0 else { return false }
        }
        let flags: [(git_libgit2_opt_t, Int32)] = [
            // The folders are named by the user's own files; and a container's user is seldom their owner.
            (GIT_OPT_SET_OWNER_VALIDATION, 0),
            (GIT_OPT_ENABLE_STRICT_OBJECT_CREATION, 1),
            (GIT_OPT_ENABLE_STRICT_SYMBOLIC_REF_CREATION, 1),
            (GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 1),
        ]
        let sizes: [(git_libgit2_opt_t, Int)] = [
            (GIT_OPT_SET_MWINDOW_SIZE, windowBytes), (GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, mappedBytes),
            (GIT_OPT_SET_MWINDOW_FILE_LIMIT, openPacks), (GIT_OPT_SET_CACHE_MAX_SIZE, cachedBytes),
            (GIT_OPT_SET_PACK_MAX_OBJECTS, fetchedObjects),
        ]
        return flags.allSatisfy { clibgit2_set_flag(Int32($0.rawValue), $1) == 0 }
            && sizes.allSatisfy { clibgit2_set_size(Int32($0.rawValue), $1) == 0 }
    }()

    static func require() throws(GitError) {
        guard isReady else { throw .withoutLibrary }
    }
}

/// What libgit2 says of a call that failed.
struct LibraryFailure: Error {
    let code: git_error_code
    let kind: git_error_t
    let message: String
    /// What we found ourselves.
    let found: GitError?

    /// Reads the thread's last error, so it is made right after the call.
    init(_ code: Int32) {
        self.code = git_error_code(code)
        let last = git_error_last()
        kind = git_error_t(UInt32(bitPattern: last?.pointee.klass ?? 0))
        message = last?.pointee.message.map { String(cString: $0) } ?? "no reason given"
        found = nil
    }

    init(_ found: GitError) {
        code = GIT_EUSER
        kind = GIT_ERROR_NONE
        message = found.diagnostic.message
        self.found = found
    }

    var isMissing: Bool { code == GIT_ENOTFOUND }

    /// Whether it speaks of a repository that is not as git leaves it.
    var isDamage: Bool {
        if let found { return found.reason == .corrupt }
        let kinds = [
            GIT_ERROR_ODB, GIT_ERROR_ZLIB, GIT_ERROR_OBJECT, GIT_ERROR_TREE, GIT_ERROR_REFERENCE, GIT_ERROR_CONFIG,
            GIT_ERROR_REPOSITORY,
        ]
        return code == GIT_EMISMATCH || kinds.contains(kind)
    }
}

/// Lets pass what a call returns, unless that is an error.
@discardableResult func check(_ code: Int32) throws(LibraryFailure) -> Int32 {
    guard code < 0 else { return code }
    throw LibraryFailure(code)
}

/// Runs a call that makes something, and hands over what it made.
func make(
    _ call: (UnsafeMutablePointer<OpaquePointer?>) -> Int32
) throws(LibraryFailure) -> OpaquePointer {
    var made: OpaquePointer?
    try check(call(&made))
    guard let made else { preconditionFailure("libgit2 made nothing and told no error") }
    return made
}
