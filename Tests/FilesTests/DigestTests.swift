import Files
import Testing

@Suite struct DigestTests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
    func `digests as FIPS 180 says`(text: String, expected: String) {
        #expect(sha256(Array(text.utf8)) == expected)
        var digest = SHA256()
        for byte in text.utf8 { digest.update([byte]) }
        #expect(hexadecimal(digest.finish()) == expected)
    }

    @Test(arguments: [
        (
            "key", "The quick brown fox jumps over the lazy dog",
            "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
        ),
        ("", "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
    ])
    func `authenticates as RFC 2104 says`(key: String, text: String, expected: String) {
        #expect(hexadecimal(hmacSHA256(key: Array(key.utf8), Array(text.utf8))) == expected)
    }

    @Test(arguments: [0, 1, 63, 64, 65, 200], [0, 1, 1000])
    func `a code over pieces is that over the whole`(keyBytes: Int, bytes: Int) {
        let key = (0..<keyBytes).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let text = (0..<bytes).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        var code = HMACSHA256(key: key)
        for start in stride(from: 0, to: bytes, by: 97) { code.update(text[start..<min(start + 97, bytes)]) }
        #expect(code.finish() == hmacSHA256(key: key, text))
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("\u{3BF}?>", "zr8/Pg=="),
    ])
    func `base64 as RFC 4648 says`(text: String, expected: String) {
        #expect(Base64.encode(Array(text.utf8)) == expected)
        #expect(Base64.decode(expected) == Array(text.utf8))
        #expect(Base64.decode(expected + "!") == (expected.contains("=") ? Array(text.utf8) : nil))
    }
}
