internal import Diagnostics
internal import JSON
internal import Resources
internal import YAML

extension WatchReader {
    /// The environments of one repository; nil when not all could be made, which has been told.
    mutating func environments(
        _ declared: DeclaredValue, _ node: YAMLNode, over shared: Shared
    ) -> [WatchedEnvironment]? {
        guard let place = node["environments"] else { return nil }
        if place.mapping?.isEmpty == true {
            fields.error(
                place, "no-environments", "the repository has no environment",
                hint: "Name those of its mooring.yaml that are to be kept at its commits.")
        }
        let members = place.mapping ?? []
        var result: [WatchedEnvironment] = []
        for member in members {
            checkName(member.name, member.key, "an environment's name")
            guard let value = declared["environments"]?[member.name],
                let environment = environment(member, value, over: shared)
            else { continue }
            result.append(environment)
        }
        return result.isEmpty || result.count < members.count ? nil : result
    }

    private mutating func environment(
        _ member: YAMLNode.Member, _ declared: DeclaredValue, over shared: Shared
    ) -> WatchedEnvironment? {
        let node = member.value
        let policy = policy(declared["policy"], node["policy"])
        let driftInterval = interval(declared["driftInterval"], node["driftInterval"])
        let windows = (node["windows"]?.sequence ?? []).compactMap { freeze($0, word: "window") }
        guard let nodes = nodes(member, declared) else { return nil }
        let mode = (declared["apply"]?.string).flatMap(WatchedEnvironment.Mode.init(rawValue:)) ?? .auto
        let drift = (declared["drift"]?.string).flatMap(WatchedEnvironment.DriftMode.init(rawValue:)) ?? .detect
        if mode == .planOnly, drift == .heal, let place = node["drift"] {
            fields.error(
                place, "bad-drift", "'heal' writes, and 'plan-only' never does", hint: "Write drift: detect.")
        }
        return WatchedEnvironment(
            name: member.name, mode: mode, drift: drift,
            driftInterval: driftInterval ?? WatchedEnvironment.defaultDriftInterval, windows: windows,
            rollsBack: declared["onFailure"]?.string != "hold", designer: nodes.designer, deployer: nodes.deployer,
            limits: limits(declared["limits"], over: shared.limits), policy: policy.over(shared.policy),
            prune: declared["prune"]?.bool ?? false, dialect: dialect(declared["dialect"]), mark: member.key.mark)
    }
}
