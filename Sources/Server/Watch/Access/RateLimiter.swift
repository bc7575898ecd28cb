import Synchronization

/// So many a second, and now and then more at once, for each of many askers.
///
/// Askers share a bounded number of slots, whose choice nobody outside can foresee: however many names are made up, memory
/// stays the same.
final class RateLimiter: Sendable {
    private struct Slot {
        var left: Double
        var since: Duration
    }

    private let perSecond: Double
    private let burst: Double
    private let now: @Sendable () -> Duration
    private let slots: Mutex<[Slot]>

    init(perSecond: Double, burst: Int, slots count: Int = 1, now: @escaping @Sendable () -> Duration) {
        precondition(perSecond > 0 && burst > 0 && count > 0, "a limit lets something pass")
        self.perSecond = perSecond
        self.burst = Double(burst)
        self.now = now
        slots = Mutex(Array(repeating: Slot(left: Double(burst), since: now()), count: count))
    }

    /// Whether `asker` may; if so, it has one less.
    func take(_ asker: String = "") -> Bool {
        let time = now()
        return slots.withLock { slots in
            let index = slots.count == 1 ? 0 : Int(UInt(bitPattern: asker.hashValue) % UInt(slots.count))
            let passed = (time - slots[index].since) / .seconds(1)
            slots[index].left = min(burst, slots[index].left + max(0, passed) * perSecond)
            slots[index].since = time
            guard slots[index].left >= 1 else { return false }
            slots[index].left -= 1
            return true
        }
    }
}
