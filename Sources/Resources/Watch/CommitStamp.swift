/// What people know a commit by.
package struct CommitStamp: Hashable, Sendable {
    /// 40 or 64 hexadecimal digits.
    package let id: String
    /// The author's name; texts of a commit are whatever somebody wrote there.
    package let author: String
    /// The first line of the message.
    package let subject: String
    /// When it was committed, in milliseconds since 1970 (UTC).
    package let time: Int

    package init(id: String, author: String, subject: String, time: Int) {
        self.id = id
        self.author = author
        self.subject = subject
        self.time = time
    }

    /// The first 10 digits.
    package var short: String { String(id.prefix(10)) }
}
