import Testing

@Suite struct ImportTests {
    let house: House

    init() throws { house = try House.asItStands.get() }

    /// Libraries from outside, and the modules that may use them. Whatever is not listed, nobody may.
    static let libraries: [String: Set<String>] = [
        "HummingbirdCore": ["Server"],
        "HTTPTypes": ["Server"],
        "NIOCore": ["Server"],
        "NIOHTTP1": ["Server"],
        "NIOPosix": ["Server"],
        "ServiceLifecycle": ["Server", "Commands"],
        "UnixSignals": ["Server", "Commands"],
        "Logging": ["Server", "Commands"],
        "ArgumentParser": ["Commands", "mooring"],
    ]
    /// What comes with Swift and reaches outside the process, or shares state: not for words and pure modules.
    static let system: Set<String> = ["Glibc", "Dispatch", "Synchronization"]
    static let harmless: Set<String> = ["FoundationEssentials"]

    @Test func `the drawing shows the modules that exist, each once, and the table describes them`() {
        let drawn = house.rows.flatMap(\.modules).sorted()
        let folders = House.files(below: "Sources").compactMap { path in
            path.split(separator: "/").count > 2 ? String(path.split(separator: "/")[1]) : nil
        }
        #expect(house.rows.map(\.name) == ["shells", "engines", "pure", "ports", "words", "shims"])
        #expect(drawn == Set(folders).sorted())
        #expect(drawn == house.described.sorted())
    }

    @Test func `a module imports downwards or leftwards, and libraries only where they belong`() {
        var wrong: [String] = []
        for source in house.sources {
            for item in source.imports {
                if let reason = objection(to: item.module, in: source.module) {
                    wrong.append("\(source.path):\(item.line): \(source.module) imports \(item.module): \(reason)")
                }
            }
        }
        #expect(wrong == [])
    }

    @Test(arguments: [
        ("JSON", "Diagnostics", "it stands right of it"), ("Graph", "Reconciling", "it stands above"),
        ("Planning", "Dispatch", "it reaches outside the process"), ("HTTP", "NIOCore", "only Server may"),
        ("Files", "Foundation", "nobody may"), ("HTTP", "HTTP", "it is itself"),
    ])
    func `a wrong import is seen`(module: String, imported: String, reason: String) {
        #expect(objection(to: imported, in: module) == reason)
    }

    @Test(arguments: [("Diagnostics", "JSON"), ("Planning", "Graph"), ("Server", "NIOCore"), ("HTTP", "Dispatch")])
    func `a right import is let through`(module: String, imported: String) {
        #expect(objection(to: imported, in: module) == nil)
    }

    @Test func `a C shim is imported by one module, and never shown to others`() {
        var importers: [String: Set<String>] = [:]
        var wrong: [String] = []
        for source in house.sources {
            for item in source.imports where item.module.hasPrefix("CLib") {
                importers[item.module, default: []].insert(source.module)
                if source.lines[item.line - 1] != "internal import \(item.module)" {
                    wrong.append("\(source.path):\(item.line): \(source.lines[item.line - 1])")
                }
            }
        }
        #expect(importers.filter { $0.value.count > 1 } == [:])
        #expect(wrong == [])
    }

    private func objection(to imported: String, in module: String) -> String? {
        guard let own = house.place(of: module) else { return "it is not drawn in Sources/README.md" }
        if let other = house.place(of: imported) {
            if imported == module { return "it is itself" }
            if other.row < own.row { return "it stands above" }
            return other.row == own.row && other.column > own.column ? "it stands right of it" : nil
        }
        if ImportTests.harmless.contains(imported) { return nil }
        if ImportTests.system.contains(imported) {
            return ["words", "pure"].contains(house.rows[own.row].name) ? "it reaches outside the process" : nil
        }
        guard let allowed = ImportTests.libraries[imported] else { return "nobody may" }
        return allowed.contains(module) ? nil : "only \(allowed.sorted().joined(separator: " and ")) may"
    }
}
