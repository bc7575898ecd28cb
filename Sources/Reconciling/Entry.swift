internal import DSS
internal import Planning
internal import Resources

/// What the journal is told of a write before it is sent.
struct Entry: Sendable {
    /// The change that it belongs to; of several that are saved together, the one that they are saved with.
    let address: Address
    let action: Action
    let step: Step.Kind
    /// Method and path.
    let call: String
    var subject: String?
    /// What was there before: of a save, the document's fingerprint; of an update, the newest one's start; of a wait for
    /// health, what was last applied.
    var before: String?
    /// What is remembered once it is done.
    var records: [Record] = []
    /// What is forgotten once it is done.
    var forgets: [Address] = []

    init(
        _ address: Address, _ action: Action, _ step: Step.Kind, _ call: Call, subject: String? = nil,
        before: String? = nil, records: [Record] = [], forgets: [Address] = []
    ) {
        self.address = address
        self.action = action
        self.step = step
        self.call = call.line
        self.subject = subject
        self.before = before
        self.records = records
        self.forgets = forgets
    }

    init(
        _ change: Change, _ step: Step.Kind, _ call: Call, subject: String? = nil, before: String? = nil,
        records: [Record] = [], forgets: [Address] = []
    ) {
        self.init(
            change.unit, change.action, step, call, subject: subject, before: before, records: records,
            forgets: forgets)
    }

    func intent(_ id: Intent.ID) -> Intent {
        Intent(
            id: id, address: address, action: action, step: step.rawValue, call: call, subject: subject,
            before: before, records: records, forgets: forgets)
    }
}
