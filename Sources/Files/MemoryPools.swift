internal import CLibCrypto

/// Lets all threads share two pools of free memory; to be called once, at the start of the program.
///
/// By default glibc gives each thread a pool of its own, and what one thread needed for a moment lies idle for the
/// others: a large apply held a third more memory.
package func shareMemoryPools() { _ = mallopt(arenaMaximum, 2) }

/// Gives memory that is free back to the system: a daemon rests for long, and what one reconcile needed is no use to it.
package func returnFreeMemory() { _ = malloc_trim(0) }

/// `M_ARENA_MAX`
private let arenaMaximum: Int32 = -8
