import Foundation
import TOMLKit

/// Finds and reads `likeness-policy.toml` (`Documentation/policy.md`).
public enum PolicyFile {
  /// The operator's file. Where it exists nothing else is looked at, so no user's environment can weaken it.
  public static let operatorPath = "/etc/likeness/likeness-policy.toml"
  /// The variable of the environment that names a file where there is no operator's.
  public static let variable = "LIKENESS_POLICY"

  /// Where a policy comes from.
  public enum Origin: Sendable, Hashable, CustomStringConvertible {
    /// No file: ``SafeguardPolicy/init()``.
    case builtIn
    case file(String)

    public var description: String {
      switch self {
      case .builtIn: "built-in"
      case .file(let path): path
      }
    }
  }

  /// A policy and what every start says about it.
  public struct Loaded: Sendable, Hashable {
    public let policy: SafeguardPolicy
    public let origin: Origin
    /// SHA-256 of ``SafeguardPolicy/canonicalJSON``, 64 lower-case hex digits.
    public let hash: String
    /// Sentences to be logged as warnings: what is weaker than the defaults (``SafeguardPolicy/weakerThanDefault``), and
    /// what is odd about the file.
    public let warnings: [String]

    public init(policy: SafeguardPolicy, origin: Origin, oddities: [String] = []) throws {
      self.policy = policy
      self.origin = origin
      hash = try policy.hash
      warnings = policy.weakerThanDefault.map { "The safeguards are weaker than usual: \($0)." } + oddities
    }
  }

  /// The policy of this machine: the operator's file where it exists, else the one the environment names, else the
  /// built-in defaults.
  ///
  /// - Parameters:
  ///   - operatorPath: another place for the operator's file, for tests.
  ///   - environment: nil = the process's.
  /// - Throws: ``SafeguardsError`` of code `policy`: a file that is named but missing, cannot be read, is no TOML, has a
  ///   section or key that is not known, or a value that is not allowed.
  public static func load(
    operatorPath: String = operatorPath, environment: [String: String]? = nil
  ) throws -> Loaded {
    let named = (environment ?? ProcessInfo.processInfo.environment)[variable] ?? ""
    if try exists(operatorPath) {
      let ignored = named.isEmpty ? [] : ["\(variable) is ignored: \(operatorPath) exists and comes first."]
      return try Loaded(
        policy: read(operatorPath), origin: .file(operatorPath), oddities: oddities(operatorPath) + ignored)
    }
    guard !named.isEmpty else { return try Loaded(policy: SafeguardPolicy(), origin: .builtIn) }
    return try Loaded(policy: read(named), origin: .file(named), oddities: oddities(named))
  }

  /// The policy of one file; what it leaves out has its default.
  ///
  /// - Throws: as ``load(operatorPath:environment:)``.
  public static func read(_ path: String) throws -> SafeguardPolicy {
    try policy(text: text(path), name: path)
  }

  /// The policy that a file's text describes.
  ///
  /// - Parameter name: the file, for messages.
  static func policy(text: String, name: String) throws -> SafeguardPolicy {
    let document: TOMLTable
    do {
      document = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      let place = error.source.begin
      throw SafeguardsError(
        .policy, "\(name), line \(place.line), column \(place.column): \(error.description)", underlying: error)
    }
    var policy = SafeguardPolicy()
    for (section, content) in document {
      guard PolicyKey.sections.contains(section) else {
        throw SafeguardsError(
          .policy, "\(name) has \"\(section)\", which is no part of a policy.",
          hint: "Its sections are \(PolicyKey.sections.joined(separator: ", ")).")
      }
      guard let table = content.table else {
        throw SafeguardsError(
          .policy, "\(name): \(section) is \(describe(content)), not a section.", hint: "Write [\(section)].")
      }
      for (key, value) in table { try set(section, key, value, in: &policy, name) }
    }
    try checkTogether(policy, name)
    return policy
  }

  private static func set(
    _ section: String, _ name: String, _ value: any TOMLValueConvertible, in policy: inout SafeguardPolicy,
    _ file: String
  ) throws {
    guard let key = PolicyKey.all.first(where: { $0.section == section && $0.name == name }) else {
      throw SafeguardsError(
        .policy, "\(file): the section \(section) has the key \"\(name)\", which is not known.",
        hint: "Its keys are \(PolicyKey.names(in: section).joined(separator: ", ")).")
    }
    guard key.set(&policy, value) else {
      throw SafeguardsError(
        .policy, "\(file): \(section).\(name) is \(describe(value)).", hint: "Allowed: \(key.allowed).")
    }
  }

  /// What no key can tell by itself.
  private static func checkTogether(_ policy: SafeguardPolicy, _ name: String) throws {
    if let least = policy.similarity.minimum, let most = policy.similarity.maximum, least > most {
      throw SafeguardsError(
        .policy, "\(name): similarity.min-similarity, \(least), is above similarity.max-similarity, \(most).",
        hint: "Every swap would be refused.")
    }
    guard (policy.metadata.certificate == nil) == (policy.metadata.privateKey == nil) else {
      let missing = policy.metadata.certificate == nil ? "certificate" : "private-key"
      throw SafeguardsError(
        .policy, "\(name): metadata.\(missing) is missing.",
        hint: "A certificate and its private key are given together.")
    }
  }

  private static func describe(_ value: any TOMLValueConvertible) -> String {
    if let text = value.string { return "\"\(text)\"" }
    if let number = value.int { return "\(number)" }
    if let number = value.double { return "\(number)" }
    if let truth = value.bool { return "\(truth)" }
    return "of the type \(value.type.description)"
  }
}

// MARK: - The file itself

extension PolicyFile {
  /// A policy has a few hundred bytes; anything much longer is another file.
  private static let longest = 1 << 20

  /// Whether there is something at the path, if only a link to nowhere. What cannot be asked about counts as an error:
  /// a policy must not go unnoticed.
  private static func exists(_ path: String) throws -> Bool {
    do {
      _ = try FileManager.default.attributesOfItem(atPath: path)
      return true
    } catch let error as CocoaError where error.code == .fileReadNoSuchFile || error.code == .fileNoSuchFile {
      return false
    } catch {
      throw unreadable(path, error.localizedDescription, error)
    }
  }

  private static func text(_ path: String) throws -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw unreadable(path, "there is no such file", nil)
    }
    guard !isFolder.boolValue else { throw unreadable(path, "it is a folder", nil) }
    let data: Data
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      data = try file.read(upToCount: longest + 1) ?? Data()
    } catch {
      throw unreadable(path, error.localizedDescription, error)
    }
    guard data.count <= longest else { throw unreadable(path, "it has more than \(longest) bytes", nil) }
    guard let text = String(data: data, encoding: .utf8) else { throw unreadable(path, "it is not UTF-8", nil) }
    return text
  }

  private static func unreadable(_ path: String, _ reason: String, _ underlying: (any Error)?) -> SafeguardsError {
    SafeguardsError(
      .policy, "The policy \(path) cannot be read: \(reason).",
      hint: path == operatorPath ? "Ask who runs this machine." : "\(variable) names it.", underlying: underlying)
  }

  private static func oddities(_ path: String) -> [String] {
    let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let attributes = try? FileManager.default.attributesOfItem(atPath: real)
    guard let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue, mode & 0o022 != 0 else { return [] }
    return ["The policy \(path) can be changed by other users (mode \(String(mode, radix: 8)))."]
  }
}
