import Resources
import Testing

@Suite struct AddressTests {
    @Test(arguments: [
        "APIService/CHURN/scoring", "Endpoint/CHURN/scoring/predict", "Package/CHURN/scoring",
        "Package/CHURN/scoring@v1", "Package/CHURN/scoring@v1@x", "Deployment/a@b",
    ])
    func `reads what it writes`(text: String) {
        #expect(Address(text)?.description == text)
    }

    @Test(arguments: ["", "Package", "Package/CHURN", "Package/CHURN/scoring@", "Package/CHURN/@v1", "Nothing/x"])
    func `is not made of anything else`(text: String) {
        #expect(Address(text) == nil)
    }

    @Test func `sorts versions after their package`() throws {
        let package = Address(.package, "P", "s")
        #expect(
            [package.at(version: "v2"), package.at(version: "v1"), package].sorted().map(\.description) == [
                "Package/P/s", "Package/P/s@v1", "Package/P/s@v2",
            ])
        #expect(package.at(version: "v1").withoutVersion == package)
    }
}
