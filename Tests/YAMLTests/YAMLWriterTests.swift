import Diagnostics
import JSON
import TestSupport
import Testing
import YAML

@Suite struct YAMLWriterTests {
    @Test func `writes as a person would`() {
        let value: JSONValue = [
            "kind": "Endpoint", "enabled": true, "proba": 0.5, "version": "1.10", "answer": "no", "empty": "",
            "spec": ["code": "def f(x):\n    return x\n", "last": "a\nb", "kept": "a\n\n", "none": [:], "list": []],
            "urls": [
                "https://a.example:1/x", ["a", ["b"]], ["name": "x", "more": ["y": .null]], "it's \"so\"\\", "é\u{7}",
            ],
            "1": "x",
        ]
        let expected = #"""
            kind: Endpoint
            enabled: true
            proba: 0.5
            version: "1.10"
            answer: "no"
            empty: ""
            spec:
              code: |
                def f(x):
                    return x
              last: |-
                a
                b
              kept: |+
                a

              none: {}
              list: []
            urls:
              - https://a.example:1/x
              - - a
                - - b
              - name: x
                more:
                  "y": null
              - 'it''s "so"\'
              - "é\x07"
            "1": x

            """#
        #expect(writeYAML(value) == expected)
        let (documents, diagnostics) = readYAML(Array(expected.utf8), file: "x.yaml")
        #expect(text(diagnostics) == "")
        #expect(documents.map { $0.json() } == [value])
    }

    @Test(arguments: UInt64(1)...8)
    func `what is written reads back the same`(seed: UInt64) {
        var generator = ValueGenerator(seed: seed)
        for round in 0..<150 {
            let value = generator.value(depth: 4)
            let yaml = writeYAML(value)
            let (documents, diagnostics) = readYAML(Array(yaml.utf8), file: "x.yaml")
            #expect(text(diagnostics) == "", "seed \(seed), round \(round)\n\(yaml)")
            #expect(
                documents.map { $0.json().text() } == [value.text()], "seed \(seed), round \(round)\n\(yaml)")
            let json = readJSON(value.bytes(round % 2 == 0 ? .pretty : .python), file: "x.json")
            #expect(text(json.diagnostics) == "", "seed \(seed), round \(round)")
            #expect(json.documents.map { $0.json().text() } == [value.text()], "seed \(seed), round \(round)")
        }
    }
}
