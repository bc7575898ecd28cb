import Diagnostics
import Reports
import Resources

/// What pages say of one thing in one way.
struct Words: Sendable {
    /// In milliseconds since 1970 (UTC).
    let now: Int

    /// A word with a sign, in the colour of what it means.
    static func badge(_ word: String, _ icon: Icon, _ tone: Tone) -> HTML {
        #"<span class="badge \#(tone.rawValue)">\#(icon.html)\#(word)</span>"#
    }

    enum Tone: String { case good, warn, bad, info, calm }

    static func icon(_ sync: SyncStatus) -> Icon {
        switch sync {
        case .synced: .synced
        case .outOfSync: .outOfSync
        case .unknown: .unknown
        }
    }

    static func icon(_ health: Health) -> Icon {
        switch health {
        case .healthy: .healthy
        case .progressing: .progressing
        case .degraded: .degraded
        case .missing: .missing
        case .unknown: .unsure
        }
    }

    static func tone(_ sync: SyncStatus) -> Tone {
        switch sync {
        case .synced: .good
        case .outOfSync: .warn
        case .unknown: .calm
        }
    }

    /// What is still to come, `isToCome`, is missing, and nothing is wrong with that.
    static func tone(_ health: Health, isToCome: Bool = false) -> Tone {
        switch health {
        case .healthy: .good
        case .progressing: .info
        case .missing where isToCome: .calm
        case .degraded, .missing: .bad
        case .unknown: .calm
        }
    }

    /// The more pressing of both.
    static func tone(_ sync: SyncStatus, _ health: Health, isToCome: Bool) -> Tone {
        let tones = [tone(sync), tone(health, isToCome: isToCome)]
        return [Tone.bad, .warn, .info, .good].first { tones.contains($0) } ?? .calm
    }

    /// Both, told apart by shape, and in words for whoever points at them or hears the page.
    static func badges(_ sync: SyncStatus, _ health: Health, isToCome: Bool) -> HTML {
        """
        <span class="badges"><span class="badge \(tone(sync).rawValue)" title="Sync: \(sync.rawValue)">\
        <span class="hidden">Sync: </span>\(icon(sync).html)\(sync.rawValue)</span> \
        <span class="badge \(tone(health, isToCome: isToCome).rawValue)" title="Health: \(health.rawValue)">\
        <span class="hidden">Health: </span>\(icon(health).html)\(health.rawValue)</span></span>
        """
    }

    /// A resource's; one that nobody knows of is unknown in both.
    static func badges(_ resource: ResourceView?) -> HTML {
        badges(
            resource?.sync ?? .unknown, resource?.health ?? .unknown, isToCome: resource?.action == .create)
    }

    /// The version that is declared, where another one is live.
    static func declared(_ version: String) -> HTML {
        """
        <span class="declared"><span aria-hidden="true">→</span> <span class="hidden">declared: </span>\(version)</span>
        """
    }

    /// A moment as how long ago it is; the whole of it is in the title.
    func ago(_ milliseconds: Int) -> HTML { time(milliseconds, Instant.age(now - milliseconds)) }

    /// For how long something is so already, as `7 min`.
    func lasting(since milliseconds: Int) -> HTML { time(milliseconds, Words.length(now - milliseconds)) }

    /// A moment that is to come, as `in 25 s`.
    func ahead(_ milliseconds: Int) -> HTML {
        let left = milliseconds - now
        return left < 1000 ? "now" : "in " + time(milliseconds, Words.length(left))
    }

    /// `2026-11-22 09:50:03 UTC`.
    func moment(_ milliseconds: Int) -> HTML { time(milliseconds, Words.moment(milliseconds)) }

    private func time(_ milliseconds: Int, _ words: String) -> HTML {
        #"<time datetime="\#(Instant.short(milliseconds))" title="\#(Words.moment(milliseconds))">\#(words)</time>"#
    }

    static func moment(_ milliseconds: Int) -> String {
        Instant.short(milliseconds).replacing("T", with: " ").replacing("Z", with: " UTC")
    }

    /// `25 s`, `3 min`, `2 h`, `4 d`.
    static func length(_ milliseconds: Int) -> String {
        let seconds = max(0, milliseconds) / 1000
        return switch seconds {
        case ..<100: "\(seconds) s"
        case ..<6000: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) d"
        }
    }

    /// A commit's first digits.
    static func revision(_ commit: CommitStamp) -> HTML { #"<code class="revision">\#(commit.short)</code>"# }

    /// A commit with its subject, its author and its age.
    func commit(_ commit: CommitStamp) -> HTML {
        """
        <span class="commit">\(Words.revision(commit)) <span class="subject">\(commit.subject)</span> \
        <span class="soft">\(commit.author), \(ago(commit.time))</span></span>
        """
    }

    /// `3 to create, 1 to update`.
    static func counts(_ counts: [Action: Int]) -> String {
        let parts = actionCounts { counts[$0] ?? 0 }
        return parts.isEmpty ? "nothing to change" : parts.joined(separator: ", ")
    }

    static func mode(_ mode: WatchedEnvironment.Mode) -> String {
        switch mode {
        case .auto: "applied automatically"
        case .approve: "applied after approval"
        case .planOnly: "planned only, never written"
        }
    }

    static func drift(_ mode: WatchedEnvironment.DriftMode) -> String {
        switch mode {
        case .off: "not looked for"
        case .detect: "reported"
        case .heal: "put back"
        }
    }

    /// The first digits of a plan's digest, without the name of the algorithm.
    static func short(_ digest: String) -> String {
        String((digest.split(separator: ":").last ?? "").prefix(12))
    }

    static func icon(_ kind: TimelineEntry.Kind) -> (icon: Icon, tone: Tone, word: String) {
        switch kind {
        case .commit: (.commit, .calm, "Commit")
        case .planned: (.approval, .info, "Planned")
        case .approved: (.done, .info, "Approved")
        case .applied: (.synced, .good, "Applied")
        case .failed: (.problem, .bad, "Failed")
        case .rolledBack: (.outOfSync, .bad, "Rolled back")
        case .held: (.held, .bad, "Held")
        case .released: (.done, .info, "Released")
        case .drift: (.drift, .warn, "Drift")
        case .healed: (.healthy, .good, "Healed")
        case .suspended: (.suspended, .warn, "Suspended")
        case .resumed: (.done, .info, "Resumed")
        case .problem: (.problem, .bad, "Problem")
        case .recovered: (.healthy, .good, "Recovered")
        }
    }

    static func digest(_ digest: String) -> HTML {
        #"<code class="digest" title="\#(digest)">\#(short(digest))</code>"#
    }
}
