/// The bytes of a C struct, built field by field: each number goes to the next place its own size divides.
///
/// For structs with arrays in them, which Swift has no match for. Whole nested structs are put in by their fields, with
/// ``align(_:)`` where they begin and end.
public struct KernelArguments: Sendable, Hashable {
  public private(set) var bytes: [UInt8] = []
  private var alignment = 1

  public init() {}

  /// Appends a number.
  public mutating func append<Number: BitwiseCopyable>(_ number: Number) {
    align(MemoryLayout<Number>.alignment)
    withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
  }

  /// Appends numbers one after the other, as an array.
  public mutating func append<Number: BitwiseCopyable>(contentsOf numbers: some Sequence<Number>) {
    for number in numbers { append(number) }
  }

  /// Appends another struct as a field.
  public mutating func append(_ part: KernelArguments) {
    align(part.alignment)
    bytes.append(contentsOf: part.padded)
  }

  /// Goes on at a multiple of `size` bytes.
  public mutating func align(_ size: Int) {
    alignment = max(alignment, size)
    let rest = bytes.count % size
    if rest != 0 { bytes.append(contentsOf: repeatElement(0, count: size - rest)) }
  }

  /// Appends zeros up to a place, for the unused rest of an array.
  public mutating func pad(to count: Int) {
    if bytes.count < count { bytes.append(contentsOf: repeatElement(0, count: count - bytes.count)) }
  }

  /// As long as the struct in C: a multiple of its largest number.
  public var padded: [UInt8] {
    var copy = self
    copy.align(alignment)
    return copy.bytes
  }
}
