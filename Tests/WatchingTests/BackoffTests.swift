import TestSupport
import Testing

@testable import Watching

@Suite struct BackoffTests {
    @Test(arguments: [
        (1, 0.0, 1.0), (1, 0.999, 4.995), (2, 0.5, 5.0), (3, 0.5, 10.0), (7, 0.5, 150.0), (1000, 0.999, 299.7),
    ])
    func `waits grow up to a bound, at random below it`(failures: Int, random: Double, seconds: Double) {
        let delay = Backoff.delay(after: failures, random: random)
        #expect(abs(Double(delay.milliseconds) - seconds * 1000) <= 1)
    }

    @Test func `looks are a tenth of the interval apart from one another`() {
        #expect(Backoff.interval(.seconds(30), random: 0) == .seconds(27))
        #expect(Backoff.interval(.seconds(30), random: 0.5) == .seconds(30))
    }
}
