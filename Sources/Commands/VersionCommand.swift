internal import ArgumentParser
internal import JSON

/// `mooring version`
struct VersionCommand: Verb {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Prints the version.")

    @OptionGroup var output: OutputOptions

    func answer(_ session: Session) async throws(Failure) -> Answer {
        Answer(text: "mooring \(mooringVersion)\n", document: ["mooring": .string(mooringVersion)])
    }
}
