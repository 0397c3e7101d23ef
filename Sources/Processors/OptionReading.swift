/// The values of options, by key (``OptionSpec/key``), wherever they were given.
///
/// Asking for a key that no option has is a programmer's error; asking for one that is not set gives nil or nothing.
public protocol OptionReading: Sendable {
  /// All values of an option; empty when it is not set.
  func strings(_ key: String) -> [String]
}

extension OptionReading {
  public func string(_ key: String) -> String? { strings(key).first }

  public func integer(_ key: String) -> Int? { string(key).flatMap { Int($0) } }

  public func integers(_ key: String) -> [Int] { strings(key).compactMap { Int($0) } }

  public func number(_ key: String) -> Double? { string(key).flatMap { Double($0) } }

  public func flag(_ key: String) -> Bool { string(key).flatMap(OptionSpec.truth) ?? false }

  /// Top, right, bottom, left: one value = all sides, two = vertical and horizontal, three = top, sides, bottom.
  public func spacing(_ key: String) -> (top: Int, right: Int, bottom: Int, left: Int) {
    let values = integers(key)
    switch values.count {
    case 1: return (values[0], values[0], values[0], values[0])
    case 2: return (values[0], values[1], values[0], values[1])
    case 3: return (values[0], values[1], values[2], values[1])
    case 4...: return (values[0], values[1], values[2], values[3])
    default: return (0, 0, 0, 0)
    }
  }
}
