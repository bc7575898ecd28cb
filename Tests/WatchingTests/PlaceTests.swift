import Resources
import Testing

@Suite struct PlaceTests {
    @Test func `places are sorted by repository, then by environment`() {
        let sorted = [WatchPlace("b", "a"), WatchPlace("a", "prod"), WatchPlace("a", "dev")].sorted()
        #expect(sorted.map(\.description) == ["a/dev", "a/prod", "b/a"])
    }
}
