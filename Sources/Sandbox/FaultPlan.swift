import JSON

/// What is to go wrong, as `PUT /sandbox/faults` or the data folder's `faults.json` says it.
///
///     {
///       "seed": 7,                                    the faults of a run depend on this and the order of requests
///       "latency": 20, "errorRate": 0.1, …            a rule's members may stand here, as one rule before the others
///       "rules": [
///         {"match": {"method": "PUT", "path": "*/settings"},   globs: '*' is any text, '?' one character
///          "times": 3,                                how many requests it harms at most; without it, no end
///          "latency": 500,                            milliseconds that each matching answer is held back besides
///          "errorRate": 1, "status": 503,             nothing is done, and an error of that status (default 503) comes back
///          "retryAfter": 2,                           a Retry-After header on that error, seconds
///          "lostAnswers": 0.1,                        it is done, and the connection is cut before the answer
///          "truncate": 0.1,                           it is done, and the answer breaks off in its middle
///          "html": 0.1,                               nothing is done, and a login page comes with status 200
///          "hang": 0.1}                               nothing is done, and no answer ever comes
///       ],
///       "deadNodes": ["node-2"],                      these API nodes cut each connection; roll-outs cannot reach them
///       "updates": [{"deployment": "scoring-*", "outcome": "fail", "times": 1}],
///       "updateDuration": 0                           milliseconds that each update takes from now on; 0: done at once
///     }
///
/// The first rule that matches and whose dice hit decides; rates are from 0 to 1. Requests under `/sandbox/` are never harmed.
/// A plan is not kept over a restart, `faults.json` is.
struct FaultPlan: Sendable {
    struct Rule: Sendable {
        var method = "*"
        var path = "*"
        var times: Int?
        var latency = 0
        var errorRate = 0.0
        var status = 503
        var retryAfter: Int?
        var lostAnswers = 0.0
        var truncate = 0.0
        var html = 0.0
        var hang = 0.0
    }

    var seed: UInt64 = 0
    var rules: [Rule] = []
    var deadNodes: Set<String> = []
    var updates: [UpdateFault] = []
    /// Milliseconds.
    var updateDuration: Int?
    /// As it was given, for reading back.
    var json: JSONValue = [:]

    init() {}

    /// Numbers stay below this (in milliseconds eleven days), so that sums of them fit.
    static let maximumNumber = 1_000_000_000

    static func whole(_ key: String, _ value: JSONValue) throws(APIError) -> Int {
        guard let number = value.integer, (0...maximumNumber).contains(number) else {
            throw .bad("'\(key)' must be a whole number from 0 to \(maximumNumber)")
        }
        return number
    }

    /// The most rules and update faults that a plan may hold: each request looks through them.
    static let maximumRules = 1000

    init(_ json: JSONValue) throws(APIError) {
        self.json = json
        guard let object = json.object else { throw .bad("A fault plan is an object") }
        var own: JSONObject = [:]
        for member in object {
            switch member.key {
            case "seed": seed = UInt64(max(0, member.value.integer ?? 0))
            case "deadNodes": deadNodes = Set((member.value.array ?? []).compactMap(\.string))
            case "rules":
                for item in member.value.array ?? [] { rules.append(try Rule(item)) }
            case "updates":
                for item in member.value.array ?? [] { updates.append(try UpdateFault(item)) }
            case "updateDuration": updateDuration = try FaultPlan.whole(member.key, member.value)
            default: own[member.key] = member.value
            }
        }
        if !own.isEmpty { rules.insert(try Rule(.object(own)), at: 0) }
        guard rules.count <= FaultPlan.maximumRules, updates.count <= FaultPlan.maximumRules else {
            throw .bad("A fault plan holds at most \(FaultPlan.maximumRules) rules")
        }
    }
}

extension FaultPlan.Rule {
    init(_ json: JSONValue) throws(APIError) {
        self.init()
        guard let object = json.object else { throw .bad("A fault rule is an object") }
        for member in object {
            let value = member.value
            switch member.key {
            case "match":
                method = value["method"]?.string ?? "*"
                path = value["path"]?.string ?? "*"
            case "times": times = try whole(member)
            case "latency": latency = try whole(member)
            case "status": status = try whole(member)
            case "retryAfter": retryAfter = try whole(member)
            case "errorRate": errorRate = try rate(member)
            case "lostAnswers": lostAnswers = try rate(member)
            case "truncate": truncate = try rate(member)
            case "html": html = try rate(member)
            case "hang": hang = try rate(member)
            default: throw .bad("Unknown member '\(member.key)' of a fault rule")
            }
        }
        guard (100..<600).contains(status) else { throw .bad("'status' must be an HTTP status") }
    }

    private func whole(_ member: JSONObject.Member) throws(APIError) -> Int {
        try FaultPlan.whole(member.key, member.value)
    }

    private func rate(_ member: JSONObject.Member) throws(APIError) -> Double {
        guard let number = member.value.number?.double, (0...1).contains(number) else {
            throw .bad("'\(member.key)' must be a rate from 0 to 1")
        }
        return number
    }
}

/// How the update of matching deployments ends.
struct UpdateFault: Sendable {
    enum Outcome: String, CaseIterable {
        /// The long task fails; nothing reaches the nodes.
        case fail
        /// It never ends until it is aborted.
        case hang
        /// It ends aborted; nothing reaches the nodes.
        case abort
        /// The server forgets the task at once; the roll-out is done in its time.
        case lostFuture
        /// It ends well, but the nodes report the service as unhealthy until the next update.
        case unhealthy
        /// Only the first node gets it.
        case partial
    }

    /// A glob over the deployment's id.
    let deployment: String
    let outcome: Outcome
    var times: Int?

    init(_ json: JSONValue) throws(APIError) {
        let names = Outcome.allCases.map(\.rawValue).joined(separator: ", ")
        guard let outcome = json["outcome"]?.string.flatMap(Outcome.init(rawValue:)) else {
            throw .bad("The 'outcome' of an update must be one of: \(names)")
        }
        deployment = json["deployment"]?.string ?? "*"
        self.outcome = outcome
        if let value = json["times"] { times = try FaultPlan.whole("times", value) }
    }
}

/// Whether `text` matches a pattern where `*` is any text and `?` one character.
func globMatches(_ pattern: String, _ text: String) -> Bool {
    let (pattern, text) = (Array(pattern.utf8), Array(text.utf8))
    var (p, t) = (0, 0)
    // Where to go on when the text after the last star did not fit.
    var (star, mark) = (-1, 0)
    while t < text.count {
        if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
            (star, mark) = (p, t)
            p += 1
        } else if p < pattern.count, pattern[p] == text[t] || pattern[p] == UInt8(ascii: "?") {
            p += 1
            t += 1
        } else if star >= 0 {
            mark += 1
            (p, t) = (star + 1, mark)
        } else {
            return false
        }
    }
    return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
}
