internal import Diagnostics
internal import Files
internal import JSON
internal import Resources
internal import YAML

extension FieldReader {
    /// The text of a string; a plain number stands for its source text.
    private mutating func words(_ node: YAMLNode, _ name: String, due: String = "a string") -> String? {
        guard let scalar = node.scalar else {
            wrongType(node, due, name)
            return nil
        }
        switch scalar.value {
        case .string, .number: return scalar.text
        case .bool:
            wrongType(node, due, name, hint: "Quote it to make it a string: \"\(scalar.text)\".")
        default:
            let quoted = scalar.text.isEmpty ? "give it a value." : "quote it to make it a string: \"\(scalar.text)\"."
            wrongType(node, due, name, hint: "Remove it, or \(quoted)")
        }
        return nil
    }

    mutating func string(_ node: YAMLNode, _ name: String) -> DeclaredValue? {
        words(node, name).map { node.declared(.string($0)) }
    }

    mutating func identifier(_ node: YAMLNode, _ name: String) -> DeclaredValue? {
        guard let text = words(node, name) else { return nil }
        if let flaw = FieldReader.flaw(inIdentifier: text) {
            error(node, "bad-id", "\(name) \(flaw)", hint: "It is part of URLs and addresses.")
            return nil
        }
        return node.declared(.string(text))
    }

    /// Characters of an id: DSS makes folders and files of ids, and their names end there.
    static let longestIdentifier = 255

    /// What is wrong with an id, as the end of a sentence; nil when nothing is.
    static func flaw(inIdentifier text: String) -> String? {
        if text.isEmpty { return "is empty" }
        // A character has at least one byte, so most texts need not be counted.
        if text.utf8.count > longestIdentifier, text.unicodeScalars.count > longestIdentifier {
            return "is longer than \(longestIdentifier) characters"
        }
        if text == "." || text == ".." { return "may not be '\(text)'" }
        if text.contains("/") { return "may not hold a slash" }
        if text.unicodeScalars.contains(where: { $0.value < 0x20 || 0x7F..<0xA0 ~= $0.value }) {
            return "may not hold control characters"
        }
        if text.first?.isWhitespace == true || text.last?.isWhitespace == true {
            return "may not begin or end with a space"
        }
        return nil
    }

    mutating func boolean(_ node: YAMLNode, _ name: String) -> DeclaredValue? {
        guard let flag = node.scalar?.value.bool else {
            var hint: String?
            switch node.scalar?.text.lowercased() {
            case "yes", "on", "y", "true": hint = "Write true."
            case "no", "off", "n", "false": hint = "Write false."
            default: break
            }
            wrongType(node, "a boolean", name, hint: hint)
            return nil
        }
        return node.declared(.bool(flag))
    }

    mutating func integer(_ node: YAMLNode, _ range: ClosedRange<Int>, _ name: String) -> DeclaredValue? {
        guard let number = node.scalar?.value.number else {
            wrongType(node, "a whole number", name)
            return nil
        }
        guard let value = number.integer, range.contains(value) else {
            error(
                node, "out-of-range",
                "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound), not \(number.text)")
            return nil
        }
        return node.declared(.number(JSONNumber(value)))
    }

    mutating func number(_ node: YAMLNode, _ name: String) -> DeclaredValue? {
        guard let number = node.scalar?.value.number else {
            wrongType(node, "a number", name)
            return nil
        }
        return node.declared(.number(number))
    }

    mutating func duration(_ node: YAMLNode, _ name: String) -> DeclaredValue? {
        guard let text = words(node, name, due: "a duration") else { return nil }
        guard Duration(text: text) != nil else {
            let isNumber = !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber }
            error(
                node, "bad-duration", "\(name) is no duration: '\(text)'",
                hint: isNumber ? "Did you mean '\(text)s'?" : "Write it as 250ms, 30s, 5m or 1h30m; at most a year.")
            return nil
        }
        return node.declared(.string(text))
    }

    mutating func date(_ node: YAMLNode, _ name: String) -> DeclaredValue? {
        guard let text = words(node, name, due: "a date") else { return nil }
        guard Day(text) != nil else {
            error(node, "bad-date", "\(name) is no date: '\(text)'", hint: "Write it as 2026-12-31.")
            return nil
        }
        return node.declared(.string(text))
    }

    mutating func form(_ node: YAMLNode, _ form: TextForm, _ name: String) -> DeclaredValue? {
        guard let text = words(node, name, due: form.name) else { return nil }
        guard form.allows(text) else {
            let kind = String(text.prefix { $0 != "/" })
            let close = form == .address ? closest(to: kind, among: Kind.allCases.map(\.rawValue)) : nil
            let better = close.map { "\($0)\(text.dropFirst(kind.count))" }.flatMap { form.allows($0) ? $0 : nil }
            error(
                node, form.code, "\(name) must be \(form.name), not '\(text)'",
                hint: better.map { "Did you mean '\($0)'?" } ?? form.hint)
            return nil
        }
        return node.declared(.string(text))
    }

    mutating func enumeration(_ node: YAMLNode, _ values: [String], _ name: String) -> DeclaredValue? {
        guard let text = words(node, name, due: "one of \(values.joined(separator: ", "))") else { return nil }
        guard values.contains(text) else {
            let known = "Known: \(values.joined(separator: ", "))."
            let close = closest(to: text, among: values)
            error(
                node, "unknown-value", "unknown value '\(text)' of \(name)",
                hint: close.map { "Did you mean '\($0)'? \(known)" } ?? known)
            return nil
        }
        return node.declared(.string(text))
    }

    /// A path in the workspace, relative to its root.
    mutating func path(_ node: YAMLNode, _ name: String) -> DeclaredValue? {
        guard let text = words(node, name, due: "a path") else { return nil }
        guard !text.isEmpty, !text.unicodeScalars.contains("\0") else {
            error(node, "bad-path", "\(name) is no path: it \(text.isEmpty ? "is empty" : "holds a zero byte")")
            return nil
        }
        return node.declared(.string(resolvePath(text, from: base ?? folder(of: node.source.file))))
    }

    /// Text, or the contents of a file.
    mutating func text(_ node: YAMLNode, _ name: String) -> DeclaredValue? {
        guard node.mapping != nil else {
            return words(node, name, due: FieldType.text.name).map { node.declared(.string($0)) }
        }
        let fields = [Field("file", .path, "A file in the workspace.", origin: "mooring", required: true)]
        guard let file = object(node, fields, name: name)?["file"]?.string, let place = node["file"] else { return nil }
        return contents(of: file, place).map { node.declared(.string($0)) }
    }

    private mutating func contents(of file: String, _ place: YAMLNode) -> String? {
        if let known = contents[file] { return known }
        let bytes: [UInt8]
        do throws(FileError) {
            guard let tree else { throw FileError.missing(file) }
            bytes = try tree.read(file, limit: TreeLimits.fileBytes)
        } catch {
            tell(error, at: place)
            return nil
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            error(
                place, "not-utf8", "the file '\(file)' is not UTF-8 text",
                hint: "Save it as UTF-8; what is no text goes into a managed folder of DSS.")
            return nil
        }
        guard contentBytes + bytes.count <= FieldReader.maximumContentBytes else {
            error(
                place, "files-too-large",
                "the files that manifests take in have more than \(FieldReader.maximumContentBytes >> 20) MiB together")
            return nil
        }
        contentBytes += bytes.count
        contents[file] = text
        return text
    }

    /// Tells an error of a file at the place that names it.
    mutating func tell(_ failure: FileError, at place: YAMLNode) {
        // As it was written: that is what the user can find.
        let isOutside = failure.reason == .outside
        let told = (isOutside ? place.scalar.map { FileError.outside($0.text) } ?? failure : failure).diagnostic
        error(place, told.code, told.message, hint: told.hint ?? "Paths are relative to the file that names them.")
    }
}

/// A day, from a date (`2026-12-31`) or the date of an instant (RFC 3339).
struct Day: Comparable {
    private let date: WallTime

    init?(_ text: String) {
        guard let date = WallTime(String(text.prefix(10))), Day.isTime(text.dropFirst(10)) else { return nil }
        self.date = date
    }

    static func < (left: Day, right: Day) -> Bool { left.date < right.date }

    /// Nothing, or `T12:00:00Z` with fraction and offset.
    private static func isTime(_ text: Substring) -> Bool {
        if text.isEmpty { return true }
        let pattern = /[Tt ]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)/
        return text.wholeMatch(of: pattern) != nil
    }
}
