/// The right to write to one environment, for as long as it is renewed.
package struct Lease: Hashable, Sendable {
    package let environment: String
    /// Larger than that of every lease before: a write under an older one is refused.
    package let token: Int
    package let holder: LeaseHolder

    package init(environment: String, token: Int, holder: LeaseHolder) {
        self.environment = environment
        self.token = token
        self.holder = holder
    }
}

/// Who holds a lease, and what for.
package struct LeaseHolder: Hashable, Sendable {
    /// As `ann@host`.
    package let owner: String
    /// As `mooring apply -e prod`.
    package let command: String
    /// Tells processes apart, and whether one of this machine still runs.
    package let process: ProcessIdentity
    /// In milliseconds since 1970 (UTC), by the store's clock: when it was taken, when it ends unless it is renewed.
    package var acquired: Int
    package var expires: Int
    /// How long ago it was taken, by the store's clock.
    package var ageMilliseconds: Int

    package init(
        owner: String, command: String, process: ProcessIdentity, acquired: Int = 0, expires: Int = 0,
        ageMilliseconds: Int = 0
    ) {
        self.owner = owner
        self.command = command
        self.process = process
        self.acquired = acquired
        self.expires = expires
        self.ageMilliseconds = ageMilliseconds
    }
}

/// One process of one machine, told from every other: also from a later one with the same number.
package struct ProcessIdentity: Hashable, Sendable {
    /// The machine since it started, and the process namespace: `""` where that can't be told.
    package let machine: String
    package let number: Int
    /// When it started, in the machine's own ticks.
    package let started: Int

    package init(machine: String, number: Int, started: Int) {
        self.machine = machine
        self.number = number
        self.started = started
    }
}
