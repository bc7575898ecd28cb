internal import ArgumentParser
internal import Diagnostics
internal import Files
internal import Manifests
internal import Resources

/// Which watch file a command is about.
struct WatchFileOptions: ParsableArguments {
    @Option(
        name: [.customShort("f"), .customLong("file")],
        help: ArgumentHelp("The watch file: what is followed, and what may be done.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var file = WatchFileOptions.usual

    private static let usual = "watch.yaml"

    var isNamed: Bool { file != WatchFileOptions.usual }

    /// The option as a shell reads it back, after a space; empty where the file is the usual one.
    var text: String { isNamed ? WatchFileOptions.text(file) : "" }

    static func text(_ file: String) -> String { " -f \(shellFile(file))" }
}

/// A watch file where nothing else can be meant by a word: `mooring watch check central.yaml`.
struct WatchFileArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("The watch file, as with -f.", valueName: "file"), completion: .file())
    var given: String?

    @OptionGroup var option: WatchFileOptions

    var file: String { given ?? option.file }

    /// As an option, after a space; empty where the file is the usual one.
    var text: String { given.map(WatchFileOptions.text) ?? option.text }

    mutating func validate() throws {
        if let given, option.isNamed, given != option.file {
            throw ValidationError("There is one watch file, and these are two: '\(given)' and '\(option.file)'.")
        }
    }
}

/// A watch file that could be read.
struct WatchFile {
    /// Absolute; relative paths in the file start from its folder.
    let path: String
    /// As the user named it.
    let name: String
    let watch: Watch
    /// The warnings of the file.
    let diagnostics: [Diagnostic]

    var folder: String { Files.folder(of: path) }

    /// A file for hundreds of repositories is far below.
    private static let longestFile = 4 << 20

    init(_ given: String, _ session: Session) throws(Failure) {
        path = resolvePath(given, from: session.folder)
        name = given
        let bytes: [UInt8]
        do throws(FileError) { bytes = try readFile(path, limit: WatchFile.longestFile, name: given) } catch {
            var problem = error.diagnostic
            if error.reason == .missing {
                let verbs = WatchCommand.configuration.subcommands.compactMap { $0.configuration.commandName }
                problem.hint =
                    closest(to: given, among: verbs).map { "Did you mean 'mooring watch \($0)'?" }
                    ?? "Name the daemon's file by -f FILE."
            }
            throw Failure(problem)
        }
        let zones = TimeZoneDatabase(variables: session.variables)
        let (watch, diagnostics) = loadWatch(bytes, file: given) { zones.problem(with: $0) }
        guard let watch, !diagnostics.hasErrors else { throw Failure(diagnostics) }
        self.watch = watch
        self.diagnostics =
            diagnostics
            + OpenEnvironment.warnings(
                of: watch.repositories.flatMap(\.environments).flatMap { [$0.designer, $0.deployer].compactMap { $0 } })
    }

    /// Reads the secrets of the daemon, and for manifests those that the file allows.
    func secrets(_ session: Session) -> SecretResolver {
        SecretResolver(
            root: folder, environment: session.variables, policy: watch.secrets, connections: watch.ownSecrets,
            policyFile: name)
    }
}
