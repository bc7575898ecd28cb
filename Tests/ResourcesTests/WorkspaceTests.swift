import Diagnostics
import Resources
import Testing

@Suite struct WorkspaceTests {
    @Test func `a workspace keeps for itself what its connections prove themselves with, private keys too`() {
        let mark = SourceMark(file: "mooring.yaml")
        let deployer = Connection(
            target: .url("https://deployer.example.com"), authentication: .apiKey(.environment("KEY")),
            clientCertificate: .init(certificate: "c.pem", key: "keys/k.pem"), mark: mark)
        var workspace = Workspace(
            name: "w", manifests: [], secrets: SecretPolicy(),
            environments: [Environment(name: "prod", designer: nil, deployer: deployer, mark: mark)])
        #expect(workspace.ownSecrets == [.environment("KEY"), .file("keys/k.pem")])
        workspace.environments[0].designer = deployer
        #expect(workspace.ownSecrets == [.environment("KEY"), .file("keys/k.pem")], "each once")
    }
}
