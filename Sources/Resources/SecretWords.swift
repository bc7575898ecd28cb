/// Whether a field of that name may hold a secret: then its text is neither shown nor written to a file.
package func looksSecret(_ name: String) -> Bool {
    // Bytes by hand: it is asked of every field, and the library's search for text is slow.
    let plain = name.lowercased().utf8.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }
    return secretWords.contains { word in
        plain.count >= word.count
            && (0...plain.count - word.count).contains { start in
                plain[start] == word[0] && plain[start..<start + word.count].elementsEqual(word)
            }
    }
}

private let secretWords: [[UInt8]] = [
    "password", "passwd", "passphrase", "pwd", "secret", "token", "credential", "apikey", "accesskey", "privatekey",
    "accountkey", "sharedkey", "querykeys", "authorization", "bearer", "cookie", "connectionstring",
].map { Array($0.utf8) }
