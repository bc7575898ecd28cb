/// What Mooring remembers of one environment, at one moment.
package struct StateSnapshot: Sendable {
    package let environment: String
    package var records: [Address: Record]
    /// Writes of earlier runs that nobody knows the end of, in their order.
    package var intents: [Intent]

    package init(environment: String, records: [Address: Record] = [:], intents: [Intent] = []) {
        self.environment = environment
        self.records = records
        self.intents = intents
    }

    package subscript(address: Address) -> Record? { records[address] }
}
