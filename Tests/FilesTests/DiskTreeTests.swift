import Foundation
import Glibc
import Testing

@testable import Files

@Suite struct DiskTreeTests {
    @Test func `lists files below a folder, sorted, without hidden ones`() throws {
        let scratch = try Scratch()
        for name in ["b.yaml", "a/z.yaml", "a/b/c.yaml", ".git/x.yaml", "a/.hidden.yaml", ".mooring/state.yaml"] {
            try scratch.write(name, "")
        }
        let tree = try DiskTree(root: scratch.path)
        #expect(try tree.files(below: ".") == ["a/b/c.yaml", "a/z.yaml", "b.yaml"])
        #expect(try tree.files(below: "a") == ["a/b/c.yaml", "a/z.yaml"])
        #expect(try tree.entry(at: "a") == .folder)
        #expect(try tree.entry(at: "b.yaml") == .file)
        #expect(try tree.entry(at: "c") == nil)
        #expect(try tree.entry(at: ".") == .folder)
    }

    @Test func `follows links inside of the root and none that leads out of it`() throws {
        let outside = try Scratch()
        try outside.write("secret.yaml", "x")
        let scratch = try Scratch()
        try scratch.write("real/a.yaml", "a")
        try scratch.link("linked", to: "real")
        try scratch.link("alias.yaml", to: "real/a.yaml")
        try scratch.link("real/loop", to: "..")
        try scratch.link("out", to: outside.path)
        try scratch.link("out.yaml", to: outside.path + "/secret.yaml")
        try scratch.link("dangling.yaml", to: "nowhere")
        let tree = try DiskTree(root: scratch.path)
        #expect(
            try tree.files(below: ".") == [
                "alias.yaml", "dangling.yaml", "linked/a.yaml", "out.yaml", "real/a.yaml",
            ])
        #expect(try tree.read("alias.yaml", limit: 10) == Array("a".utf8))
        for path in ["out.yaml", "out/secret.yaml", "../x", "/etc/passwd", "real/../../x"] {
            #expect(
                message { () throws(FileError) in _ = try tree.read(path, limit: 10) }
                    == "'\(path)' leads out of the workspace")
            #expect(
                message { () throws(FileError) in _ = try tree.entry(at: path) }
                    == "'\(path)' leads out of the workspace")
        }
    }

    @Test func `takes a disk that fails for no end of a folder`() throws {
        let scratch = try Scratch()
        try scratch.write("a.yaml", "")
        let stream = try #require(opendir(scratch.path))
        defer { closedir(stream) }
        // What it reads next is no folder any more.
        let other = open("/dev/null", O_RDONLY | O_CLOEXEC)
        #expect(dup2(other, dirfd(stream)) >= 0)
        close(other)
        #expect(throws: FileError.self) { try names(in: stream, name: "services") }
    }

    @Test func `removes a folder whatever its names are, and nothing that links lead to`() throws {
        let other = try Scratch()
        try other.write("kept", "")
        let scratch = try Scratch()
        try scratch.write("a/b/c.yaml", "")
        try scratch.link("a/link", to: other.path)
        // No text: half of a character.
        #expect(mkdir(Array("\(scratch.path)/a/".utf8CString.dropLast()) + [CChar(bitPattern: 0xC3), 0], 0o700) == 0)
        removeFolder(scratch.path)
        #expect(!FileManager.default.fileExists(atPath: scratch.path))
        #expect(other.names == ["kept"])
    }

    @Test func `takes a file system that cannot sync folders`() throws {
        let folder = open("/proc", O_RDONLY | O_CLOEXEC | O_DIRECTORY)
        defer { close(folder) }
        #expect(fsync(folder) != 0)
        #expect(syncFolder(folder) == 0)
        #expect(syncFolder(-1) == EBADF)
    }

    @Test func `tells what cannot be read`() throws {
        let scratch = try Scratch()
        try scratch.write("folder/a.yaml", "0123456789")
        mkfifo(scratch.path + "/pipe", 0o600)
        let tree = try DiskTree(root: scratch.path)
        let read = { (path: String, limit: Int) in
            message { () throws(FileError) in _ = try tree.read(path, limit: limit) }
        }
        #expect(read("folder/a.yaml", 10) == nil)
        #expect(read("folder/a.yaml", 9) == "'folder/a.yaml' is larger than 9 bytes")
        #expect(read("folder", 9) == "'folder' is not a file")
        #expect(read("pipe", 9) == "'pipe' is not a file")
        #expect(read("gone", 9) == "there is no file 'gone'")
        #expect(read("folder/a.yaml/b", 9) == "there is no file 'folder/a.yaml/b'")
        #expect(
            message { () throws(FileError) in _ = try DiskTree(root: scratch.path + "/gone") }
                == "there is no folder '\(scratch.path)/gone'")
        #expect(
            message { () throws(FileError) in _ = try DiskTree(root: scratch.path + "/folder/a.yaml") }
                == "'\(scratch.path)/folder/a.yaml' is not a folder")
        #expect(
            message { () throws(FileError) in _ = try tree.files(below: "folder/a.yaml") }
                == "'folder/a.yaml' is not a folder")
    }

    @Test func `lists what is no file, and says what it is when it is read`() throws {
        let scratch = try Scratch()
        try scratch.link("self.yaml", to: "self.yaml")
        try scratch.link("dangling.yaml", to: "nowhere")
        mkfifo(scratch.path + "/pipe.yaml", 0o600)
        let tree = try DiskTree(root: scratch.path)
        let paths = ["dangling.yaml", "pipe.yaml", "self.yaml"]
        #expect(try tree.files(below: ".") == paths)
        let expected = [
            "'dangling.yaml' is a symbolic link that leads nowhere", "'pipe.yaml' is not a file",
            "'self.yaml' is a symbolic link that leads nowhere",
        ]
        for (path, words) in zip(paths, expected) {
            #expect(message { () throws(FileError) in _ = try tree.read(path, limit: 9) } == words)
            #expect(message { () throws(FileError) in _ = try tree.entry(at: path) } == words)
        }
    }

    @Test(.enabled(if: geteuid() != 0, "the superuser may read anything"))
    func `tells a missing permission`() throws {
        let scratch = try Scratch()
        try scratch.write("a.yaml", "x", mode: 0)
        let tree = try DiskTree(root: scratch.path)
        #expect(
            message { () throws(FileError) in _ = try tree.read("a.yaml", limit: 9) }
                == "no permission to read 'a.yaml'")
    }
}

@Suite struct WritingTests {
    @Test func `replaces a file whole and leaves nothing beside it`() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/f"
        try writeFile(path, Array("old".utf8), mode: 0o600)
        try writeFile(path, Array("new text".utf8))
        #expect(try readFile(path, limit: 100) == Array("new text".utf8))
        #expect(scratch.names == ["f"])
    }

    @Test func `a new file has the permissions that were asked for`() throws {
        let scratch = try Scratch()
        try writeFile(scratch.path + "/key", [1], mode: 0o600)
        let mode = try FileManager.default.attributesOfItem(atPath: scratch.path + "/key")[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `tells a folder that is not there`() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/gone/f"
        #expect(message { () throws(FileError) in try writeFile(path, []) } == "there is no file '\(path)'")
    }

    @Test func `makes folders and takes those that are there`() throws {
        let scratch = try Scratch()
        try makeFolder(scratch.path + "/a/b/c")
        try makeFolder(scratch.path + "/a/b")
        #expect(entryOnDisk(scratch.path + "/a/b/c") == .folder)
        try scratch.write("file", "")
        #expect(
            message { () throws(FileError) in try makeFolder(scratch.path + "/file") }
                == "'\(scratch.path)/file' is not a folder")
        #expect(
            message { () throws(FileError) in try makeFolder(scratch.path + "/file/below") }
                == "'\(scratch.path)/file' is not a folder")
        #expect(
            message { () throws(FileError) in try makeFolder("/proc/x/y") }
                == "no folder can be made in '/proc'")
    }

    @Test func `digests a file as its bytes`() throws {
        let scratch = try Scratch()
        let bytes = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try writeFile(scratch.path + "/f", bytes)
        #expect(try sha256(file: scratch.path + "/f") == sha256(bytes))
    }
}
