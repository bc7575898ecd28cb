internal import CLibGit2

extension Repository {
    /// What stands in a commit as its signature, and what was signed; nil where it is not signed.
    func signature(of id: ObjectID) throws(LibraryFailure) -> (signature: [UInt8], payload: [UInt8])? {
        var id = id.library
        var signature = git_buf()
        var payload = git_buf()
        defer {
            git_buf_dispose(&signature)
            git_buf_dispose(&payload)
        }
        do throws(LibraryFailure) {
            try check(git_commit_extract_signature(&signature, &payload, handle, &id, nil))
        } catch  where error.isMissing {
            return nil
        }
        let bytes = { (buffer: git_buf) in Array(UnsafeRawBufferPointer(start: buffer.ptr, count: buffer.size)) }
        return (bytes(signature), bytes(payload))
    }
}
