import Diagnostics
import JSON
import TestSupport
import Testing
import YAML

@Suite struct YAMLMeaningTests {
    @Test(arguments: cases)
    func `what is no syntax error leaves the rest of the document readable`(text: String, expected: String) {
        let (documents, diagnostics) = readYAML(Array(text.utf8), file: "x.yaml")
        let shown = documents.map { $0.json().text() + "\n" }.joined() + TestSupport.text(diagnostics)
        #expect(shown == expected)
    }

    /// A text, then what it gives: its documents as JSON, one a line, and its diagnostics.
    static let cases: [(String, String)] = [
        (
            #"""
            a: *none
            b: &nine 1
            c: *nene
            """#,
            #"""
            {"a":null,"b":1,"c":null}
            error: no anchor '&none' stands before this alias in its document [unknown-alias]
              --> x.yaml:1:4
               |
             1 | a: *none
               |    ^^^^^
               = Quote a text that starts with '*'.
            error: no anchor '&nene' stands before this alias in its document [unknown-alias]
              --> x.yaml:3:4
               |
             3 | c: *nene
               |    ^^^^^
               = Did you mean '*nine'?

            """#
        ),
        (
            #"a: &a [*a]"#,
            #"""
            {"a":[null]}
            error: the alias '*a' stands inside the value that it names [unknown-alias]
              --> x.yaml:1:8
               |
             1 | a: &a [*a]
               |        ^^

            """#
        ),
        (
            #"""
            a: 1
            b: 2
            a: 3
            é: 1
            """#,
            #"""
            {"a":1,"b":2,"é":1}
            error: the key 'a' is there twice [duplicate-key]
              --> x.yaml:3:1
               |
             3 | a: 3
               | ^
               = first here: x.yaml:1:1

            """#
        ),
        (
            #"a: {{ x }}"#,
            #"""
            {"a":{}}
            error: a map cannot be a key [not-a-key]
              --> x.yaml:1:5
               |
             1 | a: {{ x }}
               |     ^
               = Quote a text that starts with '{' or '['.

            """#
        ),
        (
            #"a: ${x}"#,
            #"""
            {"a":"${x}"}

            """#
        ),
        (
            #"""
            ? [a, b]
            : c
            """#,
            #"""
            {}
            error: a list cannot be a key [not-a-key]
              --> x.yaml:1:3
               |
             1 | ? [a, b]
               |   ^
               = Quote a text that starts with '{' or '['.

            """#
        ),
        (
            #"""
            a: !secret x
            b: !!int x
            c: !!str 12
            d: !!float 1
            e: !!binary aa
            f: !<tag:x,2000:y> {a: 1}
            g: ! 12
            h: !!map [1]
            i: !!int 1.5
            """#,
            #"""
            {"a":"x","b":"x","c":"12","d":1,"e":"aa","f":{"a":1},"g":"12","h":[1],"i":1.5}
            error: unknown tag '!secret' [unknown-tag]
              --> x.yaml:1:4
               |
             1 | a: !secret x
               |    ^^^^^^^^^
               = Remove it; quote the value if '!' is meant as text.
            error: 'x' is not a '!!int' [tag-mismatch]
              --> x.yaml:2:4
               |
             2 | b: !!int x
               |    ^^^^^^^
            error: unknown tag '!!binary' [unknown-tag]
              --> x.yaml:5:4
               |
             5 | e: !!binary aa
               |    ^^^^^^^^^^^
               = Remove it; quote the value if '!' is meant as text.
            error: unknown tag 'tag:x,2000:y' [unknown-tag]
              --> x.yaml:6:4
               |
             6 | f: !<tag:x,2000:y> {a: 1}
               |    ^^^^^^^^^^^^^^^^^
               = Remove it; quote the value if '!' is meant as text.
            error: unknown tag '!!map' [unknown-tag]
              --> x.yaml:8:4
               |
             8 | h: !!map [1]
               |    ^^^^^^^
               = Remove it; quote the value if '!' is meant as text.
            error: '1.5' is not a '!!int' [tag-mismatch]
              --> x.yaml:9:4
               |
             9 | i: !!int 1.5
               |    ^^^^^^^^^

            """#
        ),
        (
            #"""
            a: .inf
            b: [-.INF, .NaN, +.inf, 0xffffffffffffffffffffffffffffffffff]
            """#,
            #"""
            {"a":".inf","b":["-.INF",".NaN","+.inf","0xffffffffffffffffffffffffffffffffff"]}
            error: the number '.inf' cannot be written in JSON [not-json-number]
              --> x.yaml:1:4
               |
             1 | a: .inf
               |    ^^^^
               = Quote it if it is meant as text.
            error: the number '-.INF' cannot be written in JSON [not-json-number]
              --> x.yaml:2:5
               |
             2 | b: [-.INF, .NaN, +.inf, 0xffffffffffffffffffffffffffffffffff]
               |     ^^^^^
               = Quote it if it is meant as text.
            error: the number '.NaN' cannot be written in JSON [not-json-number]
              --> x.yaml:2:12
               |
             2 | b: [-.INF, .NaN, +.inf, 0xffffffffffffffffffffffffffffffffff]
               |            ^^^^
               = Quote it if it is meant as text.
            error: the number '+.inf' cannot be written in JSON [not-json-number]
              --> x.yaml:2:18
               |
             2 | b: [-.INF, .NaN, +.inf, 0xffffffffffffffffffffffffffffffffff]
               |                  ^^^^^
               = Quote it if it is meant as text.
            error: the number '0xffffffffffffffffffffffffffffffffff' cannot be written in JSON [not-json-number]
              --> x.yaml:2:25
               |
             2 | b: [-.INF, .NaN, +.inf, 0xffffffffffffffffffffffffffffffffff]
               |                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
               = Quote it if it is meant as text.

            """#
        ),
        (
            #"""
            <<: 1
            a: {<<: [1, {b: 1}]}
            """#,
            #"""
            {"a":{"b":1}}
            error: '<<' merges a map or a list of maps, not a number [bad-merge]
              --> x.yaml:1:5
               |
             1 | <<: 1
               |     ^
               = Quote the key if it is meant as text.
            error: '<<' merges a map or a list of maps, not a number [bad-merge]
              --> x.yaml:2:10
               |
             2 | a: {<<: [1, {b: 1}]}
               |          ^
               = Quote the key if it is meant as text.

            """#
        ),
        (
            #"""
            base: &b {x: 1, y: 2}
            other: &o {x: 3, z: 4}
            m:
              x: 0
              <<: [*b, *o]
              w: 9
            """#,
            #"""
            {"base":{"x":1,"y":2},"other":{"x":3,"z":4},"m":{"x":0,"y":2,"z":4,"w":9}}

            """#
        ),
        (
            #"[a, b]: c"#,
            #"""
            {}
            error: a list cannot be a key [not-a-key]
              --> x.yaml:1:1
               |
             1 | [a, b]: c
               | ^
               = Quote a text that starts with '{' or '['.

            """#
        ),
    ]
}
