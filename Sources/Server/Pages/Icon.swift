import Reports

/// The signs beside words. Each has a shape of its own, so that none is told by its colour alone.
enum Icon: String, CaseIterable {
    case synced, outOfSync, unknown, healthy, progressing, degraded, missing, unsure
    case held, suspended, closed, locked, approval, drift, problem, commit, done, anchor

    /// The sign, for a place where words say the same.
    var html: HTML { "<svg class=\"icon\" aria-hidden=\"true\"><use href=\"#i-\(rawValue)\"/></svg>" }

    /// All signs, once for a page.
    static let sprite: HTML = """
        <svg class="sprite" aria-hidden="true">
        \(allCases.map { "<symbol id=\"i-\($0.rawValue)\" viewBox=\"0 0 16 16\">\($0.drawing)</symbol>\n" as HTML })</svg>

        """

    /// In a square of 16, stroked in the colour of the text beside it.
    private var drawing: HTML {
        switch self {
        case .synced: "<circle cx=\"8\" cy=\"8\" r=\"6.25\"/><path d=\"M5 8.2l2.1 2.1L11 6.2\"/>"
        case .outOfSync: "<circle cx=\"8\" cy=\"8\" r=\"6.25\"/><path d=\"M5 6.6h6M5 9.4h6M9.6 4.4l-3.2 7.2\"/>"
        case .healthy:
            """
            <path class="solid" d="M8 13.6C3.6 10.6 1.8 8.6 1.8 6.1A3.2 3.2 0 0 1 8 4.6a3.2 3.2 0 0 1 6.2 1.5c0 2.5-1.8 4.5-6.2 7.5z"/>
            """
        case .progressing: "<path d=\"M8 1.75A6.25 6.25 0 1 1 1.75 8\"/><path d=\"M8 4.5V8l2.5 1.5\"/>"
        case .degraded: "<path d=\"M8 2.2l6.4 11.3H1.6z\"/><path d=\"M8 6.4v3.4M8 11.6v.2\"/>"
        case .missing: "<circle cx=\"8\" cy=\"8\" r=\"6.25\" stroke-dasharray=\"2.4 2.4\"/>"
        case .unknown:
            """
            <circle cx="8" cy="8" r="6.25"/><path d="M6.2 6.3A1.85 1.85 0 1 1 8 8.2v1M8 11.2v.2"/>
            """
        case .unsure:
            """
            <path d="M8 13.6C3.6 10.6 1.8 8.6 1.8 6.1A3.2 3.2 0 0 1 8 4.6a3.2 3.2 0 0 1 6.2 1.5c0 2.5-1.8 4.5-6.2 7.5z"/>
            """
        case .held: "<path d=\"M5.2 1.9h5.6l3.3 3.3v5.6l-3.3 3.3H5.2l-3.3-3.3V5.2z\"/><path d=\"M5 8h6\"/>"
        case .suspended: "<circle cx=\"8\" cy=\"8\" r=\"6.25\"/><path d=\"M6.4 5.6v4.8M9.6 5.6v4.8\"/>"
        case .closed: "<path d=\"M2.5 3.5h11v10h-11zM2.5 6.5h11M5.2 2v3M10.8 2v3M6 8.6l4 3.4M10 8.6l-4 3.4\"/>"
        case .locked: "<path d=\"M3.5 7.2h9v6.3h-9zM5.4 7.2V5a2.6 2.6 0 0 1 5.2 0v2.2\"/>"
        case .approval: "<path d=\"M2 13.8h12M8 2.2v7.2M4.9 6.6L8 9.7l3.1-3.1\"/>"
        case .drift: "<path d=\"M2 5.2c2-2.4 4-2.4 6 0s4 2.4 6 0M2 10.8c2-2.4 4-2.4 6 0s4 2.4 6 0\"/>"
        case .problem: "<circle cx=\"8\" cy=\"8\" r=\"6.25\"/><path d=\"M8 4.6v4M8 11v.2\"/>"
        case .commit: "<circle cx=\"8\" cy=\"8\" r=\"2.6\"/><path d=\"M1.5 8h3.9M10.6 8h3.9\"/>"
        case .done: "<path d=\"M3 8.4l3.3 3.3L13 4.8\"/>"
        case .anchor:
            """
            <circle cx="8" cy="3.2" r="1.6"/><path d="M8 4.8v9.4M4.8 7.2h6.4M2.2 9.4c.3 3 2.6 4.6 5.8 4.8 3.2-.2 5.5-1.8 5.8-4.8"/>
            """
        }
    }
}
