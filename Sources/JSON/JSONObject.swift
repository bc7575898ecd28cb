/// The members of a JSON object, in the order in which they were read or set.
///
/// A look-up walks the members: objects on this wire are small, and each is asked for few keys.
package struct JSONObject: Hashable, Sendable {
    package struct Member: Hashable, Sendable {
        package let key: String
        package var value: JSONValue

        package init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }

        /// Byte by byte: Swift's own `==` takes two spellings of one `é` for the same key, which JSON does not.
        func isNamed(_ name: String) -> Bool {
            key.utf8.count == name.utf8.count && key.utf8.elementsEqual(name.utf8)
        }
    }

    package private(set) var members: [Member]

    package init(_ members: [(String, JSONValue)] = []) {
        self.members = members.map { Member(key: $0.0, value: $0.1) }
    }

    package init(members: [Member]) { self.members = members }

    package var keys: [String] { members.map(\.key) }

    /// The value of `key`; the last one where a document repeats a key. Setting keeps the key's place, or adds it at the end.
    package subscript(key: String) -> JSONValue? {
        get { members.last { $0.isNamed(key) }?.value }
        set {
            guard let newValue else {
                members.removeAll { $0.isNamed(key) }
                return
            }
            if let index = members.lastIndex(where: { $0.isNamed(key) }) {
                members[index].value = newValue
            } else {
                members.append(Member(key: key, value: newValue))
            }
        }
    }

    package func contains(key: String) -> Bool { members.contains { $0.isNamed(key) } }
}

extension JSONObject: RandomAccessCollection {
    package var startIndex: Int { members.startIndex }
    package var endIndex: Int { members.endIndex }
    package subscript(position: Int) -> Member { members[position] }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
