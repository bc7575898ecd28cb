import Commands

@main
enum Entrypoint {
    static func main() { Program.start() }
}
