import Diagnostics
import Files
import Foundation
import Manifests
import Resources
import TestSupport
import Testing

/// A watch file that says everything.
let wholeWatch = """
    apiVersion: mooring/v1
    kind: Watch
    metadata: {name: central}
    spec:
      data: var/./data
      listen: "[::1]:0"
      url: https://mooring.example.com/
      tokens: {ann: {env: ANN_TOKEN}, ci: {file: keys/ci}}
      interval: 1m
      secrets: {allow: {env: ["API_*"], file: [/run/secrets/api/*]}}
      state: {postgres: {env: STATE_URL}, fingerprintKey: {env: STATE_KEY}}
      limits: {maxChanges: 10, concurrency: 4}
      policy: {protect: ["Infra/*"]}
      notifications:
        - {name: log, webhook: {url: {env: LOG_URL}, secret: {env: LOG_KEY}}}
        - {name: chat, events: [held, failure], places: ["*/prod"], slack: {url: {file: keys/slack}}}
        - {name: office, teams: {url: {env: TEAMS_URL}}}
        - name: mail
          email: {server: "smtps://mail:465", user: m, password: {env: MAIL}, from: a@b.c, to: [d@e.f], caFile: ca.pem}
      repositories:
        - name: churn
          url: https://git.example.com/ml/churn.git
          ref: {branch: refs/heads/main}
          path: ./apis/
          interval: 5s
          credentials: {token: {file: /run/secrets/git}, user: robot}
          caFile: certs/ca.pem
          clientCertificate: {cert: c.pem, key: /etc/k.pem}
          verify: {mode: strict, allowedSigners: signers, openPGPKeys: /etc/keys.asc}
          allowRewrites: true
          maxFetch: 1GiB
          webhook: {provider: gitlab, secret: {env: HOOK}}
          forge: {provider: gitlab, api: "https://git.example.com/api/v4/", token: {env: FORGE}, pullRequests: false}
          environments:
            prod:
              apply: approve
              drift: heal
              driftInterval: 1h
              windows: [{days: [Mon], from: 09:00, until: 16:00, timeZone: UTC}]
              onFailure: hold
              designer: {url: "https://design", apiKey: {env: DESIGN_KEY}}
              deployer: {url: "https://deploy", apiKey: {file: keys/deploy}}
              limits: {maxChanges: 5%}
              policy: {allowPublicAuth: false}
              prune: true
              dialect: {multiGenerationMode: X}
            dev: {sandbox: dev}
        - name: fraud
          url: robot@git.example.com:ml/fraud.git
          credentials: {sshKey: keys/id, passphrase: {env: PASS}, knownHosts: keys/hosts}
          environments: {prod: {sandbox: fraud}}
        - {name: here, url: ../here.git, ref: {semver: ">=1.2 <2"}, environments: {prod: {sandbox: here}}}

    """

func watch(_ text: String) -> (watch: Watch?, text: String) {
    let (watch, diagnostics) = loadWatch(Array(text.utf8), file: "conf/watch.yaml")
    return (watch, TestSupport.text(diagnostics))
}

@Suite struct WatchTests {
    @Test func `reads all that the daemon's own fields say`() throws {
        let (loaded, told) = watch(wholeWatch)
        #expect(told == "")
        let watch = try #require(loaded)
        #expect(watch.name == "central")
        // Relative to the file, wherever the file lies.
        #expect(watch.data == "var/data")
        #expect(watch.listen == ListenAddress(host: "::1", port: 0))
        #expect(watch.url == "https://mooring.example.com")
        #expect(
            watch.tokens == [
                WatchToken(name: "ann", secret: .environment("ANN_TOKEN")),
                WatchToken(name: "ci", secret: .file("keys/ci")),
            ])
        #expect(watch.secrets == SecretPolicy(environment: ["API_*"], files: ["/run/secrets/api/*"], commands: []))
        #expect(watch.state?.place == .postgres(.environment("STATE_URL")))
        #expect(watch.state?.fingerprintKey == .environment("STATE_KEY"))
        #expect(
            watch.notifications == [
                NotificationRoute(
                    name: "log",
                    target: .webhook(url: .environment("LOG_URL"), secret: .environment("LOG_KEY")),
                    events: Set(WatchEvent.allCases)),
                NotificationRoute(
                    name: "chat", target: .slack(url: .file("keys/slack")), events: [.held, .failure],
                    places: ["*/prod"]),
                NotificationRoute(
                    name: "office", target: .teams(url: .environment("TEAMS_URL")), events: Set(WatchEvent.allCases)),
                NotificationRoute(
                    name: "mail",
                    target: .email(
                        EmailSettings(
                            server: "smtps://mail:465", user: "m", password: .environment("MAIL"), from: "a@b.c",
                            to: ["d@e.f"], caFile: "ca.pem")), events: Set(WatchEvent.allCases)),
            ])
        #expect(
            watch.ownSecrets == [
                .environment("ANN_TOKEN"), .file("keys/ci"), .environment("STATE_URL"), .environment("STATE_KEY"),
                .environment("LOG_URL"), .environment("LOG_KEY"), .file("keys/slack"), .environment("TEAMS_URL"),
                .environment("MAIL"), .file("/run/secrets/git"), .file("/etc/k.pem"), .environment("HOOK"),
                .environment("FORGE"), .environment("DESIGN_KEY"), .file("keys/deploy"), .file("keys/id"),
                .environment("PASS"),
            ])
    }

    @Test func `reads how each repository is followed`() throws {
        let watch = try #require(watch(wholeWatch).watch)
        #expect(watch.repositories.map(\.name) == ["churn", "fraud", "here"])
        let churn = try #require(watch.repository("churn"))
        #expect(churn.url == "https://git.example.com/ml/churn.git")
        #expect(churn.ref == .branch("main"))
        #expect(churn.path == "apis")
        #expect(churn.interval == .seconds(5))
        #expect(churn.credentials == .token(user: "robot", .file("/run/secrets/git")))
        #expect(churn.caFile == "certs/ca.pem")
        #expect(churn.clientCertificate == .init(certificate: "c.pem", key: "/etc/k.pem"))
        #expect(
            churn.verification
                == CommitVerification(mode: .strict, allowedSigners: "signers", openPGPKeys: "/etc/keys.asc"))
        #expect(churn.allowsRewrites)
        #expect(churn.mostFetchedBytes == 1 << 30)
        #expect(churn.webhook == WebhookSettings(provider: .gitlab, secret: .environment("HOOK")))
        #expect(
            churn.forge
                == ForgeSettings(
                    provider: .gitlab, api: "https://git.example.com/api/v4", repository: "ml/churn",
                    token: .environment("FORGE"), pullRequests: false))
        #expect("\(churn.mark)" == "conf/watch.yaml:21:13")
        #expect(churn.environments.map(\.name) == ["prod", "dev"])

        let fraud = try #require(watch.repository("fraud"))
        #expect(fraud.ref == .head && fraud.path == "." && fraud.interval == .seconds(60))
        #expect(
            fraud.credentials
                == .sshKey(
                    path: "keys/id", passphrase: .environment("PASS"), user: "robot", knownHosts: "keys/hosts"))
        #expect(fraud.verification == CommitVerification() && !fraud.allowsRewrites)
        #expect(fraud.mostFetchedBytes == 512 << 20)
        let here = try #require(watch.repository("here"))
        #expect(here.url == "../here.git" && here.ref == .semver(">=1.2 <2") && here.credentials == .none)
    }

    @Test func `reads what may be done in each environment`() throws {
        let churn = try #require(watch(wholeWatch).watch?.repository("churn"))
        let prod = try #require(churn.environment("prod"))
        #expect(prod.mode == .approve && prod.drift == .heal && prod.driftInterval == .seconds(3600))
        #expect(prod.windows.map(\.span) == [.weekly(days: [1], startMinute: 540, minutes: 420)])
        #expect(!prod.rollsBack && prod.prune)
        #expect(prod.designer?.target == .url("https://design"))
        #expect(prod.deployer.authentication == .apiKey(.file("keys/deploy")))
        #expect(prod.limits.maxChanges == .percent(5) && prod.limits.concurrency == 4)
        #expect(prod.policy.allowPublicAuth?.value == false && prod.policy.protect?.value == ["Infra/*"])
        #expect(prod.dialect == ["multiGenerationMode": "X"])

        let dev = try #require(churn.environment("dev"))
        #expect(dev.mode == .auto && dev.drift == .detect && dev.driftInterval == .seconds(600))
        #expect(dev.windows == [] && dev.rollsBack && !dev.prune)
        #expect(dev.designer?.target == .sandbox("dev") && dev.deployer == dev.designer)
        #expect(dev.limits.maxChanges == 10)
    }

    @Test func `little needs to be said`() throws {
        let (loaded, told) = watch(
            """
            apiVersion: mooring/v1
            kind: Watch
            metadata: {name: small}
            spec:
              data: data
              repositories:
                - name: churn
                  url: https://github.com/ml/churn.git
                  forge: {provider: github, token: {env: TOKEN}}
                  environments: {prod: {sandbox: s}}

            """)
        #expect(told == "")
        let watch = try #require(loaded)
        #expect(watch.listen == ListenAddress(host: "127.0.0.1", port: 8080))
        #expect(watch.url == nil && watch.tokens.isEmpty && watch.state == nil && watch.notifications.isEmpty)
        // What any commit may bring must be said.
        #expect(watch.secrets == SecretPolicy(environment: [], files: [], commands: []))
        let churn = try #require(watch.repository("churn"))
        #expect(churn.interval == Watch.defaultInterval)
        #expect(
            churn.forge
                == ForgeSettings(
                    provider: .github, api: "https://api.github.com", repository: "ml/churn",
                    token: .environment("TOKEN")))
        #expect(watch.state(of: churn).place == .file("data/state/churn.db"))
    }

    @Test(arguments: [("docs/watch.md", 2), ("examples/watch/watch.yaml", 1)])
    func `the watch files that people are shown are right`(path: String, count: Int) throws {
        let top = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: top.appending(path: path), encoding: .utf8)
        let blocks = text.components(separatedBy: "```yaml\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
        let files = path.hasSuffix(".md") ? blocks : [text]
        #expect(files.count == count)
        for file in files {
            let (loaded, told) = watch(file)
            #expect(told == "")
            #expect(loaded != nil)
        }
    }

    @Test(arguments: ["", "# nothing\n", "[]", "a: [", "--- 1\n"])
    func `bytes that are no watch give a diagnostic and no watch`(text: String) {
        let (watch, told) = watch(text)
        #expect(watch == nil)
        #expect(told.contains("error"))
    }

    @Test func `tells a range of versions that is none`() {
        let (_, told) = loadWatch(Array(wholeWatch.utf8), file: "w.yaml", isRange: { $0 != ">=1.2 <2" })
        #expect(told.map(\.message) == ["'semver' is no range of versions: '>=1.2 <2'"])
    }

    @Test func `tells time zones of windows that there are not`() {
        let (_, told) = loadWatch(Array(wholeWatch.utf8), file: "w.yaml") { _ in FileError.missing("UTC") }
        #expect(told.map(\.code) == ["file-missing"])
        #expect(told.first?.mark?.line == 39)
    }
}
