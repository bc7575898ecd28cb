/// Runs `work` on all elements, at most `limit` at once, and hands each result to `collect` as it comes.
///
/// `collect` returns false to start nothing more; what is under way is still collected.
func concurrently<Element: Sendable, Result: Sendable>(
    _ elements: [Element], limit: Int, _ work: @escaping @Sendable (Element) async -> Result,
    collect: (Element, Result) -> Bool
) async {
    await withTaskGroup(of: (Int, Result).self) { group in
        var next = 0
        var goesOn = true
        func start() {
            guard goesOn, next < elements.count else { return }
            let (index, element) = (next, elements[next])
            group.addTask { (index, await work(element)) }
            next += 1
        }
        for _ in 0..<max(1, limit) { start() }
        while let (index, result) = await group.next() {
            goesOn = collect(elements[index], result) && goesOn
            start()
        }
    }
}
