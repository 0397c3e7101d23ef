public import Crypto
import Foundation

/// A file that holds one key. It is made on first use with mode 0600; several programs that start at once agree on one.
///
/// A key that its group or others may read is refused: it may be known already.
public struct KeyFile: Sendable, Hashable {
  public let path: String

  /// Touches nothing.
  public init(path: String) { self.path = path }

  /// 32 random bytes, the file's whole content.
  ///
  /// - Parameter making: make the file when there is none.
  ///
  /// Throws `key` when the file is missing (and not to be made), of another length, no plain file or readable by others,
  /// and `storage` when it cannot be made.
  public func secret(making: Bool = true) throws -> [UInt8] {
    if making { try makeUnlessThere { (0..<32).map { _ in UInt8.random(in: .min ... .max) } } }
    let bytes = try read()
    guard bytes.count == 32 else {
      throw SafeguardsError(
        .key, "\(path) is no key: it has \(bytes.count) bytes, not 32.", hint: Self.replaceHint)
    }
    return bytes
  }

  /// An Ed25519 key, as PEM of its PKCS #8 form (RFC 8410), which `openssl pkey` reads.
  ///
  /// Throws as ``secret(making:)`` does.
  public func signingKey(making: Bool = true) throws -> Curve25519.Signing.PrivateKey {
    if making { try makeUnlessThere { Array(Ed25519PEM.text(of: Curve25519.Signing.PrivateKey()).utf8) } }
    let bytes = try read()
    guard let key = Ed25519PEM.privateKey(String(decoding: bytes, as: UTF8.self)) else {
      throw SafeguardsError(.key, "\(path) is no Ed25519 key in PEM.", hint: Self.replaceHint)
    }
    return key
  }

  public var exists: Bool { FileManager.default.fileExists(atPath: path) }

  private static let replaceHint =
    "Bring the file back from a copy. Without it what was marked or signed with it can no longer be told."

  private func makeUnlessThere(_ bytes: () -> [UInt8]) throws {
    guard !exists else { return }
    try NewFile.make(path) { draft in
      do {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: draft))
        try file.write(contentsOf: Data(bytes()))
        try file.close()
      } catch {
        throw SafeguardsError(
          .storage, "\(path) cannot be written: \(error.localizedDescription)", underlying: error)
      }
    }
  }

  private func read() throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw SafeguardsError(
        .key, "The key \(path) cannot be read: \(String(cString: strerror(errno))).",
        hint: errno == ENOENT ? "Bring the file, or change its path in the policy." : nil)
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      throw SafeguardsError(.key, "The key \(path) is no plain file.")
    }
    guard facts.st_mode & 0o077 == 0 else {
      throw SafeguardsError(
        .key, "Others than its owner may read or change the key \(path).", hint: "Run: chmod 600 '\(path)'")
    }
    do {
      return [UInt8](try file.read(upToCount: 4096) ?? Data())
    } catch {
      throw SafeguardsError(
        .key, "The key \(path) cannot be read: \(error.localizedDescription)", underlying: error)
    }
  }
}
