internal import Files

extension FileError {
    static func link(_ path: String, to target: String) -> FileError {
        FileError(
            .wrongType, "symbolic-link",
            "'\(path)' is a symbolic link, to '\(target)': links of a commit are not followed",
            hint: "Put the file itself there, or name the one that it leads to.")
    }

    static func submodule(_ path: String) -> FileError {
        FileError(
            .wrongType, "submodule", "'\(path)' is a submodule: it lies in another repository, and is not looked into",
            hint: "Put its files into this repository, or name under 'manifests' only folders without submodules.")
    }

    static func largeFilePointer(_ path: String) -> FileError {
        FileError(
            .wrongType, "lfs-pointer", "'\(path)' is a pointer of Git LFS: its content is not in the commit",
            hint: "Take it out of LFS ('git lfs untrack', then commit it again).")
    }

    static func unreadable(_ path: String, _ reason: String) -> FileError {
        FileError(
            .failed, "git-corrupt", "cannot read '\(path)' of the commit: \(reason)",
            hint: "What is kept of the repository is damaged; it is fetched anew by itself.")
    }
}
