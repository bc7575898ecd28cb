package import Diagnostics
package import JSON
package import Planning
internal import Resources

/// The run as one document: what `apply --json` prints.
///
/// `diagnostics` are those of the run as a whole: why there was none, say, and then `run` is nil.
package func runJSON(
    _ run: Run?, environment: String, version: String, diagnostics: [Diagnostic] = [], planDigest: String? = nil
) -> JSONValue {
    var object = JSONObject([
        ("kind", "Run"), ("formatVersion", .number(JSONNumber(runFormatVersion))), ("mooring", .string(version)),
        ("environment", .string(run?.environment ?? environment)),
    ])
    object["run"] = (run?.number).map { .number(JSONNumber($0)) }
    object["plan"] = planDigest.map(JSONValue.string)
    switch run?.end {
    case nil: object["end"] = "not-started"
    case .finished: object["end"] = "finished"
    case .stoppedAfterFailures: object["end"] = "stopped-after-failures"
    case .interrupted(let signal):
        object["end"] = "interrupted"
        object["signal"] = .number(JSONNumber(signal))
    }
    object["summary"] = .object(
        JSONObject(Outcome.Result.allCases.map { ($0.key, .number(JSONNumber(run?.count($0) ?? 0))) }))
    object["outcomes"] = .array((run?.outcomes ?? []).map(outcomeJSON))
    object["diagnostics"] = diagnosticsJSON(diagnostics + (run?.problem.map { [$0] } ?? []))
    return .object(object)
}

/// The version of the form of runs and status reports.
let runFormatVersion = 1

extension Outcome.Result {
    /// The result as a key of a JSON object.
    var key: String {
        switch self {
        case .rolledBack: "rolledBack"
        case .notStarted: "notStarted"
        default: rawValue
        }
    }
}

private func outcomeJSON(_ outcome: Outcome) -> JSONValue {
    var object = JSONObject([
        ("address", .string(outcome.address.description)), ("action", .string(outcome.action.rawValue)),
        ("result", .string(outcome.result.rawValue)), ("milliseconds", .number(JSONNumber(outcome.milliseconds))),
    ])
    object["health"] = outcome.health.map(JSONValue.string)
    object["serviceURLs"] = .array(outcome.serviceURLs.map(JSONValue.string))
    object["diagnostics"] = diagnosticsJSON(outcome.diagnostics)
    return .object(object)
}
