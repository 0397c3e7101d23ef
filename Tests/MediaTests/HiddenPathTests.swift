import Foundation
import Imaging
import Testing

@testable import Media

/// Hidden files of an output: who owns them, and when they are taken away.
@Suite struct HiddenPathTests {
  private let folder: TemporaryFolder
  private var output: String { folder.file("out.mp4") }

  init() throws { folder = try TemporaryFolder() }

  @Test(
    arguments: [
      (".out.part-77-1f.mp4", 77), (".out.part-77-1f.mp4.marking", 77), ("..out.part-5-a.part-77-1f.mp4", 77),
      ("..out.part-5-a.part-77-1f.mp4.marking", 77), ("out.part-77-1f.mp4", nil), (".out.part-77-1f.mkv", nil),
      (".out2.part-77-1f.mp4", nil), (".out.part-77.mp4", nil), (".out.part-x-1f.mp4", nil),
      (".out.part-0-1f.mp4", nil),
      (".out.part--7-1f.mp4", nil), (".out.part-77-1g.mp4", nil), (".out.part-77-.mp4", nil), ("out.mp4", nil),
      (".out.part-77-1f.mp4.marking.marking", nil), (".out.mp4", nil),
    ] as [(String, pid_t?)])
  func theNameSaysWhoseItIs(name: String, process: pid_t?) {
    #expect(HiddenPath.owner(of: name, stem: "out", suffix: "mp4") == process)
  }

  /// A process that has ended, and was waited for.
  private func deadProcess() throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/true")
    try process.run()
    process.waitUntilExit()
    return process.processIdentifier
  }

  private func make(_ name: String) throws { try Data("half".utf8).write(to: URL(fileURLWithPath: folder.file(name))) }

  @Test func onlyFilesOfDeadProcessesGo() throws {
    let dead = try deadProcess()
    let stale = [".out.part-\(dead)-1.mp4", ".out.part-\(dead)-1.mp4.marking", ".out.part-\(getpid())-2.mp4"]
    let kept = [
      ".out.part-\(getppid())-3.mp4", ".other.part-\(dead)-4.mp4", ".out.part-\(dead)-5.mkv", "out.mp4",
      "out.part-\(dead)-6.mp4",
    ]
    for name in stale + kept { try make(name) }
    let mine = HiddenPath(for: output)
    try Data().write(to: URL(fileURLWithPath: mine.path))
    try Data().write(to: URL(fileURLWithPath: mine.path + ".marking"))
    HiddenPath.removeStale(for: output)
    let own = URL(fileURLWithPath: mine.path).lastPathComponent
    #expect(folder.names == (kept + [own, own + ".marking"]).sorted())
    withExtendedLifetime(mine) {}
  }

  @Test func aLockedFileStaysAndNothingButFilesGoes() throws {
    let dead = try deadProcess()
    let (locked, link, directory) = (".out.part-\(dead)-1.mp4", ".out.part-\(dead)-2.mp4", ".out.part-\(dead)-3.mp4")
    try make(locked)
    try make("elsewhere")
    try FileManager.default.createSymbolicLink(
      atPath: folder.file(link), withDestinationPath: folder.file("elsewhere"))
    try FileManager.default.createDirectory(atPath: folder.file(directory), withIntermediateDirectories: false)
    let descriptor = open(folder.file(locked), O_RDWR)
    try #require(descriptor >= 0 && HiddenPath.lock(descriptor))
    HiddenPath.removeStale(for: output)
    #expect(folder.names == [locked, link, directory, "elsewhere"].sorted())
    close(descriptor)
    HiddenPath.removeStale(for: output)
    #expect(folder.names == [link, directory, "elsewhere"].sorted())
    HiddenPath.removeStale(for: folder.file("missing/out.mp4"))
  }

  @Test func aWriterTidiesUpAndHoldsItsOwnFile() throws {
    try make(".out.part-\(try deadProcess())-1.mp4")
    let file = try PartialFile(finalPath: output, inputs: [])
    #expect(folder.names == [URL(fileURLWithPath: file.path).lastPathComponent])
    // A second writer of the same output leaves the first one's file alone.
    let other = try PartialFile(finalPath: output, inputs: [])
    #expect(folder.names.count == 2)
    let descriptor = open(file.path, O_RDWR)
    #expect(flock(descriptor, LOCK_EX | LOCK_NB) != 0)
    close(descriptor)
    try file.commit()
    other.remove()
    #expect(folder.names == ["out.mp4"])
  }

  @Test func aPictureTellsItsHiddenPath() throws {
    let picture = Picture(frame: Frame(size: PixelSize(width: 4, height: 4), format: .rgb8))
    var hidden = ""
    try PictureFile.write(
      picture, to: folder.file("a.png"), completing: { #expect($0 == hidden) }, began: { hidden = $0 })
    #expect(hidden.contains("/.a.part-\(getpid())-") && folder.names == ["a.png"])
  }
}
