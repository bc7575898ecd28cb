import Notifications
import Resources
import Testing

@Suite struct NewsTests {
    @Test func `news of another revision are other news`() {
        let news = { (id: String) in
            News(
                event: .held, place: WatchPlace("churn", "prod"),
                revision: CommitStamp(id: id, author: "Ann", subject: "", time: 0), title: "held", subject: "held",
                time: 0)
        }
        #expect(news("1") == news("1") && news("1") != news("2"))
    }
}
