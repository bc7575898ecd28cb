import Files
import Reports
import Resources

/// The daemon's pages: values in, HTML out.
///
/// Every page is whole without script: links, forms and, while something runs, a refresh by the browser. All texts in it are
/// escaped by `HTML`. Actions are offered to whoever is logged in, as forms that carry the viewer's token.
struct Pages: Sendable {
    /// What pages refer to, by path. A path names its bytes, so it may be kept for good.
    let assets: [String: PageAsset]
    let stylePath: String
    let scriptPath: String
    let iconPath: String

    init() {
        func path(_ bytes: [UInt8], _ ending: String) -> String {
            "/assets/mooring-\(sha256(bytes).prefix(16)).\(ending)"
        }
        let (style, script, icon) = (Array(pageStyle.utf8), Array(pageScript.utf8), Array(pageIcon.utf8))
        stylePath = path(style, "css")
        scriptPath = path(script, "js")
        iconPath = path(icon, "svg")
        assets = [
            stylePath: PageAsset(type: "text/css; charset=utf-8", bytes: style),
            scriptPath: PageAsset(type: "text/javascript; charset=utf-8", bytes: script),
            iconPath: PageAsset(type: "image/svg+xml", bytes: icon),
        ]
    }
}
