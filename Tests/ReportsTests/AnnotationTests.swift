import Diagnostics
import Reports
import Testing

@Suite struct AnnotationTests {
    private func annotated(_ diagnostics: Diagnostic...) -> String {
        Annotation.text(of: diagnostics) { $0.hasPrefix("/") ? nil : "deploy/" + $0 }
    }

    @Test func `marks a line`() {
        #expect(
            annotated(
                Diagnostic(
                    .error, "unknown-field", "unknown field 'modelref'", at: Sample.mark(9, column: 7),
                    excerpt: "modelref: x", length: 8, hint: "Did you mean 'modelRef'?"))
                == "::error file=deploy/services/scoring.yaml,line=9,col=7,title=mooring%3A unknown-field"
                + "::unknown field 'modelref'%0ADid you mean 'modelRef'?\n")
    }

    @Test func `what has no place in the repository is told all the same`() {
        #expect(
            annotated(Diagnostic(.warning, "w", "text", at: SourceMark(file: "/etc/x", line: 3)))
                == "::warning title=mooring%3A w::text\n")
        #expect(annotated(Diagnostic(.note, "n", "text")) == "::notice title=mooring%3A n::text\n")
    }

    @Test func `no text ends the order or begins another`() {
        let text = annotated(
            Diagnostic(
                .error, "c", "50% of\r\n::set-output name=x::y", at: SourceMark(file: "a,b:c\n::error::.yaml", line: 1))
        )
        #expect(
            text == "::error file=deploy/a%2Cb%3Ac\\u{a}%3A%3Aerror%3A%3A.yaml,line=1,col=1,title=mooring%3A c"
                + "::50%25 of\\u{d}\\u{a}::set-output name=x::y\n")
    }

    @Test func `errors come first, and what says the same is told once`() {
        let warning = Diagnostic(.warning, "w", "text")
        let errors = (0..<15).map { Diagnostic(.error, "e", "text \($0)") }
        let lines = Annotation.text(of: [warning, warning] + errors) { $0 }.split(separator: "\n")
        #expect(lines.count == Annotation.most + 1)
        #expect(lines.first == "::error title=mooring%3A e::text 0")
        #expect(lines.last == "::warning title=mooring%3A w::text")
    }

    @Test(arguments: [
        ("a :: b\n", "a :: b\n"), ("::error::x", "\\::error::x"),
        ("a\n \t::set-output name=a::b\nc", "a\n \t\\::set-output name=a::b\nc"),
        ("x ##[add-mask]y", "x #\\#[add-mask]y"),
        ("+ ##vso[task.setvariable variable=a]b", "+ #\\#vso[task.setvariable variable=a]b"),
        ("# a", "# a"), ("", ""),
    ])
    func `a text of others gives no orders`(text: String, expected: String) {
        #expect(Annotation.disarmed(text) == expected)
    }
}
