internal import JSON

/// An open pull request; on GitLab, a merge request.
package struct PullRequest: Hashable, Sendable {
    /// As people call it: `#12`, on GitLab `!12`.
    package let number: Int
    /// The newest commit of the branch that asks to be merged: 40 or 64 hexadecimal digits.
    package let head: String
    /// The branch that it asks to be merged into, without `refs/heads/`.
    package let base: String
    package let title: String
    package let isDraft: Bool
    /// Whether the branch lies in another repository.
    package let isFork: Bool

    package init(number: Int, head: String, base: String, title: String, isDraft: Bool, isFork: Bool) {
        self.number = number
        self.head = head
        self.base = base
        self.title = title
        self.isDraft = isDraft
        self.isFork = isFork
    }

    /// As GitHub and Gitea tell it. A fork that is gone is a fork too.
    init?(gitHub json: JSONValue) {
        guard let number = json["number"]?.integer, number > 0, let head = commitID(json["head"]?["sha"]),
            let base = json["base"]?["ref"]?.string
        else { return nil }
        let title = json["title"]?.string ?? ""
        let (from, into) = (json["head"]?["repo"]?["full_name"]?.string, json["base"]?["repo"]?["full_name"]?.string)
        self.init(
            number: number, head: head, base: base, title: title,
            // Older versions of Gitea tell a draft by its title alone (inferred).
            isDraft: json["draft"]?.bool ?? title.hasPrefix("WIP:"), isFork: from == nil || from != into)
    }

    /// As GitLab tells it.
    init?(gitLab json: JSONValue) {
        guard let number = json["iid"]?.integer, number > 0, let head = commitID(json["sha"]),
            let base = json["target_branch"]?.string
        else { return nil }
        let (from, into) = (json["source_project_id"]?.integer, json["target_project_id"]?.integer)
        self.init(
            number: number, head: head, base: base, title: json["title"]?.string ?? "",
            isDraft: json["draft"]?.bool ?? json["work_in_progress"]?.bool ?? false, isFork: from == nil || from != into
        )
    }
}

private func commitID(_ json: JSONValue?) -> String? {
    guard let text = json?.string, [40, 64].contains(text.utf8.count),
        text.utf8.allSatisfy({ 0x30...0x39 ~= $0 || 0x61...0x66 ~= $0 })
    else { return nil }
    return text
}
