internal import DSS
internal import Diagnostics
internal import JSON
internal import Planning
internal import Resources

/// What Govern says of versions before they go live.
extension Reconciler {
    /// So many messages are told of one version: a package may hold many models.
    private static let mostGovernMessages = 5

    private struct GovernQuestion: Sendable {
        let deployment: Resource
        let version: String
        /// WARN or PREVENT.
        let policy: String
        let ignoresWarnings: Bool
    }

    /// What Govern says of the versions that live deployments are to map to newly, on infrastructures that check it.
    ///
    /// One request for each of them. Nothing is asked of a deployment or a version that the plan makes first, since there is
    /// nothing to ask about, nor where the infrastructure is external, whose settings are not read.
    func governStatus(of plan: Plan, _ reading: Reading) async -> [Diagnostic] {
        let today = time.today()
        let questions = plan.changes.flatMap { change -> [GovernQuestion] in
            guard change.address.kind == .deployment, change.action == .update else { return [] }
            let spec = DeploymentSpec(change.resource)
            guard let policy = governPolicy(of: spec.infra, reading), policy != "NO_CHECK" else { return [] }
            let before = reading.live.mappings[change.address.name]?.versions ?? []
            let here = reading.live.versions[spec.publishedService] ?? []
            return (spec.mapping?.versions ?? []).filter { !before.contains($0) && here.contains($0) }.map { version in
                GovernQuestion(
                    deployment: change.resource, version: version, policy: policy,
                    ignoresWarnings: spec.rollout.reasonToIgnoreWarnings(on: today) != nil)
            }
        }
        guard !questions.isEmpty else { return [] }
        var told: [Int: [Diagnostic]] = [:]
        let deployer = nodes.deployer.apiDeployer
        await concurrently(
            Array(questions.enumerated()), limit: environment.limits.concurrency,
            { (_, question) -> Result<MessageList, DSSError> in
                do throws(DSSError) {
                    let deployment = deployer.deployment(question.deployment.address.name)
                    return .success(try await deployment.getGovernanceStatus(version: question.version))
                } catch {
                    return .failure(error)
                }
            },
            collect: { place, answer in
                told[place.offset] = diagnostics(place.element, answer)
                return true
            })
        return questions.indices.flatMap { told[$0] ?? [] }
    }

    /// As it will be: a plan may change it.
    private func governPolicy(of infra: String, _ reading: Reading) -> String? {
        let address = Address(.infra, infra)
        let declared = reading.wanted[address].flatMap { $0.isExternal ? nil : $0.spec["governCheckPolicy"]?.string }
        return declared ?? reading.live.documents[address]?["governCheckPolicy"]?.string
    }

    private func diagnostics(_ question: GovernQuestion, _ answer: Result<MessageList, DSSError>) -> [Diagnostic] {
        let spec = question.deployment.spec
        let mark = (spec["version"] ?? spec["generations"])?.mark ?? question.deployment.mark
        func tell(_ severity: Diagnostic.Severity, _ code: String, _ text: String, hint: String?) -> Diagnostic {
            Diagnostic(
                severity, code, text, at: mark, hint: hint, address: question.deployment.address.description)
        }
        switch answer {
        case .success(let list):
            let shown = list.messages.prefix(Reconciler.mostGovernMessages)
            var result = shown.map { message in
                let isFine = [.success, .info].contains(message.severity)
                return tell(
                    isFine ? .note : .warning, "govern-status",
                    "Govern says of version '\(question.version)': \(message.line)",
                    hint: isFine ? nil : hint(question))
            }
            if list.messages.count > shown.count {
                result.append(
                    tell(
                        .note, "govern-status",
                        "Govern says \(list.messages.count - shown.count) more things of version '\(question.version)'",
                        hint: nil))
            }
            return result
        case .failure(let error):
            // Releases before the call was made answer so.
            guard error.status != 404 else { return [] }
            return [
                tell(
                    .note, "govern-unknown",
                    "what Govern says of version '\(question.version)' could not be read: \(error.diagnostic.message)",
                    hint: nil)
            ]
        }
    }

    /// What DSS makes of it, by its documentation of the policies.
    private func hint(_ question: GovernQuestion) -> String {
        guard question.policy == "WARN" else {
            return "The policy of its infrastructure is \(question.policy): DSS refuses what is not approved in Govern."
        }
        return question.ignoresWarnings
            ? "The policy of its infrastructure is WARN, and 'rollout.ignoreWarnings' passes it over."
            : "The policy of its infrastructure is WARN: DSS refuses to save it, unless 'rollout.ignoreWarnings' gives a reason."
    }
}
