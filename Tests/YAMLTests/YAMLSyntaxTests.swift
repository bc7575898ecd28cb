import Diagnostics
import JSON
import TestSupport
import Testing
import YAML

@Suite struct YAMLSyntaxTests {
    @Test(arguments: cases)
    func `a syntax error is told in our words, at the place that helps`(text: String, expected: String) {
        let (documents, diagnostics) = readYAML(Array(text.utf8), file: "x.yaml")
        let shown = documents.map { $0.json().text() + "\n" }.joined() + TestSupport.text(diagnostics)
        #expect(shown == expected)
    }

    /// A text, then what it gives: its documents as JSON, one a line, and its diagnostics.
    static let cases: [(String, String)] = [
        (
            #"""
            a: 1
            \#tb: 2
            """#,
            #"""
            error: a tab cannot be used for indentation [yaml-syntax]
              --> x.yaml:2:1
               |
             2 |  b: 2
               | ^
               = the text starts here: x.yaml:1:4
               = Indent with spaces.

            """#
        ),
        (
            #"""
            spec:
              b:
            \#tc: 2
            """#,
            #"""
            error: a tab cannot be used for indentation [yaml-syntax]
              --> x.yaml:3:1
               |
             3 |  c: 2
               | ^
               = Indent with spaces.

            """#
        ),
        (
            #"a: @x"#,
            #"""
            error: a value cannot start with '@' [yaml-syntax]
              --> x.yaml:1:4
               |
             1 | a: @x
               |    ^
               = Quote the value.

            """#
        ),
        (
            #"a: b: c"#,
            #"""
            error: a ':' is not allowed here [yaml-syntax]
              --> x.yaml:1:5
               |
             1 | a: b: c
               |     ^
               = Quote a value that contains ': ', or check how this line is indented.

            """#
        ),
        (
            #"""
            a: 1
             b: 2
            """#,
            #"""
            error: a ':' is not allowed here [yaml-syntax]
              --> x.yaml:2:3
               |
             2 |  b: 2
               |   ^
               = Quote a value that contains ': ', or check how this line is indented.

            """#
        ),
        (
            #"""
            a: "open
            b: 2

            """#,
            #"""
            error: a quoted text does not end [yaml-syntax]
              --> x.yaml:1:4
               |
             1 | a: "open
               |    ^

            """#
        ),
        (
            #"""
            a: [1, 2
            b: 3
            """#,
            #"""
            error: expected ',' or ']' [yaml-syntax]
              --> x.yaml:2:2
               |
             2 | b: 3
               |  ^
               = the list starts here: x.yaml:1:4

            """#
        ),
        (
            #"a: {b: 1"#,
            #"""
            error: expected ',' or '}' [yaml-syntax]
              --> x.yaml:2:1
               = the map starts here: x.yaml:1:4
               = Quote a text that contains '{'.

            """#
        ),
        (
            #"""
            - a
            b: 1
            """#,
            #"""
            error: this line does not fit those before it [yaml-syntax]
              --> x.yaml:2:1
               |
             2 | b: 1
               | ^
               = the list starts here: x.yaml:1:1
               = Check how it is indented.

            """#
        ),
        (
            #"a: *.py"#,
            #"""
            error: a name must follow '*' and '&' [yaml-syntax]
              --> x.yaml:1:5
               |
             1 | a: *.py
               |     ^
               = while scanning an alias, from here: x.yaml:1:4
               = Quote a value that starts with '*' or '&'.

            """#
        ),
        (
            #"a: "\d""#,
            #"""
            error: an unknown escape [yaml-syntax]
              --> x.yaml:1:5
               |
             1 | a: "\d"
               |     ^
               = the text starts here: x.yaml:1:4
               = In double quotes a backslash starts an escape; single quotes take it as it is.

            """#
        ),
        (
            #"a: "\ud83d""#,
            #"""
            error: an escape that names no character [yaml-syntax]
              --> x.yaml:1:7
               |
             1 | a: "\ud83d"
               |       ^
               = the text starts here: x.yaml:1:4
               = Write a character beyond U+FFFF as '\U0001F600'.

            """#
        ),
        (
            #"""
            ok: 1
            ---
            a: b: c
            """#,
            #"""
            {"ok":1}
            error: a ':' is not allowed here [yaml-syntax]
              --> x.yaml:3:5
               |
             3 | a: b: c
               |     ^
               = Quote a value that contains ': ', or check how this line is indented.

            """#
        ),
        (
            #"""
            yes: 1
            null: 2
            true: 3
            ~: 4
            : 5
            "true": 6
            1: 7
            """#,
            #"""
            error: the key 'null' is null, not a string [not-a-key]
              --> x.yaml:2:1
               |
             2 | null: 2
               | ^^^^
               = Quote it.
            error: the key 'true' is a boolean, not a string [not-a-key]
              --> x.yaml:3:1
               |
             3 | true: 3
               | ^^^^
               = Quote it.
            error: this line does not fit those before it [yaml-syntax]
              --> x.yaml:5:1
               |
             5 | : 5
               | ^
               = the map starts here: x.yaml:1:1
               = Check how it is indented.

            """#
        ),
        (
            #"""
            %YAML 2.0
            ---
            a: 1
            """#,
            #"""
            error: this version of YAML is not known [yaml-syntax]
              --> x.yaml:1:1
               |
             1 | %YAML 2.0
               | ^
               = Remove the line.

            """#
        ),
        (
            #"a: !foo!x 1"#,
            #"""
            error: unknown tag [yaml-syntax]
              --> x.yaml:1:4
               |
             1 | a: !foo!x 1
               |    ^
               = Remove it; quote the value if '!' is meant as text.

            """#
        ),
        (
            #"""
            ---
            a
            b: 1
            """#,
            #"""
            error: a ':' is not allowed here [yaml-syntax]
              --> x.yaml:3:2
               |
             3 | b: 1
               |  ^
               = Quote a value that contains ': ', or check how this line is indented.

            """#
        ),
        (
            #"""
            a: |x
              b
            """#,
            #"""
            error: did not find expected comment or line break [yaml-syntax]
              --> x.yaml:1:5
               |
             1 | a: |x
               |     ^
               = the text starts here: x.yaml:1:4

            """#
        ),
        (
            #"""
            a: |
               
                x
              y
            """#,
            #"""
            error: this line does not fit those before it [yaml-syntax]
              --> x.yaml:4:3
               |
             4 |   y
               |   ^
               = the map starts here: x.yaml:1:1
               = Check how it is indented.

            """#
        ),
        (
            #"é: "Ünï" x"#,
            #"""
            error: text after the end of a value [yaml-syntax]
              --> x.yaml:1:10
               |
             1 | é: "Ünï" x
               |          ^
               = the map starts here: x.yaml:1:1
               = Quote the whole value.

            """#
        ),
        (
            #"""
            a: b
            c
            """#,
            #"""
            error: a key without a ':' after it [yaml-syntax]
              --> x.yaml:2:1
               |
             2 | c
               | ^
               = A line of a map is 'key: value'; a text of several lines is indented.

            """#
        ),
        (
            #"]"#,
            #"""
            error: expected a value [yaml-syntax]
              --> x.yaml:1:1
               |
             1 | ]
               | ^

            """#
        ),
        (
            #"a: "x" "y""#,
            #"""
            error: text after the end of a value [yaml-syntax]
              --> x.yaml:1:8
               |
             1 | a: "x" "y"
               |        ^
               = the map starts here: x.yaml:1:1
               = Quote the whole value.

            """#
        ),
        (
            #"""
            a: <<<<<<< HEAD
            <<<<<<< HEAD
            b: 1
            """#,
            #"""
            error: a key without a ':' after it [yaml-syntax]
              --> x.yaml:2:1
               |
             2 | <<<<<<< HEAD
               | ^
               = This looks like a merge conflict of git that was not resolved.

            """#
        ),
        (
            #"a: - x"#,
            #"""
            error: a list cannot start here [yaml-syntax]
              --> x.yaml:1:4
               |
             1 | a: - x
               |    ^
               = Put '- ' on the next line, or quote a text that starts with '- '.

            """#
        ),
    ]
}
