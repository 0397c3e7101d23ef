import Foundation
import Imaging
import Testing

@testable import Media

/// Pictures that the ffmpeg program cannot make: 16x16 with a colour a quadrant (cyan, magenta, yellow, half black), and
/// animations of a red, a green and a blue picture.
@Suite struct PictureColourTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let cmyk =
    "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4LCxAWEBETFBUVFQwPFxgW"
    + "FBgSFBUU/8AAFAgAEAAQBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAAB"
    + "fQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hp"
    + "anN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5"
    + "+v/aAA4EQwBNAFkASwAAPwD8qq/VOv1Tr9U6/qor+Veiiiv6qK/lXooor+qivypr/9k="
  private static let animatedWebP =
    "UklGRkoBAABXRUJQVlA4WAoAAAASAAAAEwAACQAAQU5JTQYAAAAAAAAAAABBTk1GVgAAAAAAAAAAABMAAAkAAGQAAAJWUDggPgAAABADAJ0B"
    + "KhQACgA+tUqfSickIqGwCADgFolAF2XQABBoAAD+7L2P43m81pR//rgP/nAf/OA/mW/4T0/aAAAAQU5NRmgAAAAAAAAAAAATAAAJAABkAAAC"
    + "QUxQSAoAAAABB1DAiAhERP8DVlA4ID4AAABQAwCdASoUAAoAPrVKn0onJCKhsAgA4BaJQBOl0A/AABC+AAD+2O7/5glfkG7UP/ow/hh/DD/G"
    + "D/EkVIAAAEFOTUZQAAAAAAAAAAAAEwAACQAAZAAAAFZQOCA4AAAAdAIAnQEqFAAKAD61Sp9KAwCAAAFolAFp0FtiAAD+8ZWP/rgP/+cB//zg"
    + "P5lvXC2WZP/upO0QAAA="
  private static let animatedPNG =
    "iVBORw0KGgoAAAANSUhEUgAAABQAAAAKCAYAAAC0VX7mAAAACGFjVEwAAAADAAAAAM7tusAAAAAaZmNUTAAAAAAAAAAUAAAACgAAAAAAAAAA"
    + "AAEACgAAqUMgngAAABtJREFUeJxj/M/A8J+BioCJmoaNGjhq4GAxEABr2QISKOy3hQAAABpmY1RMAAAAAQAAABQAAAAKAAAAAAAAAAAAAQAK"
    + "AAAyMMpKAAAAH2ZkQVQAAAACeJxjZPjP0MBARcBETcNGDRw1cLAYCADa4gGTI22JGQAAABpmY1RMAAAAAwAAABQAAAAKAAAAAAAAAAAAAQAK"
    + "AADfphmjAAAAH2ZkQVQAAAAEeJxjZGD4/5+BioCJmoaNGjhq4GAxEABp2wISUJhGBwAAAABJRU5ErkJggg=="

  private func write(_ name: String, _ text: String, change: (inout [UInt8]) -> Void = { _ in }) throws -> String {
    var bytes = Array(try #require(Data(base64Encoded: text)))
    change(&bytes)
    try Data(bytes).write(to: URL(fileURLWithPath: folder.file(name)))
    return folder.file(name)
  }

  private func expect(_ frame: Frame, _ x: Int, _ y: Int, is color: [Int], within tolerance: Int = 8) {
    #expect(
      zip(pixel(frame, x, y), color).allSatisfy { abs($0 - $1) <= tolerance }, "\(pixel(frame, x, y)) at \(x), \(y)")
  }

  @Test func inverseCMYKAsAdobeWritesIt() throws {
    let frame = try PictureFile.read(try write("cmyk.jpg", Self.cmyk)).frame
    #expect(frame.format == .rgb8)
    expect(frame, 3, 3, is: [0, 255, 255])
    expect(frame, 12, 3, is: [255, 0, 255])
    expect(frame, 3, 12, is: [255, 255, 0])
    expect(frame, 12, 12, is: [127, 127, 127])
  }

  @Test func aTransparentPaletteKeepsItsAlpha() throws {
    func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
      func long(_ value: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) } }
      let named = Array(name.utf8) + content
      return long(UInt32(content.count)) + named + long(ColorProfile.crc32(named))
    }
    // Two pixels: colour 1 (opaque blue), colour 0 (transparent red).
    var bytes: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    bytes += chunk("IHDR", [0, 0, 0, 2, 0, 0, 0, 1, 8, 3, 0, 0, 0])
    bytes += chunk("PLTE", [255, 0, 0, 0, 0, 255]) + chunk("tRNS", [0, 255])
    bytes += chunk("IDAT", ColorProfile.stored([0, 1, 0])) + chunk("IEND", [])
    let frame = try PictureFile.read(try write("p.png", Data(bytes).base64EncodedString())).frame
    #expect(frame.format == .rgba8)
    #expect(pixel(frame, 0, 0) == [0, 0, 255, 255])
    #expect(pixel(frame, 1, 0) == [255, 0, 0, 0])
  }

  @Test(arguments: [("a.webp", animatedWebP), ("a.png", animatedPNG)])
  func theFirstPictureOfAnAnimation(name: String, content: String) throws {
    let frame = try PictureFile.read(try write(name, content)).frame
    #expect(frame.size == PixelSize(width: 20, height: 10))
    expect(frame, 10, 5, is: [255, 0, 0], within: 12)
  }

  @Test func ycckIsReadAsTheAdobeMarkSays() throws {
    // The same samples, declared as YCCK; what they mean then was computed with libjpeg.
    // Adobe's transform, and the components' names in the frame and scan headers.
    let path = try write("ycck.jpg", Self.cmyk) { bytes in
      bytes[17] = 2
      for index in 0..<4 {
        bytes[97 + 3 * index] = UInt8(index + 1)
        bytes[330 + 2 * index] = UInt8(index + 1)
      }
    }
    let frame = try PictureFile.read(path).frame
    #expect(frame.format == .rgb8)
    expect(frame, 3, 3, is: [77, 255, 30])
    expect(frame, 12, 3, is: [0, 47, 227])
    expect(frame, 3, 12, is: [179, 0, 0])
    expect(frame, 12, 12, is: [0, 67, 0])
  }
}
