package import Faces
public import Imaging

/// Faces of a frame in hand that masks can be put on.
public protocol MaskedFaces: AnyObject {
  /// Frame → the face's window at `side` pixels: what the networks are shown.
  func windowTransform(face: Int, side: Int) -> AffineTransform
  /// Multiplies what may be pasted by a mask of the face's window, 0 (keep the frame) … 1, of any size.
  func apply(mask: PixelBufferF, face: Int)
}

/// The masks of `--face-mask-types` on the windows of the mesh swapper, which multiplies them into its own soft edge.
/// Owned by one worker.
///
/// The peer takes the region mask from the swapped crop; here it is taken from the target's face, whose place and pose
/// the new one has, so that all masks are ready before anything is painted.
package final class WindowMasks {
  /// Side of the window for the area mask and the published occluders, and for the parser.
  static let sides = (occluder: 256, parser: FaceParser.side)
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
    if let box { workspace.apply(mask: box, face: number) }
    if let occluder {
      try look(occluder, frame, workspace.windowTransform(face: number, side: OcclusionMasker.side))
      workspace.apply(mask: visible, face: number)
    }
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

  /// The network's answer is spread so that "rather not" is nothing and "rather yes" is all.
  private func look(_ occluder: OcclusionMasker, _ frame: Frame, _ transform: AffineTransform) throws {
    try visible.samples.withUnsafeMutableBufferPointer { values in
      try occluder.visible(in: frame, transform: transform, into: values)
      for index in values.indices { values[index] = min(max((values[index] - 0.25) * 2, 0), 1) }
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
