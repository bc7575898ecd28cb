import HTTP
import Resources

/// Where pages lie, and where their forms are sent.
enum PageLink {
    static let overview = "/"

    static func environment(_ place: WatchPlace) -> String {
        "/r/\(PercentEncoding.segment(place.repository))/\(PercentEncoding.segment(place.environment))"
    }

    static func timeline(_ place: WatchPlace) -> String { environment(place) + "/timeline" }
    static func plan(_ place: WatchPlace) -> String { environment(place) + "/plan" }
    static func drift(_ place: WatchPlace) -> String { environment(place) + "/drift" }
    static func graph(_ place: WatchPlace) -> String { environment(place) + "/graph" }
    static func run(_ place: WatchPlace, _ number: Int) -> String { environment(place) + "/runs/\(number)" }

    /// The graph of what belongs together with a resource.
    static func graph(_ place: WatchPlace, of address: Address) -> String {
        graph(place) + "?" + PercentEncoding.query([("of", address.description)])
    }

    static func resource(_ place: WatchPlace, _ address: Address, tab: String? = nil) -> String {
        let tab = tab.map { [("tab", $0)] } ?? []
        return environment(place) + "/resource?" + PercentEncoding.query([("address", address.description)] + tab)
    }

    /// `approve`, `suspend` (whose form lies there too), `resume`, `retry`, `sync`, `heal`.
    static func action(_ place: WatchPlace, _ verb: String) -> String { environment(place) + "/" + verb }

    static func badge(_ place: WatchPlace) -> String {
        "/badge/\(PercentEncoding.segment(place.repository))/\(PercentEncoding.segment(place.environment)).svg"
    }

    static func login(back path: String) -> String { "/login?" + PercentEncoding.query([("back", path)]) }

    static let logout = "/logout"
}
