import DSS
import Files
import HTTP
import JSON
import TestSupport
import Testing

/// What a user reads when the remote does not answer as the contract has it.
@Suite struct ErrorTests {
    typealias Answer = Result<HTTPResponse, HTTPError>

    static func text(_ call: Call, _ answer: Answer) async -> String {
        switch await outcome(call, answer) {
        case .success(let reply): "\(reply)"
        case .failure(let error): TestSupport.text([error.diagnostic])
        }
    }

    static let notFound = #"{"errorType": "a.NotFoundException", "message": "m", "detailedMessage": "Not found: d9"}"#
    static let page = "<!DOCTYPE html>\n<html>\n <title>Sign in\u{1B}[31m</title>"

    static let statuses: [(Answer, String)] = [
        (
            answer(
                #"{"errorType": "com.dataiku.dip.exceptions.NotAuthenticatedException", "message": "Unknown API Key"}"#,
                status: 401),
            """
            error: GET /api-deployer/stages on https://dss.example.com answered 401: \
            com.dataiku.dip.exceptions.NotAuthenticatedException: Unknown API Key [dss-unauthorized]
               = Check the key of this connection: it may be wrong, expired or for another node.

            """
        ),
        (
            answer(#"{"message": "no", "detailedMessage": null}"#, status: 403),
            """
            error: GET /api-deployer/stages on https://dss.example.com answered 403: no [dss-forbidden]
               = The key lacks a right on this object, or the object does not exist: DSS answers 403 to both.

            """
        ),
        (
            answer(notFound, status: 404),
            """
            error: GET /api-deployer/stages on https://dss.example.com answered 404: a.NotFoundException: Not found: d9 \
            [dss-not-found]
               = The object does not exist, or the connection's 'url' or 'basePath' is not that of DSS.

            """
        ),
        (
            answer("{}", status: 500),
            "error: GET /api-deployer/stages on https://dss.example.com answered 500: no message [dss-server-error]\n"
        ),
        (
            answer("[1]", status: 500),
            "error: GET /api-deployer/stages on https://dss.example.com answered 500: [1] [dss-server-error]\n"
        ),
        (
            answer("upstream\u{7} gone", status: 503, type: "text/plain"),
            """
            error: GET /api-deployer/stages on https://dss.example.com answered 503: upstream\\u{7} gone \
            [dss-unavailable]
               = The node is starting, stopping or overloaded. Try again.

            """
        ),
        (
            answer("", status: 400, type: nil),
            "error: GET /api-deployer/stages on https://dss.example.com answered 400: no message [dss-status]\n"
        ),
        (
            answer("", status: 302, headers: [HTTPHeader("location", "https://sso.example.com/in?ticket=abc")]),
            """
            error: GET /api-deployer/stages on https://dss.example.com answered 302 and points to \
            'https://sso.example.com/in' [dss-redirect]
               = Redirects are not followed. Put the node's own address into the connection's 'url'.

            """
        ),
    ]

    @Test(arguments: statuses)
    func `a failing status says what, where and what to do`(answer: Answer, expected: String) async {
        #expect(await Self.text(.listStages, answer) == expected)
    }

    static let wrongAnswers: [(Call, Answer, String, String)] = [
        (
            .listStages, answer(page, type: "text/html; charset=utf-8"),
            "a web page where JSON is due (text/html; charset=utf-8; the body begins "
                + "'<!DOCTYPE html> <html> <title>Sign in\\u{1b}[31m</title>')",
            "A web page came back: is the URL that of a DSS node, or does a login proxy stand before it?"
        ),
        (
            .listStages, answer(page, type: nil),
            "a web page where JSON is due (no content type; the body begins "
                + "'<!DOCTYPE html> <html> <title>Sign in\\u{1b}[31m</title>')",
            "A web page came back: is the URL that of a DSS node, or does a login proxy stand before it?"
        ),
        (
            .getInfraSettings("I"), answer(#"{"id": "I", "apiNodes": [{"adminAPIKey": "adm-secret", "n": 1"#),
            "broken JSON: expected ',' or '}' at line 1, column 62 (application/json;charset=utf-8; the body begins "
                + #"'{"id": "…", "apiNodes": [{"adminAPIKey": "…", "n": 1')"#, own
        ),
        (
            .getInfraSettings("I"), answer(#"{"adminAPIKey": "adm-sec"#),
            "broken JSON: this string does not end at line 1, column 25 (application/json;charset=utf-8; "
                + #"the body begins '{"adminAPIKey": "…"')"#, own
        ),
        (
            .listStages, answer("", type: nil),
            "nothing where JSON is due (no content type; an empty body)", own
        ),
        (
            .getOpenAPI("D"), answer("\u{FEFF}<html>", type: "TEXT/HTML"),
            "a web page where text is due (TEXT/HTML; the body begins '\\u{feff}<html>')",
            "A web page came back: is the URL that of a DSS node, or does a login proxy stand before it?"
        ),
        (
            .downloadVersion("v", service: "S"), answer("<html>", type: "text/html"),
            "a web page where an archive is due (text/html; the body begins '<html>')",
            "A web page came back: is the URL that of a DSS node, or does a login proxy stand before it?"
        ),
        (
            .startUpdate("D"), answer("{}"),
            "a task with neither a 'jobId' nor a result (application/json;charset=utf-8; the body begins '{}')", own
        ),
        (
            .startUpdate("D"), answer("[]"),
            "a list where an object is due (application/json;charset=utf-8; the body begins '[]')", own
        ),
    ]
    static let own = "Is the URL that of a DSS node, and is its 'basePath' right?"

    @Test(arguments: wrongAnswers)
    func `a wrong answer says what came instead`(
        call: Call, answer: Answer, found: String, hint: String
    ) async {
        let expected = """
            error: \(call.line) on https://dss.example.com answered 200 with \(found) [dss-unexpected-answer]
               = \(hint)

            """
        #expect(await Self.text(call, answer) == expected)
    }

    @Test func `a long message is cut`() async {
        let long = String(repeating: "x", count: 5000)
        let texts = [
            await Self.text(.listStages, answer(#"{"message": "\#(long)", "errorType": "\#(long)"}"#, status: 500)),
            await Self.text(.listStages, answer(long, status: 500, type: "text/plain")),
            await Self.text(.listStages, answer("{\"\(long)\": ")),
        ]
        #expect(texts.allSatisfy { $0.contains("x…") })
        #expect(texts.map(\.count).max() ?? 0 < 1500)
    }

    static let kinds: [(Answer, mayHaveArrived: Bool, mayMeanAbsent: Bool, mayMeanPresent: Bool)] = [
        (.failure(HTTPError(.timeout, "m", request: "r")), true, false, false),
        (.failure(HTTPError(.unreachable, "m", request: "r")), false, false, false),
        (answer(notFound, status: 404), false, true, false),
        (answer("{}", status: 403), false, true, false),
        (answer("{}", status: 401), false, false, false),
        (answer(notFound, status: 400), false, true, false),
        (answer(#"{"message": "Connection 'X' does not exist"}"#, status: 400), false, true, false),
        (answer(#"{"message": "PYTHON env my_env doesn't exist"}"#, status: 500), true, true, false),
        (answer(#"{"message": "No future by that id"}"#, status: 400), false, true, false),
        (answer(#"{"message": "Service s already exists"}"#, status: 400), false, false, true),
        (answer("x", status: 502), true, false, false),
        (answer("", status: 302), false, false, false),
        (answer("{"), true, false, false),
    ]

    @Test(arguments: kinds)
    func `an error tells what may be true`(
        answer: Answer, mayHaveArrived: Bool, mayMeanAbsent: Bool, mayMeanPresent: Bool
    ) async throws {
        guard case .failure(let error) = await outcome(.listStages, answer) else {
            Issue.record("this should fail")
            return
        }
        #expect(error.mayHaveArrived == mayHaveArrived)
        #expect(error.mayMeanAbsent == mayMeanAbsent)
        #expect(error.mayMeanPresent == mayMeanPresent)
        #expect(error.request == "GET /api-deployer/stages")
        #expect(error.origin == "https://dss.example.com")
    }
}
