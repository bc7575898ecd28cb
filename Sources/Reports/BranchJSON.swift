internal import JSON
internal import Planning
internal import Resources

/// What of a plan a branch changes; `fields` are in the order of the change's own.
func branchJSON(_ branch: BranchComparison, of plan: Plan) -> JSONValue {
    let summaries = BranchComparison.Share.allCases.map { share in
        let changes = plan.changes(of: share)
        let counts = Action.allCases.filter { $0 != .noOp }.map { action in
            (action.key, JSONValue.number(JSONNumber(changes.count { $0.action == action })))
        }
        return (share.rawValue, JSONValue.object(JSONObject(counts)))
    }
    let changes = branch.changes.sorted { $0.key < $1.key }.map { address, part in
        var object: JSONObject = [
            "share": .string(part.share.rawValue), "fields": .array(part.fields.map { .string($0.rawValue) }),
        ]
        switch branch.authors[address] {
        case nil: break
        case .commit(let stamp): object["author"] = stampJSON(stamp)
        case .uncommitted: object["uncommitted"] = true
        }
        return (address.description, JSONValue.object(object))
    }
    let orphaned = branch.orphaned.sorted { $0.key < $1.key }.map {
        ($0.key.description, JSONValue.string($0.value.rawValue))
    }
    var object: JSONObject = [
        "name": .string(branch.name), "base": stampJSON(branch.base), "summary": .object(JSONObject(summaries)),
        "changes": .object(JSONObject(changes)), "orphaned": .object(JSONObject(orphaned)),
    ]
    object["problem"] = branch.problem.map(diagnosticJSON)
    return .object(object)
}

/// Reads what `branchJSON` wrote.
func branch(_ document: DocumentReader) throws(DocumentProblem) -> BranchComparison {
    var branch = BranchComparison(
        name: try document.member("name").string(), base: try document.member("base").stamp(), changes: [:],
        orphaned: [:])
    for (key, reader) in try document.member("changes").members() {
        let address = try address(key, at: reader)
        branch.changes[address] = BranchComparison.Part(
            share: try reader.member("share").word(BranchComparison.Share.self),
            fields: try reader.member("fields").array { (field) throws(DocumentProblem) in
                try field.word(BranchComparison.Share.self)
            })
        if let stamp = try reader.optional("author")?.stamp() {
            branch.authors[address] = .commit(stamp)
        } else if try reader.optional("uncommitted")?.bool() == true {
            branch.authors[address] = .uncommitted
        }
    }
    for (key, reader) in try document.member("orphaned").members() {
        branch.orphaned[try address(key, at: reader)] = try reader.word(BranchComparison.Share.self)
    }
    branch.problem = try document.optional("problem")?.diagnostic()
    return branch
}

extension ReportSchema {
    static var branch: JSONValue {
        let share = FieldSchema.described(
            words(BranchComparison.Share.allCases.map(\.rawValue)),
            "'branch': the branch asks for it and its base does not; 'pending': the base asks for it too; 'drift': live was changed."
        )
        let author = strict([
            "id": text("The commit."), "author": text("The author's name."),
            "subject": text("The message's first line."),
            "time": moment("When it was committed."),
        ])
        let change = strict(
            [
                "share": share, "fields": list(share, "Of each field, in the order of the change's own."),
                "author": FieldSchema.described(author, "Who wrote the line that the cause names; of some changes."),
                "uncommitted": ["description": "The line is in no commit yet.", "const": true],
            ], optional: ["author", "uncommitted"])
        let counts = counts(Action.allCases.filter { $0 != .noOp }.map(\.key))
        let shares = BranchComparison.Share.allCases.map { ($0.rawValue, counts) }
        return FieldSchema.described(
            strict(
                [
                    "name": text("The base as it was named."),
                    "base": FieldSchema.described(author, "The newest commit that led to the base and to the branch."),
                    "summary": strict(JSONObject(shares)),
                    "changes": [
                        "description": "Of each change, by address.", "type": "object", "additionalProperties": change,
                    ],
                    "orphaned": [
                        "description": "Of what is left orphaned, by address: whose manifests let it go.",
                        "type": "object",
                        "additionalProperties": share,
                    ],
                    "problem": FieldSchema.described(
                        ["$ref": "#/$defs/diagnostic"],
                        "Why nothing could be told apart: the base's manifests have errors. All is the branch's then."),
                ], optional: ["problem"]), "What of the plan a branch changes: 'plan --base'.")
    }
}
