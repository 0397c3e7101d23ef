package import Faces
public import Imaging

/// Faces of a frame in hand that masks can be put on.
public protocol MaskedFaces: AnyObject {
  /// Frame → the face's window at `side` pixels: what the networks are shown.
  func windowTransform(face: Int, side: Int) -> AffineTransform
  /// Multiplies what may be pasted by a mask of the face's window, 0 (keep the frame) … 1, of any size.
  func apply(mask: PixelBufferF, face: Int)
  /// The same for the one mask that all faces have: it may be kept from the first time on.
  func apply(constant mask: PixelBufferF, face: Int) throws
}

extension MaskedFaces {
  public func apply(constant mask: PixelBufferF, face: Int) throws { apply(mask: mask, face: face) }
}

/// The masks of `--face-mask-types` on the windows of the mesh swapper, which multiplies them into its own soft edge.
/// Owned by one worker.
///
/// The peer takes the region mask from the swapped crop; here it is taken from the target's face, whose place and pose
/// the new one has, so that all masks are ready before anything is painted.
package final class WindowMasks {
  /// Side of the window for the area mask and the published occluders, and for the parser.
  static let sides = (occluder: 256, parser: FaceParser.side)
  /// The network's answer from which on something shows, and how much more it takes until all does.
  private static let (hidden, range): (Float, Float) = (0.25, 0.5)
  private let box: PixelBufferF?
  private let occluder: OcclusionMasker?
  private let masker: FaceMasker?
  private let types: Set<FaceMaskType>
  private var visible = PixelBufferF(
    size: PixelSize(width: OcclusionMasker.side, height: OcclusionMasker.side), channels: 1, repeating: 1)
  private var samples: [Float] = []

  /// Loads what the options need.
  package init(options: FaceMaskOptions, networks: FaceNetworks) throws {
    let usesOwn = options.types.contains(.occlusion) && options.occluderModel == .likeness
    box =
      options.types.contains(.box)
      ? boxMask(size: NetSamples.side, blur: options.blur, padding: options.padding) : nil
    occluder = usesOwn ? try networks.occlusionMasker() : nil
    types = usesOwn ? options.types.subtracting([.occlusion]) : options.types
    let usesMasker = !types.isDisjoint(with: [.occlusion, .area, .region])
    masker = usesMasker ? try FaceMasker(networks: networks, options: options, honoring: types) : nil
  }

  /// Multiplies what may be pasted of a face by all masks.
  ///
  /// - Parameter number: The face's number in the workspace.
  package func apply(to workspace: some MaskedFaces, number: Int, face: Face, frame: Frame) throws {
    if let box { try workspace.apply(constant: box, face: number) }
    try applyOccluder(to: workspace, number: number, frame: frame)
    guard let masker else { return }
    func window(_ side: Int) -> PixelBuffer8 {
      crop(frame, workspace.windowTransform(face: number, side: side), side: side)
    }
    if types.contains(.occlusion) {
      workspace.apply(mask: try masker.occlusionMask(of: window(WindowMasks.sides.occluder)), face: number)
    }
    if types.contains(.area) {
      let side = WindowMasks.sides.occluder
      let points = workspace.windowTransform(face: number, side: side).apply(face.landmarks68)
      workspace.apply(mask: masker.areaMask(size: side, landmarks68: points), face: number)
    }
    if types.contains(.region) {
      workspace.apply(mask: try masker.regionMask(of: window(WindowMasks.sides.parser)), face: number)
    }
  }

  /// The occlusion network's part. Its answer is spread so that "rather not" is nothing and "rather yes" is all.
  private func applyOccluder(to workspace: some MaskedFaces, number: Int, frame: Frame) throws {
    guard let occluder else { return }
    let transform = workspace.windowTransform(face: number, side: OcclusionMasker.side)
    if let workspace = workspace as? DeviceMeshSwapper.Workspace,
      let answer = try occluder.answerOnCard(in: frame, transform: transform)
    {
      return try workspace.apply(
        answer: answer, size: visible.size, low: WindowMasks.hidden, range: WindowMasks.range, face: number)
    }
    try visible.samples.withUnsafeMutableBufferPointer { values in
      try occluder.visible(in: frame, transform: transform, into: values)
      for index in values.indices {
        values[index] = min(max((values[index] - WindowMasks.hidden) / WindowMasks.range, 0), 1)
      }
    }
    workspace.apply(mask: visible, face: number)
  }

  /// Asks again where half precision has failed: the network has gone over to single precision then. Waits for the
  /// answers that lie on the card.
  func settle(_ workspace: DeviceMeshSwapper.Workspace, number: Int, frame: Frame) throws {
    if try !workspace.hasFiniteAnswer(face: number) {
      try applyOccluder(to: workspace, number: number, frame: frame)
    }
  }

  /// The window as a B, G, R picture.
  private func crop(_ frame: Frame, _ transform: AffineTransform, side: Int) -> PixelBuffer8 {
    let count = 3 * side * side
    if samples.count < count { samples = [Float](repeating: 0, count: count) }
    samples.withUnsafeMutableBufferPointer {
      frame.sampleTensor(
        transform, size: PixelSize(width: side, height: side), order: .bgr, layout: .interleaved,
        scale: SIMD3(repeating: 1), bias: SIMD3(repeating: 0), border: .replicate,
        into: UnsafeMutableBufferPointer(rebasing: $0[0..<count]))
    }
    return PixelBuffer8(
      size: PixelSize(width: side, height: side), channels: 3,
      samples: samples.prefix(count).map { UInt8(min(max($0, 0), 255) + 0.5) })
  }
}
