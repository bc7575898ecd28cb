import HTTP

/// `multipart/form-data` (RFC 7578), as much of it as one uploaded file needs.
enum Multipart {
    struct Part {
        let name: String
        let fileName: String
        let content: ArraySlice<UInt8>
    }

    /// Uploads here have one part; more than this is no upload.
    static let maximumParts = 100

    /// The parts of a body; header lines other than the disposition do not matter, however odd (old clients print a dict there).
    static func parts(of body: [UInt8], headers: [HTTPHeader]) throws(APIError) -> [Part] {
        guard let type = headers["Content-Type"], type.lowercased().hasPrefix("multipart/"),
            let boundary = parameter("boundary", of: type), !boundary.isEmpty
        else { throw .bad("A multipart body with a part 'file' is needed") }
        let delimiter = Array("--\(boundary)".utf8)
        guard var position = find(delimiter, in: body, from: 0) else { throw .bad("The multipart body has no part") }
        var parts: [Part] = []
        let blank = Array("\r\n\r\n".utf8)
        while parts.count < maximumParts {
            position += delimiter.count
            if body[position...].starts(with: Array("--".utf8)) { return parts }
            guard let headEnd = find(blank, in: body, from: position),
                let next = find(Array("\r\n".utf8) + delimiter, in: body, from: headEnd + 2)
            else { throw .bad("The multipart body ends early") }
            let head = String(decoding: body[position..<headEnd], as: UTF8.self)
            let content = body[min(headEnd + blank.count, next)..<next]
            for line in head.split(whereSeparator: \.isNewline)
            where line.lowercased().hasPrefix("content-disposition:") {
                parts.append(
                    Part(
                        name: parameter("name", of: String(line)) ?? "",
                        fileName: parameter("filename", of: String(line)) ?? "", content: content))
            }
            position = next + 2
        }
        throw .bad("The multipart body has too many parts")
    }

    /// A body with one part, as curl and the official client write it, and the content type that names its boundary.
    static func encode(field: String, fileName: String, content: [UInt8]) -> (type: String, body: [UInt8]) {
        var boundary = "mooring-boundary"
        while find(Array(boundary.utf8), in: content, from: 0) != nil {
            boundary += String(stableHash(boundary.utf8), radix: 36)
        }
        let name = fileName.replacing("\"", with: "%22")
        var body = Array("--\(boundary)\r\n".utf8)
        body += "Content-Disposition: form-data; name=\"\(field)\"; filename=\"\(name)\"\r\n\r\n".utf8
        body += content
        body += "\r\n--\(boundary)--\r\n".utf8
        return ("multipart/form-data; boundary=\(boundary)", body)
    }

    /// The value of a `; name=value` parameter, without its quotes.
    private static func parameter(_ name: String, of header: String) -> String? {
        for piece in header.split(separator: ";").dropFirst() {
            let pair = piece.drop { $0 == " " || $0 == "\t" }
            guard pair.lowercased().hasPrefix("\(name)=") else { continue }
            var value = pair.dropFirst(name.count + 1)
            while value.last?.isWhitespace == true { value.removeLast() }
            return String(value.hasPrefix("\"") ? value.dropFirst().prefix { $0 != "\"" } : value)
        }
        return nil
    }

    private static func find(_ needle: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let first = needle.first, bytes.count - start >= needle.count else { return nil }
        return bytes.withUnsafeBufferPointer { buffer in
            var position = start
            while position + needle.count <= buffer.count {
                if buffer[position] == first,
                    buffer[position..<position + needle.count].elementsEqual(needle)
                {
                    return position
                }
                position += 1
            }
            return nil
        }
    }
}
