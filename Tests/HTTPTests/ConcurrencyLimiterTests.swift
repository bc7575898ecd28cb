import HTTP
import Testing

@Suite struct ConcurrencyLimiterTests {
    @Test func `lets no more through than its limit, and all in the end`() async {
        let limiter = ConcurrencyLimiter(maximum: 3)
        let use = Box((now: 0, most: 0))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<300 {
                group.addTask {
                    guard let permit = await limiter.acquire() else { return }
                    use.change { use in
                        use.now += 1
                        use.most = max(use.most, use.now)
                    }
                    await Task.yield()
                    use.change { $0.now -= 1 }
                    limiter.release(permit, .other)
                }
            }
        }
        #expect(use.value.now == 0)
        #expect((1...3).contains(use.value.most))
    }

    @Test func `serves those who wait in their order`() async throws {
        let limiter = ConcurrencyLimiter(maximum: 1)
        let first = try #require(await limiter.acquire())
        let order = Box<[Int]>([])
        var tasks: [Task<Void, Never>] = []
        for number in 0..<20 {
            tasks.append(
                Task {
                    guard let permit = await limiter.acquire() else { return }
                    order.change { $0.append(number) }
                    limiter.release(permit, .other)
                })
            while limiter.waiting <= number { await Task.yield() }
        }
        limiter.release(first, .other)
        for task in tasks { await task.value }
        #expect(order.value == Array(0..<20))
    }

    @Test func `loses no permit to those who are cancelled`() async throws {
        let limiter = ConcurrencyLimiter(maximum: 2)
        for round in 0..<200 {
            let tasks = (0..<6).map { _ in
                Task {
                    let permit = await limiter.acquire()
                    await Task.yield()
                    if let permit { limiter.release(permit, .other) }
                    return permit != nil
                }
            }
            if round % 2 == 0 { await Task.yield() }
            for task in tasks[2...] { task.cancel() }
            for task in tasks { _ = await task.value }
        }
        let one = try #require(await limiter.acquire())
        let two = try #require(await limiter.acquire())
        let third = Task { await limiter.acquire() == nil }
        third.cancel()
        #expect(await third.value)
        limiter.release(one, .other)
        limiter.release(two, .other)
        #expect(limiter.waiting == 0)
    }

    @Test func `halves once for a burst and grows by one for each round of successes`() async throws {
        let limiter = ConcurrencyLimiter(maximum: 8)
        var burst: [ConcurrencyLimiter.Permit] = []
        for _ in 0..<8 { burst.append(try #require(await limiter.acquire())) }
        for permit in burst { limiter.release(permit, .overloaded) }
        #expect(limiter.limit == 4)
        var limits: [Int] = []
        for outcome in [ConcurrencyLimiter.Outcome](repeating: .overloaded, count: 3) + [.other]
            + [ConcurrencyLimiter.Outcome](repeating: .success, count: 40)
        {
            limiter.release(try #require(await limiter.acquire()), outcome)
            if limits.last != limiter.limit { limits.append(limiter.limit) }
        }
        #expect(limits == [2, 1, 2, 3, 4, 5, 6, 7, 8])
    }

    @Test func `stops at our own mistakes`() async {
        await #expect(processExitsWith: .failure) { _ = ConcurrencyLimiter(maximum: 0) }
        await #expect(processExitsWith: .failure) { _ = TransportConfiguration(maximumConnections: 0) }
        await #expect(processExitsWith: .failure) {
            let limiter = ConcurrencyLimiter(maximum: 1)
            guard let permit = await limiter.acquire() else { return }
            limiter.release(permit, .success)
            limiter.release(permit, .success)
        }
    }
}
