import Foundation
import Resources
import StateStorage
import Testing

@Suite struct ProcessIdentityTests {
    @Test func `this process is itself, and not gone`() {
        let current = ProcessIdentity.current()
        #expect(current == ProcessIdentity.current())
        #expect(current.number == Int(getpid()))
        #expect(!current.isGone)
        #expect(current.machine.split(separator: "/").count == 3)
    }

    @Test func `a number that another process has got by now is not the one that had it`() {
        let current = ProcessIdentity.current()
        #expect(
            ProcessIdentity(machine: current.machine, number: current.number, started: current.started - 1).isGone)
    }

    @Test func `of another machine, or of none that is known, nothing is ever taken for gone`() {
        let current = ProcessIdentity.current()
        #expect(!ProcessIdentity(machine: current.machine + "x", number: current.number, started: 1).isGone)
        #expect(!ProcessIdentity(machine: "", number: current.number, started: 1).isGone)
    }

    @Test func `a process that has ended is gone`() async throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/cat")
        let input = Pipe()
        process.standardInput = input
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        process.terminationHandler = { _ in end.finish() }
        try process.run()
        let current = ProcessIdentity.current()
        let number = Int(process.processIdentifier)
        let stat = try String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8)
        let started = try #require(
            stat.split(separator: ")").last?.split(separator: " ").dropFirst(19).first.flatMap { Int($0) })
        let identity = ProcessIdentity(machine: current.machine, number: number, started: started)
        #expect(!identity.isGone)
        try input.fileHandleForWriting.close()
        for await _ in ends {}
        #expect(identity.isGone)
    }

    @Test func `the lease of a process that was killed is free at once`() async throws {
        let store = MemoryStore(now: { 0 })
        let current = ProcessIdentity.current()
        let dead = ProcessIdentity(machine: current.machine, number: current.number, started: current.started - 1)
        _ = try await store.lease(for: LeaseHolder(owner: "a", command: "b", process: dead))
        let lease = try await store.lease(for: LeaseHolder(owner: "a", command: "b", process: current))
        #expect(lease.token == 2)
    }
}
