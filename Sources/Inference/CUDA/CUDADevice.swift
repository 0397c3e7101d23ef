/// The generation of a card, for example 9.0 (H100).
public struct ComputeCapability: Sendable, Hashable, Comparable, CustomStringConvertible {
  public let major: Int
  public let minor: Int

  public init(major: Int, minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// As compilers number it: 90 for 9.0, 120 for 12.0.
  public var number: Int { major * 10 + minor }
  public var description: String { "\(major).\(minor)" }

  public static func < (one: Self, other: Self) -> Bool { one.number < other.number }
}

/// A card, or an instance of one that is divided (MIG).
public struct CUDADevice: Sendable, Hashable {
  /// The place in the driver's list, as `CUDA_VISIBLE_DEVICES` leaves it; ONNX Runtime's `device_id` as well.
  public let ordinal: Int
  public let name: String
  /// `GPU-…`, or `MIG-…` for an instance.
  public let uuid: String
  public let capability: ComputeCapability
  /// Bytes. Of the instance when the card is divided.
  public let totalMemory: Int
  public let multiprocessors: Int
  public let hasMemoryPools: Bool

  /// Whether this is an instance of a divided card.
  public var isInstance: Bool { uuid.hasPrefix("MIG-") }

  /// The driver gives an instance a name of the form "NVIDIA A100-SXM4-40GB MIG 1g.5gb" and its own UUID.
  init(
    ordinal: Int, name: String, uuidBytes: [UInt8], capability: ComputeCapability, totalMemory: Int,
    multiprocessors: Int, hasMemoryPools: Bool
  ) {
    self.ordinal = ordinal
    self.name = name
    uuid = (name.contains(" MIG ") ? "MIG-" : "GPU-") + Self.text(uuidBytes)
    self.capability = capability
    self.totalMemory = totalMemory
    self.multiprocessors = multiprocessors
    self.hasMemoryPools = hasMemoryPools
  }

  /// Sixteen bytes as 8-4-4-4-12 hexadecimal digits.
  private static func text(_ bytes: [UInt8]) -> String {
    var text = ""
    for (index, byte) in bytes.enumerated() {
      if [4, 6, 8, 10].contains(index) { text += "-" }
      text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    return text
  }
}

extension CUDADriver {
  /// The device a user names: its place in the list (`0`), or its UUID or the beginning of it (`GPU-8f3a`, `MIG-…`).
  ///
  /// Throws `deviceMissing` when no device, or more than one, is meant.
  public func device(named name: String) throws -> CUDADevice {
    let all = try devices()
    let wanted = name.lowercased()
    let found: [CUDADevice]
    if let ordinal = Int(name) {
      found = all.filter { $0.ordinal == ordinal }
    } else {
      found = all.filter { wanted.count > 4 && $0.uuid.lowercased().hasPrefix(wanted) }
    }
    if let device = found.first, found.count == 1 { return device }
    let list = all.map { "\($0.ordinal) = \($0.name) (\($0.uuid))" }.joined(separator: "; ")
    throw InferenceError(
      .deviceMissing,
      found.isEmpty
        ? "There is no card \(name); there is: \(list)." : "The name \(name) is that of several cards: \(list).",
      hint: wanted.hasPrefix("mig-")
        ? "An instance is seen only when CUDA_VISIBLE_DEVICES names it." : "Name a card by its number or its UUID.")
  }
}
