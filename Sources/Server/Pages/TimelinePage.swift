import Reports
import Resources

extension Pages {
    /// What happened in one environment, the newest first.
    func timeline(_ place: PagePlace, _ timeline: [TimelineEntry], _ viewer: Viewer) -> String {
        let query = PageQuery(of: viewer.path)
        let pages = max(1, (timeline.count + Timeline.entriesOfPage - 1) / Timeline.entriesOfPage)
        let page = min(max(1, query["page"].flatMap { Int($0) } ?? 1), pages)
        let shown = timeline.dropFirst((page - 1) * Timeline.entriesOfPage).prefix(Timeline.entriesOfPage)
        let frame = Frame(
            "Timeline of \(place.place)", viewer, place, .timeline)
        let entries: HTML =
            shown.isEmpty
            ? "<p>Nothing happened yet.</p>\n" : Timeline(place: place.place, now: place.snapshot.now).days(shown)
        return frame.page(
            self,
            """
            <h1>Timeline</h1>
            <p class="summary">What happened in \(place.place.description), the newest first. Times are in UTC.</p>
            \(entries)\(Pager(page: page, pages: pages, query: query, what: "the timeline").html)
            """)
    }
}

struct Timeline {
    let place: WatchPlace
    let now: Int

    static let entriesOfPage = 100

    /// A list for each day.
    func days(_ entries: some Sequence<TimelineEntry>) -> HTML {
        var days: [(day: String, entries: [TimelineEntry])] = []
        for entry in entries {
            let day = String(Instant.short(entry.time).prefix(10))
            if days.last?.day == day {
                days[days.count - 1].entries.append(entry)
            } else {
                days.append((day, [entry]))
            }
        }
        return "\(days.map { "<h2>\($0.day)</h2>\n\(list($0.entries))" as HTML })"
    }

    func list(_ entries: some Sequence<TimelineEntry>) -> HTML {
        var items: [HTML] = []
        var before: TimelineEntry?
        for entry in entries {
            let isSame = before?.revision?.id == entry.revision?.id
            items.append(item(entry, namesCommit: !isSame, says: !isSame || before?.text != entry.text))
            before = entry
        }
        return "<ol class=\"timeline\">\n\(items)</ol>\n"
    }

    /// Of entries in a row about one commit, the first says what it is; of those that say the same of it, the first says it.
    private func item(_ entry: TimelineEntry, namesCommit: Bool, says: Bool) -> HTML {
        let (icon, tone, word) = Words.icon(entry.kind)
        let time = Instant.short(entry.time)
        var facts: [HTML] = []
        if let revision = entry.revision {
            let isTold = entry.text == revision.subject || !namesCommit
            let subject: HTML = isTold ? .none : " <span class=\"subject\">\(revision.subject)</span>"
            facts.append("\(Words.revision(revision))\(subject) by \(revision.author)")
        }
        if let actor = entry.actor { facts.append("by <b>\(actor)</b>") }
        if let run = entry.run { facts.append("<a href=\"\(PageLink.run(place, run))\">Run \(run)</a>") }
        if let digest = entry.planDigest { facts.append("plan \(Words.digest(digest))") }
        let text: HTML = !says || entry.text.lowercased() == word.lowercased() ? .none : ": \(entry.text)"
        let meta: HTML = facts.isEmpty ? .none : "<p class=\"meta\">\(facts.joined(" · "))</p>"
        return """
            <li class="\(tone.rawValue)"><span class="mark">\(icon.html)</span>
            <p><b>\(word)</b>\(text) <time class="soft" datetime="\(time)" title="\(Words.moment(entry.time))">\
            \(time.dropFirst(11).prefix(8)) (\(Instant.age(now - entry.time)))</time></p>\(meta)</li>

            """
    }
}
