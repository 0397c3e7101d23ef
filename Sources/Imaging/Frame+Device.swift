/// A picture in the memory of a card. The planes of the ``Frame`` that holds it may be older.
public protocol FrameDevice: AnyObject, Sendable {
  /// Copies a part, in pixels of the picture, into the frame's planes, and returns when they hold it. Whole chroma cells
  /// may be copied. Alpha stays as it is.
  func bring(_ part: PixelRectangle, to frame: Frame) throws

  /// What ``Frame/lumaThumbnail(columns:rows:)`` gives, computed on the card; nil where the card cannot.
  func lumaThumbnail(columns: Int, rows: Int) -> [UInt8]?
}

extension FrameDevice {
  public func lumaThumbnail(columns: Int, rows: Int) -> [UInt8]? { nil }
}

/// How a frame hangs together with the same picture on a card.
@usableFromInline
struct DeviceLink {
  var device: (any FrameDevice)?
  /// What of the host's planes is older than the card's; nil = nothing.
  var behind: PixelRectangle? {
    didSet { isBehind = behind != nil }
  }
  @usableFromInline private(set) var isBehind = false
  /// Makes the host's planes; nil when they are there.
  var makeHost: (@Sendable () throws -> (planes: [Frame.Plane], release: @Sendable () -> Void))?
  /// Why the planes could not be brought up to date.
  var failure: (any Error)?

  init() {}

  init(
    device: any FrameDevice, behind: PixelRectangle,
    makeHost: @escaping @Sendable () throws -> (planes: [Frame.Plane], release: @Sendable () -> Void)
  ) {
    self.device = device
    self.behind = behind
    self.makeHost = makeHost
    isBehind = true
  }
}

extension Frame {
  /// The same picture on a card, when it is there too. Stages that work on a card ask for their own type.
  public var device: (any FrameDevice)? { link.device }

  /// Whether there are planes on the host; else the frame lies only on a card.
  public var hasHost: Bool { link.makeHost == nil }

  /// Whether the host's planes show what the card's show.
  public var isHostComplete: Bool { !link.isBehind }

  /// The picture lies in this memory of a card too, or now instead of where it lay before. What the host's planes lack
  /// they lack still.
  public func attach(_ device: any FrameDevice) { link.device = device }

  /// The picture was changed on the card alone. Its planes on the host follow when they are asked for.
  public func noteDeviceChange(in part: PixelRectangle) {
    precondition(link.device != nil, "only a frame on a card is changed there")
    guard !part.isEmpty else { return }
    link.behind = link.behind.map { $0.union(part) } ?? part
  }

  /// Brings the host's planes up to date.
  ///
  /// - Throws: what the copy throws; also when it failed for somebody who asked for the planes before.
  public func complete() throws {
    if link.isBehind { catchUp() }
    if let failure = link.failure { throw failure }
  }

  /// To be called before, or after, the planes are changed on the host alone: they are brought up to date, and the
  /// picture on the card is let go.
  public func leaveDevice() throws {
    try complete()
    link.device = nil
  }

  /// Takes over the picture on the card from a frame with the same content.
  public func takeDevice(from other: Frame) {
    guard other !== self, other.isHostComplete else { return }
    link.device = other.link.device
    other.link.device = nil
  }

  @usableFromInline
  func catchUp() {
    guard let part = link.behind, let device = link.device else { return }
    // Whoever copies asks for the planes as well.
    link.behind = nil
    do {
      if let makeHost = link.makeHost {
        let made = try makeHost()
        takeHost(made.planes, release: made.release)
        link.makeHost = nil
      }
      try device.bring(part, to: self)
    } catch {
      link.failure = error
      // Planes are never missing: whoever asked for them goes on until the failure is seen.
      if host.isEmpty { takeHost(ofEmpty: Frame(size: size, format: format, color: color)) }
    }
  }

  private func takeHost(ofEmpty frame: Frame) {
    link.makeHost = nil
    takeHost(frame.planes) { withExtendedLifetime(frame) {} }
  }
}
