public import Foundation

/// A host that publishes model files.
public struct DownloadHost: Sendable, Hashable, Codable {
  /// `github` or `huggingface`; a provider may have several hosts.
  public let provider: String
  /// Scheme and host, for example `https://github.com`.
  public let base: String
  /// Path with the marks `{release}` and `{file}`.
  public let path: String

  /// The address of a file; nil when base and path give none.
  public func url(release: String, file: String) -> URL? {
    let text = base + path.replacing("{release}", with: release).replacing("{file}", with: file)
    guard let url = URL(string: text), let scheme = url.scheme, ["http", "https"].contains(scheme),
      url.host()?.isEmpty == false
    else { return nil }
    return url
  }
}

extension [DownloadHost] {
  /// The hosts of the providers named, in the order named.
  ///
  /// - Parameter override: an operator's mirror, usually `$LIKENESS_DOWNLOAD_BASE`: one base address for every
  ///   provider, or `provider=address` pairs separated by spaces or commas for some. A provider with a base of its own
  ///   is asked there and nowhere else.
  ///
  /// Throws `optionInvalid` for a provider or address that is none.
  public func chosen(providers: [String]? = nil, override: String? = nil) throws -> [DownloadHost] {
    let known = providersInOrder
    let bases = try Self.bases(override ?? "", known: known)
    return try (providers ?? known).flatMap { provider in
      let hosts = filter { $0.provider == provider }
      guard let first = hosts.first else {
        throw ModelStoreError(
          .optionInvalid, "There is no download provider \"\(provider)\".",
          hint: "Known providers: \(known.joined(separator: ", ")).")
      }
      guard let base = bases[provider] else { return hosts }
      return [DownloadHost(provider: provider, base: base, path: first.path)]
    }
  }

  private var providersInOrder: [String] {
    reduce(into: []) { names, host in if !names.contains(host.provider) { names.append(host.provider) } }
  }

  private static func bases(_ text: String, known: [String]) throws -> [String: String] {
    var bases: [String: String] = [:]
    for word in text.split(whereSeparator: { $0 == " " || $0 == "," }) {
      let pair = word.split(separator: "=", maxSplits: 1).map(String.init)
      let isPair = pair.count == 2 && known.contains(pair[0])
      let (providers, address) = isPair ? ([pair[0]], pair[1]) : (known, String(word))
      var base = address
      while base.hasSuffix("/") { base.removeLast() }
      guard DownloadHost(provider: "", base: base, path: "/").url(release: "", file: "") != nil else {
        throw ModelStoreError(
          .optionInvalid, "\"\(address)\" is no base address of a download mirror.",
          hint: "LIKENESS_DOWNLOAD_BASE takes http(s)://HOST[:PORT][/PATH], or github=… huggingface=….")
      }
      for provider in providers { bases[provider] = base }
    }
    return bases
  }
}
