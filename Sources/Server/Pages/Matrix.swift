import Reports
import Resources

/// Services by environments: which version runs where, and how it fares.
struct Matrix {
    private let snapshot: WatchSnapshot
    private let words: Words
    /// The environments of all repositories, in the order of the watch file.
    private let columns: [String]

    init(_ snapshot: WatchSnapshot) {
        self.snapshot = snapshot
        words = Words(now: snapshot.now)
        var columns: [String] = []
        var known: Set<String> = []
        for status in snapshot.repositories.flatMap(\.environments) where known.insert(status.name).inserted {
            columns.append(status.name)
        }
        self.columns = columns
    }

    var html: HTML {
        let heads = columns.map { "<th scope=\"col\" role=\"columnheader\">\($0)</th>" as HTML }
        return """
            <section id="matrix" data-live aria-labelledby="matrix-title">
            <h2 id="matrix-title">Services by environment</h2>
            <div class="scroll" tabindex="0" role="region" aria-label="Table of services">
            <table class="matrix" role="table">
            <caption class="hidden">Versions that run, sync and health, by service and environment</caption>
            <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Service</th>\(heads)</tr></thead>
            \(snapshot.repositories.map(body))</table>
            </div>
            </section>

            """
    }

    private func body(_ repository: RepositoryStatus) -> HTML {
        let environments = Dictionary(
            repository.environments.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let services = Set(repository.environments.flatMap { $0.deployments.map(\.service) }).sorted()
        let heads = columns.map { column -> HTML in
            guard let status = environments[column] else { return Matrix.nothing }
            return "<td role=\"cell\" data-label=\"\(column)\">\(cell(status, in: repository))</td>\n"
        }
        let rows = services.map { service -> HTML in
            let cells = columns.map { column -> HTML in
                let deployments = environments[column]?.deployments.filter { $0.service == service } ?? []
                guard !deployments.isEmpty else { return Matrix.nothing }
                let place = WatchPlace(repository.name, column)
                let isToCome = environments[column]?.revision == nil
                return """
                    <td role="cell" data-label="\(column)">\(deployments.map { cell($0, at: place, isToCome: isToCome) })</td>

                    """
            }
            return "<tr role=\"row\"><th scope=\"row\" role=\"rowheader\">\(service)</th>\n\(cells)</tr>\n"
        }
        let head: HTML? = repository.head.map { words.commit($0) }
        return """
            <tbody role="rowgroup"><tr class="repository" role="row"><th scope="row" role="rowheader">\
            <span class="name">\(repository.name)</span>\(head)</th>
            \(heads)</tr>
            \(rows)</tbody>

            """
    }

    private static let nothing: HTML =
        "<td role=\"cell\" class=\"empty\"><span aria-hidden=\"true\">–</span><span class=\"hidden\">none</span></td>\n"

    private func cell(_ status: EnvironmentStatus, in repository: RepositoryStatus) -> HTML {
        let place = WatchPlace(repository.name, status.name)
        let revision: HTML = status.revision.map(Words.revision) ?? "<span class=\"none\">nothing applied yet</span>"
        let isBehind = status.revision != nil && repository.head != nil && status.revision?.id != repository.head?.id
        return """
            <a class="environment" href="\(PageLink.environment(place))" aria-label="\(place.description)">\(status.name)</a> \
            \(revision)\(isBehind ? " <span class=\"soft\">not the newest</span>" as HTML : .none)
            \(Words.badges(status.sync, status.health, isToCome: status.revision == nil))\(Matrix.chips(status))
            """
    }

    /// What else is to know of an environment, each in a word.
    static func chips(_ status: EnvironmentStatus) -> HTML {
        var chips: [HTML] = []
        if let running = status.running {
            chips.append(Words.badge("Applying \(running.done) of \(running.total)", .progressing, .info))
        }
        if status.held != nil { chips.append(Words.badge("Held", .held, .bad)) }
        if status.problem != nil { chips.append(Words.badge("Problem", .problem, .bad)) }
        if status.suspended != nil { chips.append(Words.badge("Suspended", .suspended, .warn)) }
        if status.drifted > 0 { chips.append(Words.badge("\(status.drifted) drifted", .drift, .warn)) }
        if status.pending?.needsApproval == true {
            chips.append(Words.badge("Approval waits", .approval, .info))
        }
        if status.closed != nil { chips.append(Words.badge("Writes wait", .closed, .calm)) }
        if status.lock != nil { chips.append(Words.badge("Locked", .locked, .calm)) }
        return chips.isEmpty ? .none : "<span class=\"chips\">\(chips.joined(" "))</span>"
    }

    private func cell(_ deployment: DeploymentCell, at place: WatchPlace, isToCome: Bool) -> HTML {
        let address = Address(.deployment, deployment.name)
        let version: HTML = deployment.version.map { "\($0)" } ?? "<span class=\"none\">not there</span>"
        let declared: HTML? = deployment.declaredVersion.map(Words.declared)
        let infra: HTML? = deployment.infra.map { " <span class=\"soft\">on \($0)</span>" }
        return """
            <div class="deployment"><a class="version" href="\(PageLink.resource(place, address))">\(version)</a>\(declared)
            \(Words.badges(deployment.sync, deployment.health, isToCome: isToCome))
            <span class="where"><span class="soft">\(deployment.name)</span>\(infra)</span></div>

            """
    }
}
