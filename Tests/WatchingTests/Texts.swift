import Foundation

/// The texts of all source files below a folder, but for the list of codes itself.
func texts(below folder: String) throws -> String {
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
    return try files.filter { $0.hasSuffix(".swift") && $0 != "TransientCodes.swift" }.sorted()
        .map { try String(contentsOfFile: folder + "/" + $0, encoding: .utf8) }.joined()
}

/// All bytes below a folder as text; repositories left out.
func contents(below folder: String) throws -> String {
    var text = ""
    for file in try FileManager.default.subpathsOfDirectory(atPath: folder) where !file.contains(".git") {
        guard let bytes = FileManager.default.contents(atPath: folder + "/" + file) else { continue }
        text += String(decoding: bytes, as: UTF8.self)
    }
    return text
}
