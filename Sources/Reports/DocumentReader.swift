package import Diagnostics
package import JSON
package import Resources

/// What in a document of ours is not as we write it.
package struct DocumentProblem: Error {
    /// As `changes[3].cause.line`.
    package let path: String
    package let message: String
}

/// Gives equal texts one storage: a large plan names few files, many times.
package final class TextPool {
    private var texts: Set<String> = []

    func shared(_ text: String) -> String { texts.insert(text).memberAfterInsert }
}

/// A value of a document of ours and its path in it.
package struct DocumentReader {
    package let value: JSONValue
    package let path: String
    /// What the names of files are shared in.
    let pool: TextPool

    package init(value: JSONValue, path: String, pool: TextPool = TextPool()) {
        self.value = value
        self.path = path
        self.pool = pool
    }

    package func problem(_ message: String) -> DocumentProblem { DocumentProblem(path: path, message: message) }

    /// The member `key`; nil where the object lacks it.
    package func optional(_ key: String) throws(DocumentProblem) -> DocumentReader? {
        guard let object = value.object else { throw problem("is \(value.typeName), not an object") }
        return object[key].map { DocumentReader(value: $0, path: path.isEmpty ? key : "\(path).\(key)", pool: pool) }
    }

    package func member(_ key: String) throws(DocumentProblem) -> DocumentReader {
        guard let member = try optional(key) else { throw problem("lacks '\(key)'") }
        return member
    }

    /// All members of an object.
    package func members() throws(DocumentProblem) -> [(key: String, reader: DocumentReader)] {
        guard let object = value.object else { throw problem("is \(value.typeName), not an object") }
        return object.map { ($0.key, DocumentReader(value: $0.value, path: "\(path).\($0.key)", pool: pool)) }
    }

    package func string() throws(DocumentProblem) -> String {
        guard let text = value.string else { throw problem("is \(value.typeName), not a string") }
        return text
    }

    package func bool() throws(DocumentProblem) -> Bool {
        guard let flag = value.bool else { throw problem("is \(value.typeName), not a boolean") }
        return flag
    }

    /// A line, a column or a length. Larger ones stand in no file, and could not be reckoned with.
    package func count() throws(DocumentProblem) -> Int {
        guard let integer = value.integer, 0...Int(Int32.max) ~= integer else {
            throw problem("is no line, column or length")
        }
        return integer
    }

    /// One of the words of an enumeration.
    package func word<Word: RawRepresentable<String>>(_ type: Word.Type) throws(DocumentProblem) -> Word {
        guard let word = Word(rawValue: try string()) else { throw problem("has a value that is not known") }
        return word
    }

    package func address() throws(DocumentProblem) -> Address {
        guard let address = Address(try string()) else { throw problem("is no address") }
        return address
    }

    package func array<Element>(
        _ read: (DocumentReader) throws(DocumentProblem) -> Element
    ) throws(DocumentProblem) -> [Element] {
        guard let elements = value.array else { throw problem("is \(value.typeName), not a list") }
        var result: [Element] = []
        for (index, element) in elements.enumerated() {
            result.append(try read(DocumentReader(value: element, path: "\(path)[\(index)]", pool: pool)))
        }
        return result
    }

    package func strings() throws(DocumentProblem) -> [String] {
        try array { (element) throws(DocumentProblem) in try element.string() }
    }

    package func addresses() throws(DocumentProblem) -> [Address] {
        try array { (element) throws(DocumentProblem) in try element.address() }
    }

    /// `file`, `line` and `column` of an object.
    package func mark() throws(DocumentProblem) -> SourceMark {
        SourceMark(
            file: pool.shared(try member("file").string()), line: try member("line").count(),
            column: try member("column").count())
    }

    package func diagnostic() throws(DocumentProblem) -> Diagnostic {
        Diagnostic(
            try member("severity").word(Diagnostic.Severity.self), try member("code").string(),
            try member("message").string(), at: try optional("file") == nil ? nil : try mark(),
            excerpt: try optional("excerpt")?.string(), length: try optional("length")?.count() ?? 1,
            hint: try optional("hint")?.string(), address: try optional("address")?.string(),
            related: try optional("related")?.array { (place) throws(DocumentProblem) in
                Diagnostic.Related(try place.mark(), try place.member("message").string())
            } ?? [])
    }

    package func diagnostics() throws(DocumentProblem) -> [Diagnostic] {
        try array { (element) throws(DocumentProblem) in try element.diagnostic() }
    }
}
