import Diagnostics
import JSON
import TestSupport
import Testing
import YAML

@Suite struct JSONReaderTests {
    @Test(arguments: cases)
    func `a JSON manifest is read strictly, with the marks of a YAML one`(text: String, expected: String) {
        let (documents, diagnostics) = readJSON(Array(text.utf8), file: "x.json")
        let shown = documents.map { $0.json().text() + "\n" }.joined() + TestSupport.text(diagnostics)
        #expect(shown == expected)
    }

    /// A text, then what it gives: its documents as JSON, one a line, and its diagnostics.
    static let cases: [(String, String)] = [
        (
            #"""
            {"a": 1,
             "b": [1, 2,],
            """#,
            #"""
            error: a ',' before ']' [json-syntax]
              --> x.json:2:12
               |
             2 |  "b": [1, 2,],
               |            ^
               = JSON allows none after the last one.

            """#
        ),
        (
            #"{"a": 1 "b": 2}"#,
            #"""
            error: expected ',' or '}', found '"' [json-syntax]
              --> x.json:1:9
               |
             1 | {"a": 1 "b": 2}
               |         ^

            """#
        ),
        (
            #"{'a': 1}"#,
            #"""
            error: expected a key in double quotes [json-syntax]
              --> x.json:1:2
               |
             1 | {'a': 1}
               |  ^

            """#
        ),
        (
            #"{"é😀": nul}"#,
            #"""
            error: 'nul' is no JSON value [json-syntax]
              --> x.json:1:8
               |
             1 | {"é😀": nul}
               |        ^^^
               = JSON has numbers, true, false, null and texts in double quotes; it has no comments.

            """#
        ),
        (
            #"""
            {"a": "x
            "}
            """#,
            #"""
            error: a text in double quotes does not end on its line [json-syntax]
              --> x.json:1:7
               |
             1 | {"a": "x
               |       ^

            """#
        ),
        (
            #"{"a": "\ud83d\ude00 \u00e9 \ud83d"}"#,
            #"""
            error: an escape names half of a character [json-syntax]
              --> x.json:1:28
               |
             1 | {"a": "\ud83d\ude00 \u00e9 \ud83d"}
               |                            ^^^^^^
               = A character beyond U+FFFF is written as a pair: \uD83D\uDE00.

            """#
        ),
        (
            #"{"a": "\ud83d\ude00 \u00e9", "a": 1, "n": [1.0, 1e5, -0, true, null]}"#,
            #"""
            {"a":"😀 é","n":[1.0,1e5,-0,true,null]}
            error: the key 'a' is there twice [duplicate-key]
              --> x.json:1:30
               |
             1 | {"a": "\ud83d\ude00 \u00e9", "a": 1, "n": [1.0, 1e5, -0, true, null]}
               |                              ^^^
               = first here: x.json:1:2

            """#
        ),
        (
            #""#,
            #"""
            error: the file is empty [json-syntax]
              --> x.json:1:1
               |
             1 | 
               | ^

            """#
        ),
        (
            #"{"a": 012}"#,
            #"""
            error: '012' is no JSON value [json-syntax]
              --> x.json:1:7
               |
             1 | {"a": 012}
               |       ^^^
               = JSON has numbers, true, false, null and texts in double quotes; it has no comments.

            """#
        ),
        (
            #"{"a": 1} x"#,
            #"""
            error: text after the end of the document [json-syntax]
              --> x.json:1:10
               |
             1 | {"a": 1} x
               |          ^

            """#
        ),
        (
            #"{"a": "tab\#tx"}"#,
            #"""
            error: a control character stands in a text [json-syntax]
              --> x.json:1:11
               |
             1 | {"a": "tab x"}
               |           ^
               = Write a tab as '\t'.

            """#
        ),
        (
            #"[1"#,
            #"""
            error: expected ',' or ']', found the end of the file [json-syntax]
              --> x.json:1:3
               |
             1 | [1
               |   ^

            """#
        ),
        (
            #"""
            // hi
            {}
            """#,
            #"""
            error: unexpected '/' [json-syntax]
              --> x.json:1:1
               |
             1 | // hi
               | ^
               = JSON has numbers, true, false, null and texts in double quotes; it has no comments.

            """#
        ),
        (
            #"{"a": "\x"}"#,
            #"""
            error: an unknown escape [json-syntax]
              --> x.json:1:8
               |
             1 | {"a": "\x"}
               |        ^^
               = Write a backslash as '\\'.

            """#
        ),
        (
            #"{"a": "\u12"}"#,
            #"""
            error: '\u' without four hexadecimal digits [json-syntax]
              --> x.json:1:8
               |
             1 | {"a": "\u12"}
               |        ^^

            """#
        ),
    ]
}
