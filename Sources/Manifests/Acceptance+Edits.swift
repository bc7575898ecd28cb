internal import Diagnostics
internal import Files
internal import JSON
internal import Resources
internal import YAML

/// Writes wishes into files, and reads the result again.
extension Acceptance {
    /// What one wish does to which file.
    private enum Edit {
        case yaml([YAMLEdit])
        /// The whole contents.
        case contents([UInt8])
    }

    private struct Planned {
        let wish: AcceptWish
        let file: String
        let edit: Edit
    }

    /// `reload` reads the workspace with edits made.
    mutating func result(
        of wishes: [AcceptWish], reload: ([FileEdit]) -> (desired: [DesiredState], diagnostics: [Diagnostic])
    ) -> AcceptResult {
        let used = Set(others.flatMap { $0.resources.flatMap { Acceptance.marks(in: $0.spec) } })
        var texts: [String: YAMLText] = [:]
        var planned: [Planned] = []
        for wish in wishes {
            guard !used.contains(wish.mark) else {
                refuse(
                    wish.field, "'\(wish.mark.file)' declares it for other environments too", at: wish.mark,
                    hint: "Declare the live value in an overlay of '\(desired.environment.name)'.")
                continue
            }
            if let plan = plan(wish, &texts) { planned.append(plan) }
        }
        var edits = written(&planned, texts)
        var reloaded = reload(edits)
        if !isRight(planned, reloaded) {
            // One by one, so that one that cannot be does not take the others with it.
            var kept: [Planned] = []
            for plan in planned {
                var trial = kept + [plan]
                let before = refused.count
                let tried = written(&trial, texts)
                if refused.count == before, isRight(trial, reload(tried)) {
                    kept = trial
                } else {
                    refused.removeLast(refused.count - before)
                    refuse(
                        plan.wish.field, "to write it there would change something else as well", at: plan.wish.mark,
                        hint: "Change the manifest by hand.")
                }
            }
            planned = kept
            edits = written(&planned, texts)
            reloaded = reload(edits)
        }
        var result = AcceptResult()
        result.edits = edits
        result.accepted = planned.map(\.wish.accepted)
        result.refused = refused.inFileOrder
        result.notes = followers(reloaded.desired)
        return result
    }

    /// The packages whose version is derived from their service, and is another one now.
    private func followers(_ reloaded: [DesiredState]) -> [Diagnostic] {
        guard let new = reloaded.first(where: { $0.environment.name == desired.environment.name }) else { return [] }
        return desired.resources(of: .package).compactMap { package in
            guard package.isAutoVersion, let version = new[package.address]?.spec["version"]?.string,
                version != package.spec["version"]?.string
            else { return nil }
            return Diagnostic(
                .note, "version-follows",
                "the version of '\(package.address)' follows its service, and is '\(version)' now: the next apply makes it",
                at: package.spec["version"]?.mark ?? package.mark, address: package.address.description)
        }
    }

    private static func marks(in value: DeclaredValue) -> [SourceMark] {
        switch value.content {
        case .list(let elements): [value.mark] + elements.flatMap(marks)
        case .map(let members): [value.mark] + members.flatMap { marks(in: $0.value) }
        default: [value.mark]
        }
    }

    private mutating func plan(_ wish: AcceptWish, _ texts: inout [String: YAMLText]) -> Planned? {
        let file = wish.mark.file
        if texts[file] == nil { texts[file] = try? YAMLText(tree.read(file, limit: TreeLimits.fileBytes), file: file) }
        guard let text = texts[file], let path = text.path(line: wish.mark.line, column: wish.mark.column),
            let written = text.value(at: path)
        else {
            refuse(wish.field, "its value cannot be found in '\(file)'", at: wish.mark)
            return nil
        }
        if case .shared(let anchor)? = text.obstacle(at: path) {
            refuse(
                wish.field, "its value is shared by the anchor '&\(anchor)'", at: wish.mark,
                hint: "Write the value out where it should differ.")
            return nil
        }
        if Acceptance.holdsVariable(written) {
            refuse(
                wish.field, "its value comes from a variable", at: wish.mark,
                hint: "Change the variable in \(workspaceFile), or write the value in its place.")
            return nil
        }
        if case .text = wish.type, written.object != nil {
            guard case .value(let value) = wish.change, let contents = value?.string,
                let name = written["file"]?.string
            else {
                refuse(wish.field, "its value is that of a file, which live has not", at: wish.mark)
                return nil
            }
            // What stands in a file is never taken for a variable, so nothing is escaped there.
            let plain = contents.replacing("$${var.", with: "${var.")
            return Planned(
                wish: wish, file: resolvePath(name, from: folder(of: file)), edit: .contents(Array(plain.utf8)))
        }
        switch wish.change {
        case .value(let value?): return Planned(wish: wish, file: file, edit: .yaml([.replace(path, with: value)]))
        case .value(nil): return Planned(wish: wish, file: file, edit: .yaml([.remove(path)]))
        case .element(let element): return Planned(wish: wish, file: file, edit: .yaml([.append(element, to: path)]))
        case .mapping(let key, let value):
            let isNamedSo = path.steps.last == .key(key)
            return Planned(
                wish: wish, file: file,
                edit: .yaml([isNamedSo ? .replace(path, with: value) : .exchange(path, key: key, with: value)]))
        }
    }

    private static func holdsVariable(_ value: JSONValue) -> Bool {
        switch value {
        case .string(let text): text.replacing("$${var.", with: "").contains("${var.")
        case .array(let elements): elements.contains(where: holdsVariable)
        case .object(let object): object.contains { holdsVariable($0.value) }
        default: false
        }
    }

    /// The edited files. What its file cannot take is refused and leaves `planned`.
    private mutating func written(_ planned: inout [Planned], _ texts: [String: YAMLText]) -> [FileEdit] {
        var result: [FileEdit] = []
        var failed: [(AcceptWish, YAMLEditError)] = []
        for (file, plans) in Dictionary(grouping: planned, by: \.file).sorted(by: { $0.key < $1.key }) {
            var bytes: [UInt8]?
            var edits: [YAMLEdit] = []
            for plan in plans {
                switch plan.edit {
                case .contents(let contents): bytes = contents
                case .yaml(let more): edits += more
                }
            }
            if let text = texts[file], !edits.isEmpty {
                bytes = try? text.edited(edits)
                if bytes == nil { bytes = editedOneByOne(text, plans, &failed) }
            }
            if let bytes { result.append(FileEdit(path: file, text: bytes)) }
        }
        for (wish, error) in failed {
            planned.removeAll { $0.wish.field == wish.field }
            refuse(wish.field, Acceptance.reason(error), at: wish.mark, hint: "Change the manifest by hand.")
        }
        return result
    }

    /// As many of the edits as the text takes together; nil when it takes none.
    private func editedOneByOne(
        _ text: YAMLText, _ plans: [Planned], _ failed: inout [(AcceptWish, YAMLEditError)]
    ) -> [UInt8]? {
        var edits: [YAMLEdit] = []
        var bytes: [UInt8]?
        for plan in plans {
            guard case .yaml(let more) = plan.edit else { continue }
            do throws(YAMLEditError) {
                bytes = try text.edited(edits + more)
                edits += more
            } catch {
                failed.append((plan.wish, error))
            }
        }
        return bytes
    }

    private static func reason(_ error: YAMLEditError) -> String {
        switch error {
        case .shared(let anchor): "its value is shared by the anchor '&\(anchor)'"
        case .unreadable, .noSuchValue, .tooInvolved: "it is written in a way that cannot be changed in place"
        }
    }

    /// Whether what is read after the edits declares what was wished, and all else is as before.
    private func isRight(
        _ planned: [Planned], _ reloaded: (desired: [DesiredState], diagnostics: [Diagnostic])
    ) -> Bool {
        guard !reloaded.diagnostics.hasErrors else { return false }
        let touched = Set(planned.map(\.wish.field.address))
        for old in [desired] + others {
            guard let new = reloaded.desired.first(where: { $0.environment.name == old.environment.name }),
                new.resources.map(\.address) == old.resources.map(\.address)
            else { return false }
            let isOwn = old.environment.name == desired.environment.name
            for (before, after) in zip(old.resources, new.resources) where !isOwn || !touched.contains(before.address) {
                guard Acceptance.essence(before) == Acceptance.essence(after) else { return false }
            }
            guard isOwn else { continue }
            guard planned.allSatisfy({ declares(new, $0.wish) }) else { return false }
        }
        return true
    }

    /// What a resource declares, but for a version that is derived from others.
    private static func essence(_ resource: Resource) -> JSONValue {
        var spec = resource.spec
        if resource.isAutoVersion { spec["version"] = nil }
        return spec.referenceJSON.canonical
    }

    private func declares(_ state: DesiredState, _ wish: AcceptWish) -> Bool {
        guard let resource = state[wish.field.address] else { return false }
        let targets = AcceptTargets(resource: resource, live: nil)
        switch wish.change {
        case .element(let element):
            let name = wish.field.path
            guard case .value(let value, _, _, _)? = targets.find(name) else { return false }
            return Acceptance.plain(element) == value.referenceJSON.canonical
        case .mapping(let key, let value):
            return resource.spec[key].map { $0.referenceJSON.canonical } == Acceptance.plain(value)
        case .value(let wanted):
            guard case .value(let value, _, _, _)? = targets.find(wish.field.path) else { return wanted == nil }
            return wanted.map(Acceptance.plain) == value.referenceJSON.canonical
        }
    }

    /// A value without the escapes that a manifest needs.
    private static func plain(_ value: JSONValue) -> JSONValue {
        func unescaped(_ value: JSONValue) -> JSONValue {
            switch value {
            case .string(let text): return .string(text.replacing("$${var.", with: "${var."))
            case .array(let elements): return .array(elements.map(unescaped))
            case .object(let object):
                return .object(
                    JSONObject(
                        members: object.map { JSONObject.Member(key: $0.key, value: unescaped($0.value)) }))
            default: return value
            }
        }
        return unescaped(value).canonical
    }
}
