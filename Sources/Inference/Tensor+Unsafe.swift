import COnnxRuntime

/// A number type that a ``Tensor`` can hold. Half precision is held as its 16 bits.
public protocol TensorElement: BitwiseCopyable, Sendable {
  static var elementType: ElementType { get }
}

extension Float: TensorElement { public static var elementType: ElementType { .float32 } }
extension UInt8: TensorElement { public static var elementType: ElementType { .uint8 } }
extension Int32: TensorElement { public static var elementType: ElementType { .int32 } }
extension Int64: TensorElement { public static var elementType: ElementType { .int64 } }
extension Double: TensorElement { public static var elementType: ElementType { .float64 } }
extension UInt16: TensorElement { public static var elementType: ElementType { .float16 } }

/// A dense row-major array of numbers, aligned to 64 bytes, handed to the runtime without copying.
///
/// Make it once, fill it for each run. It belongs to one worker at a time.
public final class Tensor {
  public let shape: [Int]
  public let type: ElementType
  /// Number of elements, the product of the shape (1 for a scalar).
  public let count: Int
  private let memory: UnsafeMutableRawPointer
  /// The runtime's view of the memory, made at the first run. Outputs that the runtime allocated live in it.
  private var value: OpaquePointer?
  private var runtime: OnnxRuntime?
  private let ownsMemory: Bool

  /// A tensor of zeros. Sizes are 0 or more.
  public init(shape: [Int], type: ElementType = .float32) {
    precondition(shape.allSatisfy { $0 >= 0 }, "a tensor's sizes are 0 or more, not \(shape)")
    self.shape = shape
    self.type = type
    count = shape.reduce(1, *)
    let bytes = max(count * type.byteCount, 64)
    memory = .allocate(byteCount: bytes, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    ownsMemory = true
  }

  /// A tensor with these elements; their number must be the product of the shape.
  public convenience init<Element: TensorElement>(shape: [Int], elements: [Element]) {
    self.init(shape: shape, type: Element.elementType)
    setElements(elements)
  }

  /// Takes over a value that the runtime allocated.
  init(shape: [Int], type: ElementType, memory: UnsafeMutableRawPointer, value: OpaquePointer, runtime: OnnxRuntime) {
    self.shape = shape
    self.type = type
    count = shape.reduce(1, *)
    self.memory = memory
    self.value = value
    self.runtime = runtime
    ownsMemory = false
  }

  deinit {
    if let value, let runtime { runtime.api.ReleaseValue(value) }
    if ownsMemory { memory.deallocate() }
  }

  // MARK: Elements

  /// The elements in place. `Element` must be the tensor's own type.
  @inlinable
  public func withMutableElements<Element: TensorElement, Result>(
    as _: Element.Type, _ body: (UnsafeMutableBufferPointer<Element>) throws -> Result
  ) rethrows -> Result {
    precondition(Element.elementType == type, "the tensor holds \(type), not \(Element.elementType)")
    let bytes = rawBytes
    return try body(
      UnsafeMutableBufferPointer(start: bytes.baseAddress?.assumingMemoryBound(to: Element.self), count: count))
  }

  /// The elements of a float32 tensor in place.
  @inlinable
  public func withMutableFloats<Result>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    try withMutableElements(as: Float.self, body)
  }

  /// The whole memory as bytes, `count * type.byteCount` long.
  public var rawBytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: memory, count: count * type.byteCount)
  }

  /// A copy of the elements.
  public func elements<Element: TensorElement>(as _: Element.Type) -> [Element] {
    withMutableElements(as: Element.self) { Array($0) }
  }

  /// Replaces all elements; their number must be ``count``.
  public func setElements<Element: TensorElement>(_ elements: [Element]) {
    precondition(elements.count == count, "\(elements.count) elements do not fill the shape \(shape)")
    withMutableElements(as: Element.self) { target in
      for index in elements.indices { target[index] = elements[index] }
    }
  }

  /// A copy of the elements of a float32 or float16 tensor as floats; setting rounds to the tensor's own type.
  public var floats: [Float] {
    get {
      type == .float16 ? elements(as: UInt16.self).map(Float.init(halfBits:)) : elements(as: Float.self)
    }
    set {
      if type == .float16 { setElements(newValue.map(\.halfBits)) } else { setElements(newValue) }
    }
  }

  // MARK: For the session

  /// The runtime's handle on this memory, made once and kept.
  func runtimeValue(_ runtime: OnnxRuntime) throws -> OpaquePointer {
    if let value, self.runtime === runtime { return value }
    if let value, let old = self.runtime {
      precondition(ownsMemory, "an output of one runtime cannot be handed to another")
      old.api.ReleaseValue(value)
      self.value = nil
    }
    var made: OpaquePointer?
    let sizes = shape.map(Int64.init)
    let status = runtime.api.CreateTensorWithDataAsOrtValue(
      runtime.memoryInfo, memory, count * type.byteCount, sizes, sizes.count, type.rawValue, &made)
    try runtime.check(status, .runFailed, "The runtime cannot take a tensor of shape \(TensorInfo.text(shape))")
    guard let made else { throw InferenceError(.runFailed, "The runtime made no tensor and gave no reason.") }
    value = made
    self.runtime = runtime
    return made
  }

  /// The first element that is infinite or "not a number", or nil. Integer tensors have none.
  public func firstNotFinite() -> Int? {
    switch type {
    case .float32: return withMutableFloats { areFinite($0) ? nil : $0.firstIndex { !$0.isFinite } }
    // In half precision all exponent bits are set exactly for infinities and "not a number".
    case .float16: return withMutableElements(as: UInt16.self) { $0.firstIndex { $0 & 0x7C00 == 0x7C00 } }
    case .float64: return withMutableElements(as: Double.self) { $0.firstIndex { !$0.isFinite } }
    case .uint8, .int32, .int64: return nil
    }
  }
}

/// Sixteen at a time: a finite number times zero is zero, any other is "not a number", and stays so in a sum.
private func areFinite(_ numbers: UnsafeMutableBufferPointer<Float>) -> Bool {
  let whole = numbers.count & ~15
  var sum = SIMD16<Float>.zero
  for start in stride(from: 0, to: whole, by: 16) {
    guard let base = numbers.baseAddress else { break }
    sum += UnsafeRawPointer(base + start).loadUnaligned(as: SIMD16<Float>.self) * 0
  }
  return all(sum .== 0) && numbers[whole...].allSatisfy(\.isFinite)
}
