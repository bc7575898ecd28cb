/// Whether a field of that name may hold a secret: then its text is neither shown nor written to a file.
package func looksSecret(_ name: String) -> Bool {
    // Bytes by hand: it is asked of every field, and the library's search for text is slow.
    let plain = name.lowercased().utf8.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }
    return secretWords.contains { word in
        plain.count >= word.count
            && (0...plain.count - word.count).contains { start in
                let end = start + word.count
                return plain[start] == word[0] && plain[start..<end].elementsEqual(word)
                    // 'Authorization' is a header; authorizations are lists of who may do what.
                    && !(word.elementsEqual(authorization) && end < plain.count && plain[end] == UInt8(ascii: "s"))
            }
    }
}

private let authorization = Array("authorization".utf8)
private let secretWords: [[UInt8]] = [
    "password", "passwd", "passphrase", "pwd", "secret", "token", "credential", "apikey", "accesskey", "privatekey",
    "accountkey", "sharedkey", "querykeys", "authorization", "bearer", "cookie", "connectionstring",
].map { Array($0.utf8) }
