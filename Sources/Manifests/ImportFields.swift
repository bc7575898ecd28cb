internal import Diagnostics
internal import JSON
internal import Resources

/// Brings live values into the form in which a manifest declares them.
struct FieldImporter {
    var secrets: SecretNames
    /// Whether a text stands for a secret: encrypted or redacted.
    let isHidden: (String) -> Bool
    var notes: [Diagnostic] = []
    private var address: Address?

    /// Collections inside one another in one open field: far beyond any setting, far below what a file may hold.
    private static let maximumDepth = 100

    init(secrets: SecretNames, isHidden: @escaping (String) -> Bool) {
        self.secrets = secrets
        self.isHidden = isHidden
    }

    /// The declared fields of an object, in the order of its definition; what is empty or as by default is left out.
    mutating func spec(_ fields: [Field], of live: JSONValue, _ address: Address) -> JSONObject {
        self.address = address
        var spec = JSONObject()
        for field in fields where field.wire == nil && field.name != "raw" {
            guard let value = member(field, of: live, path: field.name), value != field.defaultValue else { continue }
            spec[field.name] = value
        }
        return spec
    }

    /// A live value as a manifest would declare it, or why it cannot: it would need a secret, say.
    mutating func declarable(
        _ live: JSONValue, _ type: FieldType, _ address: Address, _ path: String
    ) -> (value: JSONValue?, reason: String) {
        self.address = address
        let known = secrets.needed.count
        let told = notes.count
        defer {
            secrets.forget(beyond: known)
            notes.removeLast(notes.count - told)
        }
        switch value(live, type, path) {
        case .left(let reason): return (nil, reason)
        case .value(let value):
            if secrets.needed.count > known { return (nil, "it holds a secret") }
            // What is left out inside of it would not be what is live.
            if let note = notes.dropFirst(told).first { return (nil, note.message) }
            return (value, "")
        }
    }

    /// Forgets the secrets of objects that are not written after all.
    mutating func forget(_ addresses: [Address]) { secrets.forget(addresses) }

    private mutating func member(_ field: Field, of live: JSONValue, path: String) -> JSONValue? {
        guard let value = live[field.name], !FieldImporter.isEmpty(value) else { return nil }
        let before = secrets.needed.count
        switch self.value(value, field.type, path) {
        case .value(let value): return FieldImporter.isEmpty(value) ? nil : value
        case .left(let reason):
            // What is not declared needs no secret.
            secrets.forget(beyond: before)
            leave(path, reason)
            return nil
        }
    }

    private static func isEmpty(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .string(""): true
        case .array(let elements): elements.isEmpty
        case .object(let object): object.isEmpty
        default: false
        }
    }

    private mutating func leave(_ path: String, _ reason: String) {
        let owner = address.map { " of '\($0)'" } ?? ""
        notes.append(
            Diagnostic(
                .note, "unmanaged-field", "'\(path)'\(owner) is left unmanaged: \(reason)",
                address: address?.description))
    }

    private enum Imported {
        case value(JSONValue)
        /// Not declared, and why.
        case left(String)
    }

    private mutating func value(_ live: JSONValue, _ type: FieldType, _ path: String) -> Imported {
        switch type {
        case .string, .text: return text(live) { _ in nil }
        case .identifier: return text(live, flaw: FieldReader.flaw(inIdentifier:))
        case .enumeration(let values):
            return text(live) { values.contains($0) ? nil : "is '\($0)', which Mooring does not know" }
        case .boolean: return live.bool == nil ? unfit(live, type) : .value(live)
        case .number: return live.number == nil ? unfit(live, type) : .value(live)
        case .integer(let range):
            guard let number = live.integer, range.contains(number) else { return unfit(live, type) }
            return .value(live)
        case .secret: return .value(secret(path))
        case .open: return open(live, path)
        case .openMap: return live.object == nil ? unfit(live, type) : open(live, path)
        case .object(let fields):
            guard live.object != nil else { return unfit(live, type) }
            return .value(.object(members(fields, of: live, path)))
        case .list(let element): return list(live, element, path)
        case .set(let element): return set(live, element, path)
        case .keyedList(let key, let fields): return keyedList(live, key, fields, path)
        default: return unfit(live, type)
        }
    }

    private func unfit(_ live: JSONValue, _ type: FieldType) -> Imported {
        .left("it is \(live.typeName), not \(type.name)")
    }

    /// `flaw` is the end of a sentence: what is wrong with a text, if anything is.
    private func text(_ live: JSONValue, flaw: (String) -> String?) -> Imported {
        guard let text = live.string ?? live.number?.text else { return unfit(live, .string) }
        if isHidden(text) { return .left("DSS hides its value") }
        if let flaw = flaw(text) { return .left("it \(flaw)") }
        return .value(.string(Substitution.escaped(text)))
    }

    private mutating func secret(_ path: String) -> JSONValue {
        guard let address else { preconditionFailure("a field belongs to an object") }
        return ["env": .string(secrets.name(address, path))]
    }

    private mutating func members(_ fields: [Field], of live: JSONValue, _ path: String) -> JSONObject {
        var result = JSONObject()
        for field in fields {
            if let value = member(field, of: live, path: path + "." + field.name) { result[field.name] = value }
        }
        return result
    }

    private mutating func list(_ live: JSONValue, _ type: FieldType, _ path: String) -> Imported {
        guard let elements = live.array else { return unfit(live, .list(type)) }
        var result: [JSONValue] = []
        for (index, element) in elements.enumerated() {
            switch value(element, type, "\(path)[\(index)]") {
            case .value(let value): result.append(value)
            case .left(let reason): return .left("element \(index + 1): \(reason)")
            }
        }
        return .value(.array(result))
    }

    private mutating func set(_ live: JSONValue, _ type: FieldType, _ path: String) -> Imported {
        let imported = list(live, type, path)
        guard case .value(let value) = imported, let elements = value.array else { return imported }
        var seen: Set<JSONValue> = []
        return .value(.array(elements.filter { seen.insert($0.canonical).inserted }))
    }

    private mutating func keyedList(_ live: JSONValue, _ key: String, _ fields: [Field], _ path: String) -> Imported {
        guard let elements = live.array else { return unfit(live, .keyedList(key: key, fields)) }
        var result: [JSONValue] = []
        var keys: Set<String> = []
        for element in elements {
            guard let name = element[key]?.string ?? element[key]?.number?.text, !name.isEmpty else {
                return .left("an element has no '\(key)'")
            }
            guard keys.insert(name).inserted else { return .left("two elements have the \(key) '\(name)'") }
            let value = members(fields, of: element, "\(path)[\(name)]")
            guard fields.allSatisfy({ !$0.isRequired || value.contains(key: $0.name) }) else {
                return .left("the element '\(name)' cannot be declared whole")
            }
            result.append(.object(value))
        }
        return .value(.array(result))
    }

    /// Anything, with secrets by reference: what is hidden, and each text below a name that speaks of secrets.
    private mutating func open(
        _ live: JSONValue, _ path: String, isSecret: Bool = false, depth: Int = 0
    ) -> Imported {
        guard depth < FieldImporter.maximumDepth else { return .left("it is nested too deep") }
        switch live {
        case .null, .bool, .number: return .value(live)
        case .string(let text):
            if isHidden(text) || isSecret && !text.isEmpty { return .value(["secret": secret(path)]) }
            return .value(.string(Substitution.escaped(text)))
        case .array(let elements):
            var result: [JSONValue] = []
            for (index, element) in elements.enumerated() {
                switch open(element, "\(path)[\(index)]", isSecret: isSecret, depth: depth + 1) {
                case .value(let value): result.append(value)
                case .left(let reason): return .left(reason)
                }
            }
            return .value(.array(result))
        case .object(let object):
            var result = JSONObject()
            for member in object where !member.value.isNull {
                let isSecret = isSecret || looksSecret(member.key)
                switch open(member.value, path + "." + member.key, isSecret: isSecret, depth: depth + 1) {
                case .value(let value): result[member.key] = value
                case .left(let reason): return .left(reason)
                }
            }
            // A manifest says `{secret: {env: NAME}}` for a secret, so it cannot say this.
            if result.count == 1, result["secret"]?.object != nil {
                return .left("a map with nothing but 'secret' stands for a secret in a manifest")
            }
            return .value(.object(result))
        }
    }
}

extension Substitution {
    /// A text as a manifest writes it, so that no part of it is taken for a variable.
    static func escaped(_ text: String) -> String {
        text.contains("${var.") ? text.replacing("${var.", with: "$${var.") : text
    }
}
