package import Diagnostics
internal import Glibc

/// Why a file or a secret could not be had.
package struct FileError: DiagnosableError, Hashable {
    package enum Reason: Hashable, Sendable {
        /// Nothing lies there.
        case missing
        /// It lies there and may not be read or written.
        case denied
        /// It is larger than the limit of its use, or there are more of it.
        case tooLarge
        /// A file is due and it is something else, or the other way round.
        case wrongType
        /// It leads out of the workspace.
        case outside
        /// A secret whose source has nothing for us.
        case unavailable
        /// A secret that manifests may not use.
        case forbidden
        /// Anything else that the system says.
        case failed
    }

    package let reason: Reason
    package let diagnostic: Diagnostic

    package init(_ reason: Reason, _ code: String, _ message: String, hint: String? = nil) {
        self.reason = reason
        diagnostic = Diagnostic(.error, code, message, hint: hint)
    }
}

extension FileError {
    package static func missing(_ path: String) -> FileError {
        FileError(.missing, "file-missing", "there is no file '\(path)'")
    }

    package static func folderMissing(_ path: String) -> FileError {
        FileError(.missing, "folder-missing", "there is no folder '\(path)'")
    }

    package static func outside(_ path: String) -> FileError {
        FileError(
            .outside, "path-outside", "'\(path)' leads out of the workspace",
            hint: "Files and manifests lie inside the folder of mooring.yaml, symbolic links resolved.")
    }

    package static func tooLarge(_ path: String, limit: Int) -> FileError {
        FileError(.tooLarge, "file-too-large", "'\(path)' is larger than \(size(limit))")
    }

    package static func tooMany(_ path: String, limit: Int) -> FileError {
        FileError(
            .tooLarge, "too-many-files", "'\(path)' holds more than \(limit) files",
            hint: "Name the folders that hold manifests under 'manifests' in mooring.yaml.")
    }

    package static func notAFile(_ path: String) -> FileError {
        FileError(.wrongType, "not-a-file", "'\(path)' is not a file")
    }

    package static func notAFolder(_ path: String) -> FileError {
        FileError(.wrongType, "not-a-folder", "'\(path)' is not a folder")
    }

    package static func brokenLink(_ path: String) -> FileError {
        FileError(.failed, "file-failed", "'\(path)' is a symbolic link that leads nowhere")
    }

    /// `number` is an `errno`; `verb` as in "cannot read".
    package static func system(_ number: Int32, _ verb: String, _ path: String) -> FileError {
        switch number {
        case ENOENT, ENOTDIR: missing(path)
        case EACCES, EPERM:
            FileError(.denied, "file-denied", "no permission to \(verb) '\(path)'")
        case ELOOP: brokenLink(path)
        default: FileError(.failed, "file-failed", "cannot \(verb) '\(path)': \(String(cString: strerror(number)))")
        }
    }

    /// Of a folder, where `place`, it or one above it, cannot be had; `number` is an `errno`.
    static func cannotMake(_ path: String, _ number: Int32, at place: String) -> FileError {
        switch number {
        case ENOTDIR: notAFolder(folder(of: place))
        // Some file systems of the kernel's own take no folders.
        case ENOENT: FileError(.failed, "file-failed", "no folder can be made in '\(folder(of: place))'")
        default: system(number, "make", path)
        }
    }

    private static func size(_ bytes: Int) -> String {
        bytes % (1 << 20) == 0 ? "\(bytes >> 20) MiB" : bytes % 1024 == 0 ? "\(bytes >> 10) KiB" : "\(bytes) bytes"
    }
}
