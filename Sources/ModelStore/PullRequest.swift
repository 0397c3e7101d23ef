/// What a pull is told beside the models.
public struct PullRequest: Sendable {
  /// `github`, `huggingface` in the order they are asked; nil = all, in the catalogue's order.
  public var providers: [String]?
  /// Names of licences the user accepts.
  public var acceptedLicences: [String]
  /// Whether a file that differs from the one recorded earlier may take its place.
  public var renews: Bool

  public init(providers: [String]? = nil, acceptedLicences: [String] = [], renews: Bool = false) {
    self.providers = providers
    self.acceptedLicences = acceptedLicences
    self.renews = renews
  }
}

/// What happens during a pull, in order. Events of a transfer come from another thread than the caller's.
public enum PullEvent: Sendable {
  /// The right file is there.
  case present(ModelEntry)
  /// Another process fetches the file; its end is awaited.
  case waiting(ModelEntry)
  /// So many bytes are here, of so many (nil when the host does not say).
  case progress(ModelEntry, host: String, done: Int, total: Int?)
  /// The host is asked again after so many seconds.
  case retrying(ModelEntry, host: String, reason: String, seconds: Double)
  /// The host is given up.
  case failed(ModelEntry, host: String, reason: String)
  /// The file is in its place.
  case fetched(ModelEntry, size: Int)
}
