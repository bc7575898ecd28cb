internal import JSON

/// What becomes of one node and of what lies below it.
struct YAMLChange {
    /// Written anew as a whole.
    var replacement: JSONValue?
    /// Of a member: the key in the place of its own.
    var key: String?
    /// What changes inside, by the place of the child.
    var children: [Int: YAMLChange] = [:]
    var removed: Set<Int> = []
    /// New elements or members, each before a child's place or, by the count of children, behind the last.
    var added: [(place: Int, key: String?, value: JSONValue)] = []

    var isEmpty: Bool { replacement == nil && children.isEmpty && removed.isEmpty && added.isEmpty }

    /// Pairs of elements of two lists that are looked at to find what stayed; longer lists are paired by place.
    private static let mostPairs = 1_000_000

    /// What turns a node into a value, so that as much of its text stays as can.
    init(_ node: YAMLOutline.Node, into wanted: JSONValue, values: (YAMLOutline.Node) -> JSONValue) {
        guard values(node).canonical != wanted.canonical else { return }
        switch wanted {
        case .object(let object) where node.isMapping: reshape(node, into: object, values)
        case .array(let elements) where node.isCollection && !node.isMapping: reshape(node, into: elements, values)
        default: replacement = wanted
        }
    }

    init() {}

    private mutating func reshape(
        _ node: YAMLOutline.Node, into object: JSONObject, _ values: (YAMLOutline.Node) -> JSONValue
    ) {
        for (index, child) in node.children.enumerated() {
            guard let key = child.key?.scalar?.text, let value = object[key] else {
                removed.insert(index)
                continue
            }
            let change = YAMLChange(child.value, into: value, values: values)
            if !change.isEmpty { children[index] = change }
        }
        for member in object where !node.children.contains(where: { $0.key?.scalar?.text == member.key }) {
            added.append((node.children.count, member.key, member.value))
        }
    }

    /// The longest run of elements that both lists have in order stays; between them elements pair up by place.
    private mutating func reshape(
        _ node: YAMLOutline.Node, into wanted: [JSONValue], _ values: (YAMLOutline.Node) -> JSONValue
    ) {
        let old = node.children.map { values($0.value).canonical }
        let new = wanted.map(\.canonical)
        var (from, to) = (0, 0)
        for (left, right) in YAMLChange.common(old, new) + [(old.count, new.count)] {
            while from < left, to < right {
                let change = YAMLChange(node.children[from].value, into: wanted[to], values: values)
                if !change.isEmpty { children[from] = change }
                from += 1
                to += 1
            }
            while from < left {
                removed.insert(from)
                from += 1
            }
            while to < right {
                added.append((left, nil, wanted[to]))
                to += 1
            }
            (from, to) = (left + 1, right + 1)
        }
    }

    /// The places of a longest common subsequence, in order.
    private static func common(_ old: [JSONValue], _ new: [JSONValue]) -> [(Int, Int)] {
        guard !old.isEmpty, !new.isEmpty else { return [] }
        guard old.count * new.count <= mostPairs else {
            return zip(old.indices, new.indices).filter { old[$0] == new[$1] }
        }
        var lengths = Array(repeating: Array(repeating: 0, count: new.count + 1), count: old.count + 1)
        for left in old.indices.reversed() {
            for right in new.indices.reversed() {
                lengths[left][right] =
                    old[left] == new[right]
                    ? lengths[left + 1][right + 1] + 1 : max(lengths[left + 1][right], lengths[left][right + 1])
            }
        }
        var pairs: [(Int, Int)] = []
        var (left, right) = (0, 0)
        while left < old.count, right < new.count {
            if old[left] == new[right] {
                pairs.append((left, right))
                (left, right) = (left + 1, right + 1)
            } else if lengths[left + 1][right] >= lengths[left][right + 1] {
                left += 1
            } else {
                right += 1
            }
        }
        return pairs
    }
}

extension YAMLOutline.Node {
    /// The child at a step; nil when there is none.
    func index(of step: YAMLPath.Step) -> Int? {
        switch step {
        case .index(let index): !isMapping && children.indices.contains(index) ? index : nil
        case .key(let key): isMapping ? children.firstIndex { $0.key?.scalar?.text == key } : nil
        }
    }
}
