internal import Resources
internal import Synchronization

/// Says on standard error whom a run waits for: each holder of the lock once.
final class Waits: Sendable {
    private let session: Session
    private let told = Mutex<ProcessIdentity?>(nil)

    init(_ session: Session) { self.session = session }

    func tell(_ holder: LeaseHolder) {
        let isNew = told.withLock { told in
            defer { told = holder.process }
            return told != holder.process
        }
        if isNew { Console.errors.write("Waiting for the lock: \(holder.text)\n") }
    }
}

extension LeaseHolder {
    /// Who holds it, what for and for how long, as `ann@host has been running 'mooring apply -e prod' for 3m05s`.
    var text: String { "\(owner) has been running '\(command)' for \(age)" }

    var age: String { Duration.seconds(ageMilliseconds / 1000).text }
}
