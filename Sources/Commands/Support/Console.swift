internal import Glibc
internal import Reports

/// A stream of the process that people or scripts read: standard output, or standard error.
struct Console: Sendable {
    private let descriptor: Int32
    let isTerminal: Bool

    static let output = Console(descriptor: 1)
    static let errors = Console(descriptor: 2)

    private init(descriptor: Int32) {
        self.descriptor = descriptor
        isTerminal = isatty(descriptor) == 1
    }

    /// Opens the standard streams that the process was started without, on nothing: the next file that is opened would
    /// take their numbers, and what is said would be written into it.
    static func openClosed() {
        // What is written to the output must still be told from what was printed: it fails there.
        for (descriptor, mode) in [(Int32(0), O_RDONLY), (1, O_RDONLY), (2, O_WRONLY)]
        where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", mode)
        }
    }

    /// Writes all of the text and returns 0, or the `errno` that stopped it.
    ///
    /// What nobody reads any more is dropped, and that is no failure: an apply must not end because a pager did.
    @discardableResult func write(_ text: String) -> Int32 {
        var text = text
        return text.withUTF8 { buffer in
            var offset = 0
            while offset < buffer.count {
                let written = Glibc.write(descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
                if written < 0 {
                    if errno == EINTR { continue }
                    if errno == EAGAIN {
                        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                        if poll(&waiting, 1, -1) >= 0 || errno == EINTR { continue }
                    }
                    return errno == EPIPE ? 0 : errno
                }
                offset += written
            }
            return 0
        }
    }

    /// How large the terminal is now; 80 by 24 where nobody says.
    var screen: Screen {
        var size = winsize()
        let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0
        return Screen(
            columns: isKnown && size.ws_col > 0 ? Int(size.ws_col) : 80,
            rows: isKnown && size.ws_row > 0 ? Int(size.ws_row) : 24)
    }

    /// How many characters a line takes.
    var width: Int { screen.columns }

    /// Whether colours may be used, by `NO_COLOR` (https://no-color.org) and the terminal's own word.
    func takesColor(_ variables: [String: String]) -> Bool {
        isTerminal && variables["NO_COLOR", default: ""].isEmpty && variables["TERM"] != "dumb"
    }
}
