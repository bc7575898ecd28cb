import Testing

@testable import Files

@Suite struct MemoryPoolsTests {
    @Test func `only code that is as its file has it is given back`() {
        let smaps = """
            55d0c0000000-55d0c0200000 r-xp 00001000 fe:00 1234                       /usr/bin/mooring
            Size:               2048 kB
            Anonymous:             0 kB
            VmFlags: rd ex mr mw me
            55d0c0200000-55d0c0210000 rw-p 00201000 fe:00 1234                       /usr/bin/mooring
            Anonymous:             0 kB
            55d0c1000000-55d0c1021000 rw-p 00000000 00:00 0                          [heap]
            Anonymous:           132 kB
            7f0000000000-7f0000001000 r-xp 00000000 fe:00 77                         /usr/lib/a library (deleted)
            Anonymous:             0 kB
            7f0000100000-7f0000200000 r-xp 00000000 fe:00 78                         /usr/lib/changed.so
            Anonymous:             4 kB
            7f0000300000-7f0000400000 r--p 00000000 fe:00 78                         /usr/lib/changed.so
            Anonymous:             0 kB
            7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0                          [vdso]
            Anonymous:             0 kB
            7f0000500000-7f0000400000 r-xp 00000000 fe:00 79                         /usr/lib/backwards.so
            Anonymous:             0 kB
            nonsense r-xp 00000000 fe:00 79                                          /usr/lib/x.so
            Anonymous:             0 kB
            """
        #expect(
            cleanCode(in: Array(smaps.utf8)) == [
                0x55d0_c000_0000..<0x55d0_c020_0000, 0x7f00_0000_0000..<0x7f00_0000_1000,
            ])
    }

    @Test func `the program goes on when its memory was given back`() {
        returnIdleMemory()
        #expect((1...1000).map(String.init).joined().count == 2893)
    }
}
