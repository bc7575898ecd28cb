import Diagnostics
import HTTP
import Reports
import Resources

extension WatchSite {
    func page(_ place: WatchPlace, _ view: WatchRoute.View, _ request: WatchRequest) async -> WatchAnswer {
        guard let found = PagePlace(desk.snapshot(), place) else { return missing(request, isForPrograms: false) }
        let viewer = viewer(request)
        switch view {
        case .environment:
            let timeline = await desk.timeline(place)
            return .page(200, pages.environment(found, await desk.detail(place), timeline, viewer))
        case .timeline: return .page(200, pages.timeline(found, await desk.timeline(place), viewer))
        case .plan: return .page(200, pages.plan(found, await desk.plan(place), viewer))
        case .drift: return .page(200, pages.drift(found, await desk.drift(place), viewer))
        case .graph: return .page(200, pages.graph(found, await desk.detail(place), viewer))
        case .resource:
            guard let detail = await desk.detail(place),
                let address = PageQuery(of: request.target)["address"],
                let resource = detail.resources.first(where: { $0.address.description == address })
            else { return missing(request, isForPrograms: false) }
            return .page(200, pages.resource(found, detail, resource, viewer))
        case .run(let number):
            do throws(WatchRefusal) {
                guard let (run, changes) = try await desk.run(place, number) else {
                    return missing(request, isForPrograms: false)
                }
                return .page(200, pages.run(found, run, changes, viewer))
            } catch {
                return message(
                    503, "Not now", "This run cannot be shown at the moment.", error.diagnostic, request,
                    headers: [WatchSite.again])
            }
        }
    }

    /// The same as JSON.
    func document(_ place: WatchPlace, _ view: WatchRoute.View) async -> WatchAnswer {
        let snapshot = desk.snapshot()
        guard let found = PagePlace(snapshot, place) else {
            return .refusal(404, Diagnostic(.error, "unknown-environment", "there is no environment '\(place)'"))
        }
        let version = snapshot.version
        switch view {
        case .environment:
            return .json(200, placeDocument(place, found.status, await desk.detail(place), version: version))
        case .timeline: return .json(200, timelineDocument(place, await desk.timeline(place), version: version))
        case .plan:
            if let plan = await desk.plan(place) { return .json(200, planJSON(plan, version: version)) }
            return .refusal(404, Diagnostic(.error, "no-plan", "no plan waits for '\(place)'"))
        case .drift:
            if let report = await desk.drift(place) { return .json(200, driftJSON(report, version: version)) }
            return .refusal(404, Diagnostic(.error, "no-drift-report", "live was not compared yet in '\(place)'"))
        case .run(let number):
            do throws(WatchRefusal) {
                if let (run, changes) = try await desk.run(place, number) {
                    return .json(
                        200, historyJSON(run, changes, environment: place.environment, version: version))
                }
            } catch {
                return .refusal(503, error.diagnostic, headers: [WatchSite.again])
            }
            return .refusal(404, Diagnostic(.error, "unknown-run", "there is no run \(number) of '\(place)'"))
        case .graph, .resource: preconditionFailure("these are pages alone")
        }
    }

    /// In seconds: a run is read in less, and a server that is away comes back no sooner.
    private static let again = HTTPHeader("Retry-After", "5")

    func withPlace(
        _ place: WatchPlace, _ request: WatchRequest, _ body: (PagePlace) -> WatchAnswer
    ) -> WatchAnswer {
        PagePlace(desk.snapshot(), place).map(body) ?? missing(request, isForPrograms: false)
    }

    func missing(_ request: WatchRequest, isForPrograms: Bool) -> WatchAnswer {
        if isForPrograms { return .refusal(404, Diagnostic(.error, "not-found", "there is nothing here")) }
        return message(404, "Not found", "There is no such page, or what it told of is gone.", nil, request)
    }

    func message(
        _ status: Int, _ title: String, _ text: String, _ diagnostic: Diagnostic?, _ request: WatchRequest,
        headers: [HTTPHeader] = []
    ) -> WatchAnswer {
        .page(
            status,
            pages.message(status: status, title: title, text: text, diagnostic, viewer(request)), headers: headers)
    }
}
