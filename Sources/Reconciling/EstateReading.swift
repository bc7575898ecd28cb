package import DSS
internal import Diagnostics
internal import JSON
package import Resources

/// Reads all that a key can see of one environment's nodes, for an import: each list once, then the settings side by side.
package struct EstateReader: Sendable {
    let nodes: Nodes
    let dialect: Dialect
    /// Requests under way at once.
    let concurrency: Int

    package init(nodes: Nodes, dialect: Dialect, concurrency: Int) {
        self.nodes = nodes
        self.dialect = dialect
        self.concurrency = concurrency
    }

    /// Reads the objects that one of `globs` means (`*` and `?` in an address), or all of them without any.
    ///
    /// A service is meant, too, by an address of an endpoint or of its package. `known` are projects that manifests
    /// name: they are read where the key may not list projects. What is not visible is noted; an error is thrown only
    /// when a node does not answer, or knows no such key.
    package func read(_ globs: [String], projects known: Set<String>) async throws(ReconcileError) -> LiveEstate {
        var reading = EstateReading(selection: EstateSelection(globs: globs), known: known)
        try await readLists(&reading)
        try await readObjects(&reading)
        return reading.finished(dialect)
    }

    private enum List: Sendable { case project(String), infras, services, deployments }

    private enum ListAnswer: Sendable {
        case project([APIServiceListItem])
        case infras([InfraStatus])
        case services([ServiceStatus])
        case deployments([DeploymentStatus])
        case failed(DSSError)
    }

    private func readLists(_ reading: inout EstateReading) async throws(ReconcileError) {
        let projects = try await projects(&reading)
        let lists = projects.map(List.project) + [.infras, .services, .deployments]
        var fatal: DSSError?
        await concurrently(lists, limit: concurrency, list) { list, answer in
            switch answer {
            case .project(let items):
                if case .project(let project) = list { reading.add(items, of: project) }
            case .infras(let items): reading.infras = items.map(\.id)
            case .services(let items): reading.published = items
            case .deployments(let items): reading.deployments = items
            case .failed(let error):
                if EstateReader.isFatal(error) {
                    fatal = fatal ?? error
                    return false
                }
                reading.notes.append(EstateReader.notVisible(EstateReader.name(of: list), error))
            }
            return true
        }
        if let fatal { throw ReconcileError(fatal.diagnostic) }
    }

    /// The projects to look into, sorted. Who may not list them looks into those that manifests and patterns name.
    private func projects(_ reading: inout EstateReading) async throws(ReconcileError) -> [String] {
        guard let designer = nodes.designer, reading.selection.wantsDesign else { return [] }
        do throws(DSSError) {
            let all = try await designer.listProjectKeys()
            return Set(all).filter(reading.selection.mayHold(project:)).sorted()
        } catch {
            if EstateReader.isFatal(error) { throw ReconcileError(error.diagnostic) }
            let projects = reading.known.union(reading.selection.namedProjects).sorted()
            var note = EstateReader.notVisible("the list of projects", error)
            note.hint =
                projects.isEmpty
                ? "Name the projects by patterns, as 'APIService/CHURN/*'."
                : "Looked into the projects that manifests and patterns name: \(projects.joined(separator: ", "))."
            reading.notes.append(note)
            return projects
        }
    }

    private static func name(of list: List) -> String {
        switch list {
        case .project(let project): "project '\(project)'"
        case .infras: "the list of infrastructures"
        case .services: "the list of published services"
        case .deployments: "the list of deployments"
        }
    }

    private func list(_ list: List) async -> ListAnswer {
        do throws(DSSError) {
            switch list {
            case .project(let project):
                return .project(try await nodes.designer?.project(project).listAPIServices() ?? [])
            case .infras: return .infras(try await nodes.deployer.apiDeployer.listInfras())
            case .services: return .services(try await nodes.deployer.apiDeployer.listServices())
            case .deployments: return .deployments(try await nodes.deployer.apiDeployer.listDeployments())
            }
        } catch {
            return .failed(error)
        }
    }

    private enum Item: Sendable {
        case settings(Address)
        case packages(Address)
    }

    private enum ItemAnswer: Sendable {
        case settings(JSONValue)
        case packages([PackageListItem])
        case failed(DSSError)
    }

    private func readObjects(_ reading: inout EstateReading) async throws(ReconcileError) {
        let wanted = reading.wanted
        let items = wanted.map(Item.settings) + wanted.filter { $0.kind == .apiService }.map(Item.packages)
        var fatal: DSSError?
        await concurrently(items, limit: concurrency, item) { item, answer in
            switch (item, answer) {
            case (.settings(let address), .settings(let document)): reading.settings[address] = document
            case (.packages(let service), .packages(let items)):
                reading.packages[service] = items.map { LiveEstate.Version(id: $0.id, createdOn: $0.createdOn) }
            case (.settings(let address), .failed(let error)), (.packages(let address), .failed(let error)):
                if EstateReader.isFatal(error) {
                    fatal = fatal ?? error
                    return false
                }
                let isPackages = if case .packages = item { true } else { false }
                reading.notes.append(
                    EstateReader.notVisible((isPackages ? "the packages of " : "") + "'\(address)'", error))
            default: break
            }
            return true
        }
        if let fatal { throw ReconcileError(fatal.diagnostic) }
    }

    private func item(_ item: Item) async -> ItemAnswer {
        do throws(DSSError) {
            switch item {
            case .packages(let service): return .packages(try await nodes.packages(of: service))
            case .settings(let address): return .settings(try await nodes.settings(of: address))
            }
        } catch {
            return .failed(error)
        }
    }

    /// A node that is down, or that does not know the key, would answer all the rest alike.
    private static func isFatal(_ error: DSSError) -> Bool {
        if case .transport = error.kind { return true }
        return error.status == 401
    }

    private static func notVisible(_ what: String, _ error: DSSError) -> Diagnostic {
        Diagnostic(.note, "not-visible", "\(what) is not visible to this key: \(error.diagnostic.message)")
    }
}
