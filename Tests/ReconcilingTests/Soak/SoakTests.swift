import Foundation
import Synchronization
import TestSupport
import Testing

/// Random workspaces, random edits in git and behind Mooring's back, random faults and sudden ends: after each story
/// Mooring converges, and has touched nothing that is not its own.
///
/// `make soak SECONDS=600` runs stories for so long; `SOAK_SEED` and `SOAK_MOVES`, as a failure prints them, run one again.
@Suite(.serialized) struct SoakTests {
    private static let variables = ProcessInfo.processInfo.environment

    /// Stories that every test run lives through.
    private static let usualStories: UInt64 = 25
    /// A shortened story counts as failing when it fails once in so many tries: tasks may run in another order.
    private static let tries = 3

    @Test func `stories end well`() async throws {
        if let seed = SoakTests.variables["SOAK_SEED"].flatMap(UInt64.init) { return try await replay(seed) }
        let first = SoakTests.variables["SOAK_FIRST"].flatMap(UInt64.init) ?? 1
        let end = SoakTests.variables["SOAK_SECONDS"].flatMap(Double.init).map { Date.now.addingTimeInterval($0) }
        var totals: [String: Int] = [:]
        var seed = first
        while end.map({ Date.now < $0 }) ?? (seed < first + SoakTests.usualStories) {
            let story = SoakStory(seed: seed)
            do { totals.merge(try await SoakRunner.run(story), uniquingKeysWith: +) } catch {
                Issue.record("\(await shrunk(story, "\(error)"))")
                return
            }
            seed += 1
        }
        if end != nil {
            print("soak: " + totals.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
        }
    }

    private func replay(_ seed: UInt64) async throws {
        var story = SoakStory(seed: seed)
        if let kept = SoakTests.variables["SOAK_MOVES"] {
            let indices = Set(kept.split(separator: ",").compactMap { Int($0) })
            for index in story.moves.indices.reversed() where !indices.contains(index) { story = story.without(index) }
        }
        _ = try await SoakRunner.run(story)
    }

    /// The shortest story found that fails, and how.
    private func shrunk(_ story: SoakStory, _ failure: String) async -> String {
        var (story, failure) = (story, failure)
        var index = story.moves.count - 1
        while index >= 0 {
            let shorter = story.without(index)
            for _ in 0..<SoakTests.tries {
                do { _ = try await SoakRunner.run(shorter) } catch {
                    (story, failure) = (shorter, "\(error)")
                    break
                }
            }
            index = min(index, story.moves.count) - 1
        }
        return "\(story)\n\(failure)"
    }
}
