public import Faces
import Imaging

extension Stage {
  /// Enlarging whole frames.
  public static let frameEnhance = Stage(rawValue: "frame_enhance")
}

/// The processor `frame_enhancer`: enlarges whole frames with a network (vision.md §29).
public struct FrameEnhancer: PictureProcessorPlan {
  public let name = "frame_enhancer"
  public let model: FrameEnhancerModel
  /// How much of the network's picture is in the result, 0…1; the rest is a plain enlargement.
  public let blend: Double
  private let networks: FaceNetworks

  /// - Parameter blend: percent, 0…100.
  /// - Throws: ``ProcessorsError`` of code `option`.
  public init(model: FrameEnhancerModel, blend: Int, networks: FaceNetworks) throws {
    self.model = model
    self.blend = try blendShare(blend, option: "--frame-enhancer-blend")
    self.networks = networks
  }

  public var scale: Int { model.scale }
  public var worksWithoutFaces: Bool { true }

  public func makeWorker() throws -> any PictureProcessing {
    FrameEnhancerWorker(
      upscaler: try FrameUpscaler(session: try networks.open(model.id), model: model), blend: blend)
  }
}

/// The share of the new picture, of an option in percent.
///
/// - Throws: ``ProcessorsError`` of code `option` outside of 0…100.
func blendShare(_ percent: Int, option: String) throws -> Double {
  guard (0...100).contains(percent) else {
    throw ProcessorsError(.option, "\(option) is \(percent), which is not between 0 and 100.")
  }
  return Double(percent) / 100
}

/// The frame enhancer at work in one worker, which owns it.
public final class FrameEnhancerWorker: PictureProcessing {
  public private(set) var timings = StageTimings()
  private let upscaler: FrameUpscaler
  private let blend: Double

  /// - Parameter blend: 0…1.
  public init(upscaler: FrameUpscaler, blend: Double) {
    self.upscaler = upscaler
    self.blend = blend
  }

  /// Enlarges picture and mask. Returns 0: it knows nothing of faces.
  public func process(_ work: inout PictureWork) throws -> Int {
    try timings.measure(.frameEnhance) {
      work.picture = try upscaler.enlarge(work.picture, blend: blend)
      work.mask = work.mask.map { resize($0, to: work.picture.size) }
      work.note(changed: nil)
    }
    return 0
  }
}
