import Imaging
import Synchronization
import TestSupport
import Testing

/// A card for frames: its picture is one value everywhere.
private final class FakeDevice: FrameDevice {
  let value: UInt8
  let fails: Bool
  private let parts = Mutex<[PixelRectangle]>([])

  init(_ value: UInt8, fails: Bool = false) {
    self.value = value
    self.fails = fails
  }

  /// What was asked for.
  var brought: [PixelRectangle] { parts.withLock { $0 } }

  struct Failure: Error {}

  func bring(_ part: PixelRectangle, to frame: Frame) throws {
    parts.withLock { $0.append(part) }
    if fails { throw Failure() }
    for y in part.y1..<part.y2 {
      for x in part.x1..<part.x2 { frame.planes[0].row8(y)[x] = value }
    }
  }
}

@Suite struct FrameDeviceTests {
  private let gray = PixelFormat(layout: .gray, bitDepth: 8)
  private let size = PixelSize(width: 8, height: 6)
  private let whole = PixelRectangle(x1: 0, y1: 0, x2: 8, y2: 6)

  private func only(on device: FakeDevice) -> Frame {
    let (size, gray) = (size, gray)
    return Frame(size: size, format: gray, color: .init(), device: device) {
      let memory = Frame(size: size, format: gray)
      return (memory.planes, { withExtendedLifetime(memory) {} })
    }
  }

  @Test func aFrameOnTheHostIsComplete() throws {
    let frame = Frame(size: size, format: gray)
    #expect(frame.hasHost && frame.isHostComplete && frame.device == nil)
    try frame.complete()
    try frame.leaveDevice()
  }

  @Test func planesFollowTheCardWhenTheyAreAskedFor() throws {
    let frame = Frame(size: size, format: gray)
    let device = FakeDevice(9)
    frame.attach(device)
    #expect(frame.planes[0].row8(2)[3] == 0 && device.brought.isEmpty)
    frame.noteDeviceChange(in: PixelRectangle(x1: 1, y1: 1, x2: 3, y2: 3))
    frame.noteDeviceChange(in: PixelRectangle(x1: 4, y1: 2, x2: 4, y2: 5))
    frame.noteDeviceChange(in: PixelRectangle(x1: 2, y1: 2, x2: 5, y2: 4))
    #expect(!frame.isHostComplete && device.brought.isEmpty)
    let planes = frame.planes
    // One copy for all changes, of the rectangle around them; an empty one changes nothing.
    #expect(device.brought == [PixelRectangle(x1: 1, y1: 1, x2: 5, y2: 4)])
    for y in 0..<6 {
      for x in 0..<8 { #expect(planes[0].row8(y)[x] == ((1..<5).contains(x) && (1..<4).contains(y) ? 9 : 0)) }
    }
    _ = frame.planes
    try frame.complete()
    #expect(device.brought.count == 1 && frame.isHostComplete)
  }

  @Test func aFrameOnACardHasPlanesOnceSomebodyAsks() throws {
    let device = FakeDevice(7)
    let frame = only(on: device)
    #expect(!frame.hasHost && !frame.isHostComplete && device.brought.isEmpty)
    frame.noteDeviceChange(in: PixelRectangle(x1: 1, y1: 1, x2: 3, y2: 3))
    let copy = frame.copy()
    #expect(device.brought == [whole])
    #expect(frame.hasHost && frame.isHostComplete)
    #expect(copy.planes[0].row8(5)[7] == 7 && copy.device == nil)
  }

  @Test func anotherPlaceOnTheCardKeepsWhatTheHostLacks() throws {
    let (first, second) = (FakeDevice(1), FakeDevice(2))
    let frame = only(on: first)
    frame.attach(second)
    #expect(!frame.hasHost)
    #expect(frame.planes[0].row8(0)[0] == 2)
    #expect(first.brought.isEmpty && second.brought == [whole])
  }

  @Test func leavingTheCardCompletesTheHost() throws {
    let device = FakeDevice(5)
    let frame = only(on: device)
    try frame.leaveDevice()
    #expect(frame.device == nil && frame.isHostComplete)
    #expect(frame.planes[0].row8(3)[3] == 5)
  }

  @Test func anotherFrameTakesThePlaceOnTheCard() throws {
    let device = FakeDevice(5)
    let (frame, copy) = (Frame(size: size, format: gray), Frame(size: size, format: gray))
    frame.attach(device)
    copy.takeDevice(from: frame)
    #expect(copy.device === device && frame.device == nil)
    copy.takeDevice(from: copy)
    #expect(copy.device === device)
    // What the card has newer would be lost.
    copy.noteDeviceChange(in: whole)
    frame.takeDevice(from: copy)
    #expect(frame.device == nil && copy.device === device)
  }

  @Test func aFailureIsSeenAtTheLatestAtTheEnd() {
    let frame = only(on: FakeDevice(5, fails: true))
    // Whoever asks has planes, if wrong ones.
    #expect(frame.planes.count == 1 && frame.planes[0].width == 8)
    #expect(throws: FakeDevice.Failure.self) { try frame.complete() }
    #expect(throws: FakeDevice.Failure.self) { try frame.leaveDevice() }
  }
}
