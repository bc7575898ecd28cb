import Resources
import Testing

/// Which address somebody probably meant.
@Suite struct ClosestAddressTests {
    static let known = [
        "Deployment/churn-on-prod", "Deployment/a", "Infra/prod", "PublishedService/churn", "Endpoint/P/s/predict",
    ]
    .compactMap(Address.init)

    @Test(
        arguments: [
            ("Deployment/churn-on-prd", "Deployment/churn-on-prod"), ("Infra/prd", "Infra/prod"),
            ("PublishedService/chrun", "PublishedService/churn"), ("Endpoint/P/s/predct", "Endpoint/P/s/predict"),
            // The kind is long, and the names are others.
            ("Deployment/fraud", nil), ("PublishedService/fraud", nil), ("Deployment/prod", nil),
            ("Endpoint/P/other/predict", nil), ("Infra/churn-on-prod", nil),
        ] as [(String, String?)])
    func `compares names, not kinds`(wanted: String, meant: String?) {
        let address = Address(wanted)
        #expect(address.flatMap { closest(to: $0, among: ClosestAddressTests.known) }?.description == meant)
    }
}
