import JSON
import Resources
import StateStorage

extension MemoryStore {
    /// All that it holds, as text: what a thief of the state would read.
    var text: String {
        get throws {
            let snapshot = try snapshot(of: "local")
            var lines = snapshot.records.values.map(\.secretlessText)
            for intent in snapshot.intents {
                lines.append(
                    "\(intent.address) \(intent.step) \(intent.call) \(intent.subject ?? "") \(intent.before ?? "")")
                lines += intent.records.map(\.secretlessText)
            }
            for run in try runs(of: "local", limit: .max, before: nil) {
                lines.append("\(run)")
                for change in try changes(of: run.number, in: "local") {
                    lines.append("\(change.address) \(change.messages) \(change.fields.text())")
                    lines += [change.before, change.after].compactMap {
                        $0.map { String(decoding: $0.bytes, as: UTF8.self) }
                    }
                }
            }
            return lines.joined(separator: "\n")
        }
    }
}

extension Record {
    fileprivate var secretlessText: String {
        "\(address) \(String(decoding: applied.bytes, as: UTF8.self)) \(secrets) \(String(describing: hold))"
    }
}
