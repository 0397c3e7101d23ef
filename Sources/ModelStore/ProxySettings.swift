public import Foundation

/// A proxy between this machine and the hosts.
public struct ProxyServer: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// Asked with CONNECT.
    case http
    /// SOCKS 5 without a password.
    case socks
  }

  public let kind: Kind
  public let host: String
  public let port: Int
  public let user: String?
  public let password: String?
}

/// The proxies named by the environment, with the names and rules of curl: `https_proxy` or `HTTPS_PROXY` for https,
/// `http_proxy` (in small letters alone) for http, `all_proxy` or `ALL_PROXY` for both, none for the hosts of `no_proxy`
/// or `NO_PROXY`.
public struct ProxySettings: Sendable {
  private let environment: [String: String]

  public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    self.environment = environment
  }

  /// Nil when the address is asked without one. Throws `optionInvalid` for a proxy that is none or of another kind.
  public func proxy(for url: URL) throws -> ProxyServer? {
    guard let host = url.host(), !isExcluded(host, port: url.port) else { return nil }
    let names = url.scheme == "https" ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"]
    guard let (name, text) = first(of: names + ["all_proxy", "ALL_PROXY"]) else { return nil }
    return try Self.server(text, name: name)
  }

  private func first(of names: [String]) -> (String, String)? {
    for name in names {
      if let text = environment[name] {
        // A variable set to nothing takes the proxy away, as with curl.
        return text.isEmpty ? nil : (name, text)
      }
    }
    return nil
  }

  private static func server(_ text: String, name: String) throws -> ProxyServer {
    let address = text.contains("://") ? text : "http://" + text
    let kinds: [String: ProxyServer.Kind] = ["http": .http, "socks5": .socks, "socks5h": .socks]
    guard let url = URL(string: address), let scheme = url.scheme?.lowercased(), let host = url.host(), !host.isEmpty
    else {
      throw ModelStoreError(.optionInvalid, "\(name) is \"\(withoutPassword(text))\", which is no proxy's address.")
    }
    guard let kind = kinds[scheme] else {
      throw ModelStoreError(
        .optionInvalid, "\(name) is \"\(withoutPassword(text))\": proxies of the kind \(scheme) are not spoken to.",
        hint: "Known kinds: http, socks5.")
    }
    return ProxyServer(
      kind: kind, host: host.trimmingCharacters(in: ["[", "]"]), port: url.port ?? 1080,
      user: url.user(percentEncoded: false), password: url.password(percentEncoded: false))
  }

  private static func withoutPassword(_ text: String) -> String {
    guard let at = text.lastIndex(of: "@") else { return text }
    return "…" + text[at...]
  }

  private func isExcluded(_ host: String, port: Int?) -> Bool {
    let list = environment["no_proxy"] ?? environment["NO_PROXY"] ?? ""
    let bare = host.trimmingCharacters(in: ["[", "]"]).lowercased()
    return list.split { $0 == "," || $0 == " " }.contains { word in
      Self.matches(bare, port: port, rule: word.lowercased())
    }
  }

  /// `*`, a name with all below it (a leading dot makes no difference), an address, a block `a.b.c.d/n`, each with
  /// `:port` if wanted.
  private static func matches(_ host: String, port: Int?, rule: String) -> Bool {
    if rule == "*" { return true }
    var rule = rule
    // A port stands behind the only colon, or behind the bracket of an IPv6 address.
    if let colon = rule.lastIndex(of: ":"), let only = Int(rule[rule.index(after: colon)...]),
      rule.firstIndex(of: ":") == colon || rule[..<colon].hasSuffix("]")
    {
      if only != port { return false }
      rule = String(rule[..<colon])
    }
    rule = rule.trimmingCharacters(in: ["[", "]"])
    if let address = HostAddress(host) { return address.lies(in: rule) }
    let name = rule.hasPrefix(".") ? String(rule.dropFirst()) : rule
    return !name.isEmpty && (host == name || host.hasSuffix("." + name))
  }
}
