/// A certificate authority, a server's certificate for 127.0.0.1 alone and a client's, made by `openssl`.
package struct Authority {
    package let scratch = try? Scratch()
    package var caFile: String { path("ca.pem") }

    package func path(_ name: String) -> String { "\(scratch?.path ?? "")/\(name)" }

    package init() throws {
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        func make(_ name: String, _ more: [String]) throws {
            let files = ["-keyout", path("\(name).key"), "-out", path("\(name).pem"), "-subj", "/CN=\(name)"]
            guard try Program.run(["openssl", "req", "-x509"] + key + files + more) else {
                throw Scratch.Failure(message: "openssl made no certificate '\(name)'")
            }
        }
        let signed = ["-CA", path("ca.pem"), "-CAkey", path("ca.key"), "-addext", "basicConstraints=CA:FALSE"]
        try make("ca", [])
        try make("server", signed + ["-addext", "subjectAltName=IP:127.0.0.1"])
        try make("client", signed)
        let locked = ["-in", path("client.key"), "-out", path("locked.key"), "-aes256", "-passout", "pass:secret"]
        guard try Program.run(["openssl", "ec"] + locked) else {
            throw Scratch.Failure(message: "openssl locked no key")
        }
    }
}
