import Foundation
import ModelStore
import Safeguards
import TestSupport
import Testing

@Suite struct FileDigestTests {
  /// FIPS 180-4's example and the empty message.
  @Test func knownSums() throws {
    let folder = try TemporaryFolder()
    let abc = try FileDigest(path: folder.write("abc", to: "a"))
    #expect(abc.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" && abc.size == 3)
    #expect(abc == FileDigest(bytes: Array("abc".utf8)))
    let empty = try FileDigest(path: folder.write("", to: "e"))
    #expect(empty.sha256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" && empty.size == 0)
  }

  @Test func aFileOfManyPiecesIsOne() throws {
    let folder = try TemporaryFolder()
    let bytes = [UInt8](repeating: 31, count: 2 << 20) + (0..<17)
    let path = try folder.write(bytes, to: "long")
    #expect(try FileDigest(path: path) == FileDigest(bytes: bytes))
    #expect(try FileDigest(path: path).size == bytes.count)
  }

  @Test func aMissingFileIsAnError() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: SafeguardsError.self) { try FileDigest(ofJobFile: folder.path("none")) }
    #expect(error?.code == .storage)
  }
}
