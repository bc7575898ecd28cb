internal import DSS
internal import Diagnostics
internal import Files
internal import HTTP
internal import JSON
internal import Manifests
internal import Planning
internal import Reconciling
internal import Resources
internal import StateStorage

/// An environment at one commit, with its nodes, its state and its manifests at hand. It must be closed.
struct OpenedRevision: Sendable {
    let revision: Revision
    let desired: DesiredState
    /// Of the manifests.
    let warnings: [Diagnostic]
    /// What is left alone, and should be known by who reads a plan.
    let passedOver: Diagnostic?
    let reading: CommitReading
    let dialect: Dialect
    let reconciler: Reconciler
    let place: OpenPlace
}

extension OpenedRevision {
    /// A plan of it, with what people should know of it.
    func whole(_ plan: Plan) -> Plan {
        var plan = plan
        plan.diagnostics += [passedOver].compactMap(\.self)
        return plan
    }
}

extension EnvironmentWatch {
    /// Opens the environment at a commit and does the work; all is closed however that ends.
    func with<T: Sendable>(
        _ revision: Revision, writes: Bool, isPreview: Bool = false,
        _ work: (OpenedRevision) async throws(Setback) -> T
    ) async throws(Setback) -> T {
        let opened = try await open(revision, writes: writes, isPreview: isPreview)
        let result: Result<T, Setback>
        do throws(Setback) { result = .success(try await work(opened)) } catch { result = .failure(error) }
        await opened.place.close()
        daemon.count(opened.place.statistics)
        return try result.get()
    }

    /// Not while what it promotes from is not done with the commit. A preview, of what nobody agreed to yet, waits for
    /// nothing, and reads no secret: it may name a command with whatever words.
    private func open(
        _ revision: Revision, writes: Bool, isPreview: Bool
    ) async throws(Setback) -> OpenedRevision {
        let reading = try await commits.read(revision.id)
        let (desired, warnings) = try reading.desired(environment.name)
        let source = desired.environment.promotesFrom
        if !isPreview {
            self.source = source
            // What is live went through it once; where that one is by now does not matter to a look at it.
            if let source, target == nil || target == revision, passes != revision.id,
                await commits.stand(source, revision) != .done
            {
                isSourceBusy = true
                throw .superseded
            }
        }
        let (dialect, problems) = Dialect.overridden(
            by: JSONObject(environment.dialect.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        guard problems.isEmpty else {
            throw Setback(
                problems.map { Diagnostic(.error, "bad-dialect", $0.message, at: environment.mark) }, .lasting)
        }
        let origin = source.flatMap { repository.environment($0) }
        let place: OpenPlace
        do throws(ReconcileError) {
            place = try await daemon.ports.open(
                PlaceRequest(
                    repository: repository, environment: environment, source: origin, writes: writes,
                    hasSecrets: desired.resources.contains { !$0.spec.secrets.isEmpty }))
        } catch {
            // A secret or the state cannot be had: no commit changes that.
            throw Setback(error.diagnostics, .passing)
        }
        let reconciler = Reconciler(
            environment: desired.environment, nodes: place.nodes, targets: place.targets, secrets: place.secrets,
            dialect: dialect, root: files.archives, store: place.store,
            fingerprintKey: isPreview ? nil : place.fingerprintKey, commit: revision.id, time: daemon.ports.time,
            zones: daemon.ports.zones,
            rollsBack: environment.rollsBack)
        return OpenedRevision(
            revision: revision, desired: desired, warnings: warnings,
            passedOver: passedOver(desired, by: environment, of: repository), reading: reading, dialect: dialect,
            reconciler: reconciler, place: place)
    }

    /// Takes the lock, settles what an earlier run left open, and does the work; the lock is given back however it ends.
    func locked<T: Sendable>(
        _ opened: OpenedRevision, _ work: (OpenRun) async throws(Setback) -> T
    ) async throws(Setback) -> T {
        memory.status.lock = nil
        let run: OpenRun
        do throws(ReconcileError) {
            run = try await opened.reconciler.open(
                "mooring watch \(place)", owner: daemon.ports.owner, process: daemon.ports.process, waiting: .zero
            ) { _ in }
        } catch {
            var setback = Setback(error)
            if error.reason == .locked,
                let holder = try? await opened.place.store.holder(of: opened.desired.environment.name)
            {
                setback.lock = LockStatus(owner: holder.owner, command: holder.command, since: holder.acquired)
            }
            throw setback
        }
        setWriting(true)
        let result: Result<T, Setback>
        do throws(Setback) { result = .success(try await work(run)) } catch { result = .failure(error) }
        await run.close()
        setWriting(false)
        return try result.get()
    }

    /// Waits for its turn among the daemon's environments.
    func inTurn<T: Sendable>(_ work: () async throws(Setback) -> T) async throws(Setback) -> T {
        let pass = await daemon.places.enter()
        defer {
            pass.leave()
            returnIdleMemory()
        }
        if isStopping { throw .superseded }
        return try await work()
    }

    func reconciled<T: Sendable>(_ work: () async throws(ReconcileError) -> T) async throws(Setback) -> T {
        do throws(ReconcileError) { return try await work() } catch { throw Setback(error) }
    }
}
