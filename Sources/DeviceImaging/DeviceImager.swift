public import Imaging
public import Inference
import Synchronization

/// The kernels that cut, change and paste pictures on one card. Shared by all workers; each brings its own stream.
///
/// All of it computes what `Imaging` computes on the processor, within one code value of a sample.
public final class DeviceImager: Sendable {
  public let context: CUDAContext
  let frameKernels: KernelLibrary
  let pictureKernels: KernelLibrary
  let maskKernels: KernelLibrary
  let numberKernels: KernelLibrary
  let thumbnailKernels: KernelLibrary
  let lightKernels: KernelLibrary
  /// For pictures of frames.
  let pool: DeviceFramePool
  let lab = Mutex<DeviceLabTables?>(nil)
  let taps = Mutex<[ResizeAxis: DeviceAxisTaps]>([:])

  /// Loads the kernels; compiles them when they are not in the cache.
  ///
  /// - Parameters:
  ///   - compiler: called only when there is something to compile.
  ///   - cacheFolder: nil = `cache/kernels` in Likeness' home.
  public init(
    on context: CUDAContext, compiler: () throws -> KernelCompiler = KernelCompiler.open, cacheFolder: String? = nil
  ) throws {
    self.context = context
    func open(_ name: String) throws -> KernelLibrary {
      try KernelLibrary(DeviceKernels.source(name), on: context, compiler: compiler, cacheFolder: cacheFolder)
    }
    frameKernels = try open("frame.cu")
    pictureKernels = try open("picture.cu")
    maskKernels = try open("mask.cu")
    numberKernels = try open("numbers.cu")
    thumbnailKernels = try open("thumbnail.cu")
    lightKernels = try open("light.cu")
    pool = DeviceFramePool(on: context)
  }
}

/// Part of a frame, or of a picture, that is cut out into a tensor.
public struct DeviceCrop<Source: Sendable>: Sendable {
  public var source: Source
  /// Source → crop pixels.
  public var transform: AffineTransform

  public init(_ source: Source, _ transform: AffineTransform) {
    self.source = source
    self.transform = transform
  }
}

/// Where crops go and what their numbers are: number = display value (0…255) · scale + bias.
public struct DeviceCropTarget: Sendable {
  public enum Element: Int32, Sendable {
    case float32 = 0
    case float16 = 1
    /// Whole levels without scale and bias; only from pictures.
    case uint8 = 2

    var byteCount: Int { self == .float32 ? 4 : self == .float16 ? 2 : 1 }
  }

  /// Room for all crops, one behind the other.
  public var bytes: DeviceBytes
  /// Of one crop.
  public var size: PixelSize
  public var element: Element
  public var order: ChannelOrder
  public var layout: TensorLayout
  /// One value a channel, in the tensor's channel order.
  public var scale: SIMD3<Float>
  public var bias: SIMD3<Float>
  public var border: BorderMode

  public init(
    _ bytes: DeviceBytes, size: PixelSize, element: Element = .float32, order: ChannelOrder = .rgb,
    layout: TensorLayout = .planar, scale: SIMD3<Float> = .one, bias: SIMD3<Float> = .zero,
    border: BorderMode = .replicate
  ) {
    self.bytes = bytes
    self.size = size
    self.element = element
    self.order = order
    self.layout = layout
    self.scale = scale
    self.bias = bias
    self.border = border
  }

  /// Numbers of one crop.
  var count: Int { 3 * size.area }

  /// The part from one crop on.
  func dropFirst(_ crops: Int) -> DeviceCropTarget {
    var rest = self
    rest.bytes = bytes.dropFirst(crops * count * element.byteCount)
    return rest
  }

  func checkRoom(_ crops: Int) throws {
    guard crops * count * element.byteCount <= bytes.count else {
      throw InferenceError(
        .tensorMismatch,
        "\(crops) crops of \(size) need \(crops * count * element.byteCount) bytes, not \(bytes.count).")
    }
  }
}
