// swift-tools-version:6.2
import PackageDescription

// Who may import whom is drawn in `Sources/README.md` and checked by `Tests/TidyTests`.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]
/// For modules that hold values only: a pointer there does not compile.
let pure: [SwiftSetting] = strict + [.strictMemorySafety()]

func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], _ settings: [SwiftSetting] = strict
) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude, swiftSettings: strict)
}

let package = Package(
    name: "mooring",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "mooring", targets: ["mooring"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.6.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // C shims: headers and one-line functions, no logic.
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CLibSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        // No linked library: libcurl is loaded when it is first needed.
        .target(name: "CLibCurl"),
        // Likewise libpq: only who keeps state on a server needs it.
        .target(name: "CLibPQ"),
        // And libgit2: only who looks at a repository needs it.
        .target(name: "CLibGit2"),

        // Words: the vocabulary everyone shares.
        module("JSON", [], pure),
        module("Diagnostics", ["JSON"], pure),
        module("Resources", ["JSON", "Diagnostics"], pure),

        // Ports: one outside thing each.
        module("YAML", ["CLibYAML", "JSON", "Diagnostics"]),
        module("Files", ["CLibCrypto", "JSON", "Diagnostics", "Resources", "YAML"]),
        module("HTTP", ["CLibCurl", "JSON", "Diagnostics", "Files"]),
        module("Git", ["CLibGit2", "Diagnostics", "Resources", "Files", "HTTP"]),
        module("Notifications", ["JSON", "Diagnostics", "Resources", "Files", "HTTP"]),
        module("DSS", ["JSON", "Diagnostics", "Resources", "Files", "HTTP"]),
        module("StateStorage", ["CLibSQLite", "CLibPQ", "JSON", "Diagnostics", "Resources", "Files"]),
        module("Sandbox", ["JSON", "Diagnostics", "Files", "HTTP"]),

        // Pure: values in, values out.
        module("Manifests", ["JSON", "Diagnostics", "Resources", "YAML", "Files"], pure),
        module("Graph", ["Diagnostics", "Resources"], pure),
        module("Planning", ["JSON", "Diagnostics", "Resources", "Files", "DSS", "Graph"], pure),
        module("Reports", ["JSON", "Diagnostics", "Resources", "Files", "DSS", "Graph", "Planning"], pure),

        // Engines: the only places that order side effects.
        module(
            "Reconciling",
            ["JSON", "Diagnostics", "Resources", "Files", "HTTP", "DSS", "StateStorage", "Graph", "Planning"]),
        module(
            "Watching",
            [
                "JSON", "Diagnostics", "Resources", "Files", "HTTP", "Git", "StateStorage", "Notifications", "DSS",
                "Manifests", "Graph", "Planning", "Reports", "Reconciling",
            ]),

        // Shells: what a user starts.
        module(
            "Server",
            [
                "JSON", "Diagnostics", "Resources", "Files", "HTTP", "Sandbox", "Graph", "Planning", "Reports",
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        module(
            "Commands",
            [
                "JSON", "Diagnostics", "Resources", "YAML", "Files", "HTTP", "Git", "StateStorage", "Notifications",
                "DSS", "Sandbox", "Manifests", "Graph", "Planning", "Reports", "Reconciling", "Watching", "Server",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(name: "mooring", dependencies: ["Commands"], swiftSettings: strict),
        .executableTarget(
            name: "Benchmarks", dependencies: ["JSON", "Files", "YAML"], path: "Benchmarks/Sources",
            swiftSettings: strict),

        // Tests.
        .target(
            name: "TestSupport", dependencies: ["JSON", "Diagnostics", "Files"], path: "Tests/TestSupport",
            swiftSettings: strict),
        tests("JSONTests", ["JSON"]),
        tests(
            "ReportsTests", ["JSON", "Diagnostics", "Resources", "Files", "DSS", "Graph", "Planning", "Reports"],
            exclude: ["Snapshots"]),
        tests("YAMLTests", ["YAML", "JSON", "Diagnostics"]),
        tests("HTTPTests", ["HTTP", "CLibCurl", "Diagnostics"]),
        tests("DSSTests", ["JSON", "Diagnostics", "Files", "HTTP", "DSS", "Sandbox"]),
        tests("SandboxTests", ["JSON", "Diagnostics", "HTTP", "Sandbox"]),
        tests("FilesTests", ["Files", "JSON", "Diagnostics", "Resources"]),
        tests(
            "ManifestsTests", ["JSON", "Diagnostics", "Resources", "YAML", "Files", "Manifests"], exclude: ["Cases"]),
        tests("GraphTests", ["Graph"]),
        tests("GitTests", ["Git", "CLibGit2", "Diagnostics", "Resources", "Files", "HTTP"]),
        tests("NotificationsTests", ["Notifications", "JSON", "Diagnostics", "Resources", "Files", "HTTP"]),
        tests(
            "WatchingTests",
            [
                "JSON", "Diagnostics", "Resources", "YAML", "Files", "HTTP", "Git", "DSS", "StateStorage",
                "Notifications", "Sandbox", "Manifests", "Graph", "Planning", "Reports", "Reconciling", "Watching",
            ]),
        tests("ResourcesTests", ["JSON", "Diagnostics", "Resources"]),
        tests("StateStorageTests", ["JSON", "Diagnostics", "Resources", "Files", "StateStorage"]),
        tests("PlanningTests", ["JSON", "Diagnostics", "Resources", "Files", "DSS", "Graph", "Planning"]),
        tests(
            "ReconcilingTests",
            [
                "JSON", "Diagnostics", "Resources", "YAML", "Files", "HTTP", "DSS", "StateStorage", "Sandbox",
                "Manifests", "Graph", "Planning", "Reports", "Reconciling",
            ]),
        // It runs the program as a user does, so the program must be built.
        tests("CommandsTests", ["mooring"], exclude: ["Snapshots"]),
        tests("TidyTests", []),
        tests("LikenessTests", ["DSS", "HTTP", "JSON", "Files"]),
        tests(
            "ServerTests",
            [
                "Server", "Sandbox", "HTTP", "JSON", "Diagnostics", "Resources", "Files", "Planning", "Reports",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ], exclude: ["Snapshots"]),
    ]
)
