import Foundation

/// Where a download may go: which addresses a host has, which proxy leads there, which redirects are followed.
struct DownloadRoute: Sendable {
  var proxies = ProxySettings()
  /// The addresses of a host name, empty when it has none.
  var resolve: @Sendable (String) -> [HostAddress] = HostResolver.addresses(of:)

  /// Redirects followed for one file.
  static let maximumHops = 8

  /// What the address that was given allows its redirects.
  struct Origin: Sendable {
    let isSecure: Bool
    /// The host given is itself in a private network: a test, or a mirror of the operator's.
    let isPrivate: Bool
  }

  /// One address that may be asked, and how.
  struct Hop: Sendable {
    let url: URL
    let addresses: [HostAddress]
    let proxy: ProxyServer?
    let origin: Origin
  }

  /// The way to the address that was given.
  func first(_ url: URL) throws -> Hop {
    let (addresses, proxy) = try way(to: url)
    return Hop(
      url: url, addresses: proxy == nil ? addresses : [], proxy: proxy,
      origin: Origin(isSecure: url.scheme == "https", isPrivate: addresses.contains { !$0.isPublic }))
  }

  /// The way to where a server sends us.
  ///
  /// A server on the internet must not send us into a private network, nor away from TLS. The addresses checked are the
  /// ones connected to. Through a proxy it is the proxy that finds the host; what this machine knows of the host is
  /// checked then, too.
  func next(_ location: String, from hop: Hop) throws -> Hop {
    guard let url = URL(string: location, relativeTo: hop.url)?.absoluteURL else {
      throw FetchFailure("redirects to \"\(location)\", which is no address", .never)
    }
    if hop.origin.isSecure || hop.url.scheme == "https", url.scheme?.lowercased() != "https" {
      throw FetchFailure("redirects from https to \(url.absoluteString), which is not encrypted", .never)
    }
    let (addresses, proxy) = try way(to: url)
    if !hop.origin.isPrivate, let inner = addresses.first(where: { !$0.isPublic }) {
      throw FetchFailure(
        "redirects to \(url.absoluteString), which is \(inner), an address of a private or special network", .never)
    }
    return Hop(url: url, addresses: proxy == nil ? addresses : [], proxy: proxy, origin: hop.origin)
  }

  private func way(to url: URL) throws -> ([HostAddress], ProxyServer?) {
    guard let scheme = url.scheme, ["http", "https"].contains(scheme) else {
      throw FetchFailure("leads to \(url.absoluteString), which is neither http nor https", .never)
    }
    guard let host = url.host(), Self.isPlain(host), url.user() == nil, url.password() == nil else {
      throw FetchFailure("leads to \(url.absoluteString), an address this program does not ask", .never)
    }
    let addresses = resolve(host.trimmingCharacters(in: ["[", "]"]))
    let proxy = try proxies.proxy(for: url)
    guard proxy != nil || !addresses.isEmpty else {
      throw FetchFailure("is not known: the name \(host) has no address", .once)
    }
    return (addresses, proxy)
  }

  /// A host in letters, digits, `.`, `-` and `_`, or an IPv6 address: nothing that two programs could read differently.
  private static func isPlain(_ host: String) -> Bool {
    let bare = host.trimmingCharacters(in: ["[", "]"])
    if bare.contains(":") { return HostAddress(bare) != nil && !bare.contains("%") }
    return !host.isEmpty
      && host.utf8.allSatisfy { byte in
        (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || [0x2D, 0x2E, 0x5F].contains(byte)
      }
  }
}
