internal import Files

/// Archives have gigabytes: read on the common pool, two at once would hold up all else on a small machine.
private let archiveThread = OwnThread("mooring.archives")

/// The SHA-256 of an archive, in 64 hexadecimal digits; one archive is read at a time.
func archiveDigest(of path: String) async throws(FileError) -> String {
    let reading = Task(executorPreference: archiveThread) { () -> Result<String, FileError> in
        do throws(FileError) { return .success(try sha256(file: path)) } catch { return .failure(error) }
    }
    return try await reading.value.get()
}
