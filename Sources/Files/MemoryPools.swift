internal import CLibCrypto

/// Lets all threads share two pools of free memory; to be called once, at the start of the program.
///
/// By default glibc gives each thread a pool of its own, and what one thread needed for a moment lies idle for the
/// others: a large apply held a third more memory.
package func shareMemoryPools() { _ = mallopt(arenaMaximum, 2) }

/// `M_ARENA_MAX`
private let arenaMaximum: Int32 = -8
