public import DeviceImaging
public import Imaging
public import Inference

/// Draws a visible label onto frames on a card, as ``VisibleLabel`` does on the processor. One worker owns it.
public final class DeviceLabel {
  public let label: VisibleLabel
  private let kernels: DeviceMarkKernels
  private let ink: DeviceMemory

  /// Brings the label's text to the card.
  ///
  /// - Parameter stream: of the worker; every frame must be drawn on it.
  public init(_ label: VisibleLabel, kernels: DeviceMarkKernels, on stream: CUDAStream) throws {
    self.label = label
    self.kernels = kernels
    ink = try stream.makeMemory(label.ink)
  }

  /// Draws the label when `time` (seconds from the start; 0 for a picture) lies in its span. Parts outside the frame are
  /// left out. When this throws, the frame is as it was.
  ///
  /// - Returns: the pixels that change; nil = none. Whoever uses the frame next waits for the stream, or for
  ///   `markWritten(on:)`, which is the caller's to call.
  /// - Throws: ``SafeguardsError`` (`marking`) for a frame with a plane of alpha, which is not on the card, or what the
  ///   card throws.
  public func draw(on frame: DeviceFrame, time: Double, on stream: CUDAStream) throws -> PixelRectangle? {
    guard frame.format.layout == .interleavedRGB || !frame.format.hasAlpha else {
      throw SafeguardsError(.marking, "The alpha of a frame in \(frame.format) is not on the card.")
    }
    let part = label.area.clamped(to: frame.size)
    guard label.isShown(at: time), !part.isEmpty else { return nil }
    try frame.wait(on: stream)
    var arguments = frame.arguments
    let area = label.area
    arguments.append(ink.address)
    arguments.append(contentsOf: [area.x1, area.y1, area.x2, area.y2].map { Int32($0) })
    let codes = VisibleLabel.codes(frame.format, frame.color)
    arguments.append(contentsOf: [codes.black, codes.white, codes.neutral].map { Float($0) })
    arguments.append(VisibleLabel.plateShare)
    var layers = 1
    if case .planarYUV = frame.format.layout { layers = 3 }
    try kernels.label.launch(
      on: stream, LaunchGrid(width: area.x2 - area.x1, height: area.y2 - area.y1, layers: layers), arguments)
    return part
  }
}
