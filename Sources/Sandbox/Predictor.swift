import JSON

/// Answers to queries without any model: made from the query's own content, so that the same question gets the same answer.
struct Predictor {
    let endpoint: JSONValue
    /// Milliseconds since 1970, for forecasts.
    let now: Int

    private var type: String { endpoint["type"]?.string ?? "" }

    /// The calls that an endpoint of a type answers. Those of clustering and multi-target are inferred.
    static func verbs(of type: String) -> Set<String> {
        switch type {
        case "STD_FORECAST": ["forecast"]
        case "STD_CAUSAL_PREDICTION": ["predict-effect", "predict-effect-multi"]
        case "PY_FUNCTION", "R_FUNCTION": ["run"]
        case "DATASETS_LOOKUP": ["lookup", "lookup-multi"]
        case "SQL_QUERY": ["query"]
        default: ["predict", "predict-multi", "predict-simple"]
        }
    }

    /// The call that asks one thing, as test queries do.
    static func verb(of type: String) -> String {
        switch type {
        case "STD_FORECAST": "forecast"
        case "STD_CAUSAL_PREDICTION": "predict-effect"
        case "PY_FUNCTION", "R_FUNCTION": "run"
        case "DATASETS_LOOKUP": "lookup"
        case "SQL_QUERY": "query"
        default: "predict"
        }
    }

    /// The members of the answer that come before `timing` and `apiContext`.
    func answer(_ verb: String, _ body: JSONObject, _ query: Query) throws(APIError) -> JSONObject {
        switch verb {
        case "predict": return ["result": predict(body["features"], body["explanations"])]
        case "predict-simple":
            let features = JSONObject(query.items.map { ($0.name, .string($0.value)) })
            return ["result": predict(.object(features), nil)]
        case "predict-multi":
            return ["results": .array(try items(body).map { predict($0["features"], body["explanations"]) })]
        case "predict-effect": return ["result": effect(body["features"])]
        case "predict-effect-multi": return ["results": .array(try items(body).map { effect($0["features"]) })]
        case "forecast": return ["results": .array(try items(body).map(forecast))]
        case "lookup": return ["results": [lookup(body["data"])]]
        case "lookup-multi": return ["results": .array(try items(body).map { lookup($0["data"]) })]
        case "query":
            return [
                "columns": ["parameter", "value"],
                "rows": .array(body.map { [.string($0.key), .string($0.value.string ?? $0.value.text())] }),
            ]
        default: return ["response": .number(JSONNumber(rounded(unit(.object(body)))))]
        }
    }

    private func items(_ body: JSONObject) throws(APIError) -> [JSONValue] {
        guard let items = body["items"]?.array else { throw .bad("'items' must be an array") }
        return items
    }

    private func unit(_ value: JSONValue) -> Double {
        let id = endpoint["id"]?.string ?? ""
        return SplitMix64.unit(stableHash(Array(id.utf8) + value.canonical.bytes()))
    }

    private func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }

    private func predict(_ features: JSONValue?, _ explanations: JSONValue?) -> JSONValue {
        guard let features, let object = features.object, !object.isEmpty else {
            return ["ignored": true, "ignoreReason": "IGNORED_BY_MODEL"]
        }
        let score = rounded(unit(features))
        var result: JSONObject
        if endpoint["predictionType"]?.string == "REGRESSION" {
            result = ["prediction": .number(JSONNumber(score * 100)), "ignored": false]
        } else if type == "STD_CLUSTERING" {
            result = ["prediction": .string("cluster_\(Int(score * 5))"), "ignored": false]
        } else {
            // A class is a string, even when it is a digit.
            result = [
                "prediction": score >= 0.5 ? "1" : "0", "probaPercentile": .number(JSONNumber(Int(score * 100))),
                "probas": ["0": .number(JSONNumber(rounded(1 - score))), "1": .number(JSONNumber(score))],
                "ignored": false,
            ]
        }
        if explanations?["enabled"]?.bool == true {
            let weights = object.map { ($0.key, JSONValue.number(JSONNumber(rounded(unit($0.value) - 0.5)))) }
            result["explanations"] = .object(JSONObject(weights))
        }
        return .object(result)
    }

    private func effect(_ features: JSONValue?) -> JSONValue {
        let score = unit(features ?? .null)
        var result: JSONObject = ["effect": .number(JSONNumber(rounded(score - 0.5)))]
        if endpoint["computePropensity"]?.bool == true {
            result["propensity"] = .number(JSONNumber(rounded(1 - score)))
        }
        return .object(result)
    }

    private func forecast(_ item: JSONValue) -> JSONValue {
        let value = rounded(unit(item) * 100)
        return [
            "forecast": .number(JSONNumber(value)), "ignored": false, "quantiles": [0.1, 0.9],
            "quantilesValues": [.number(JSONNumber(value * 0.5)), .number(JSONNumber(value * 1.5))],
            "time": .string(Timestamp.text(now)), "timeseriesIdentifier": [:],
        ]
    }

    private func lookup(_ data: JSONValue?) -> JSONValue {
        var row = data?.object ?? [:]
        row["score"] = .string("\(rounded(unit(data ?? .null)))")
        return ["data": .object(row)]
    }
}

/// ISO 8601 in UTC with microseconds, as forecasts carry it.
enum Timestamp {
    static func text(_ milliseconds: Int) -> String {
        let (days, rest) = (milliseconds / 86_400_000, milliseconds % 86_400_000)
        // Days to a date by eras of 400 years that begin in March (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
        let shifted = days + 719_468
        let era = shifted / 146_097
        let day = shifted % 146_097
        let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
        let dayOfYear = day - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let monthOfYear = month < 10 ? month + 3 : month - 9
        let date = [era * 400 + year + (monthOfYear <= 2 ? 1 : 0), monthOfYear, dayOfYear - (153 * month + 2) / 5 + 1]
        let time = [rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60]
        let pad = { (number: Int, width: Int) in
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return date.map { pad($0, 2) }.joined(separator: "-") + "T" + time.map { pad($0, 2) }.joined(separator: ":")
            + "." + pad(rest % 1000, 3) + "000Z"
    }
}
