import Crypto
import Foundation

/// CUDA C++ source of kernels, with the headers it includes.
public struct KernelSource: Sendable, Hashable {
  /// As messages show it, for example `frame.cu`.
  public let name: String
  public let text: String
  /// Text by the name in `#include`.
  public let headers: [String: String]

  public init(name: String, text: String, headers: [String: String] = [:]) {
    self.name = name
    self.text = text
    self.headers = headers
  }

  /// SHA-256 of all texts and names, as hexadecimal digits, together with what else decides the result.
  func digest(_ conditions: [String]) -> String {
    var hash = SHA256()
    for part in [name, text] + headers.sorted(by: { $0.key < $1.key }).flatMap({ [$0.key, $0.value] }) + conditions {
      // Lengths keep the parts apart.
      hash.update(data: Data("\(part.utf8.count) ".utf8))
      hash.update(data: Data(part.utf8))
    }
    return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
