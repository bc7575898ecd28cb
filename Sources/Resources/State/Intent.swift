/// A remote write that is about to be sent: recorded before, so that a run that ends in between can be settled by reading.
package struct Intent: Hashable, Sendable, Identifiable {
    /// Names it within its environment.
    package struct ID: Hashable, Sendable, Comparable {
        package let run: Int
        /// Counts from 1 within the run.
        package let number: Int

        package init(run: Int, number: Int) {
            self.run = run
            self.number = number
        }

        package static func < (left: ID, right: ID) -> Bool { (left.run, left.number) < (right.run, right.number) }
    }

    package let id: ID
    /// The change that it belongs to.
    package let address: Address
    package let action: Action
    /// `create-package`, `save-infra`, …: the step's kind.
    package let step: String
    /// Method and path.
    package let call: String
    /// The version that is made, published or deleted; the published service where it is another than the address says. Of a
    /// wait for health, what changed under the deployment so that it must be pushed: `Infra/prod`.
    package let subject: String?
    /// What was there before: of a save, the document's fingerprint; of an update, the newest one's start; of a wait for
    /// health, what was applied when it was last good, as canonical JSON. Nil for nothing.
    package let before: String?
    /// What is remembered once it is done.
    package let records: [Record]
    /// What is forgotten once it is done.
    package let forgets: [Address]
    /// The long task that DSS answered with; of a wait for health, the update that it waits for, once that was started.
    package var job: String?

    package init(
        id: ID, address: Address, action: Action, step: String, call: String, subject: String? = nil,
        before: String? = nil, records: [Record] = [], forgets: [Address] = [], job: String? = nil
    ) {
        self.id = id
        self.address = address
        self.action = action
        self.step = step
        self.call = call
        self.subject = subject
        self.before = before
        self.records = records
        self.forgets = forgets
        self.job = job
    }
}
