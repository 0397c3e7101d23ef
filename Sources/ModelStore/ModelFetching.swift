public import Foundation

/// Asks one address for what it holds. The one place where the store meets the network.
public protocol ModelFetching: Sendable {
  /// Sends one GET, follows nothing, and hands the answer to the receiver as it comes. Blocks until the answer is whole
  /// or given up.
  ///
  /// Throws `FetchFailure`, and what the receiver throws.
  func get(_ request: FetchRequest, _ receiver: any FetchReceiving) throws
}

/// One question to a server.
public struct FetchRequest: Sendable {
  public let url: URL
  public let headers: [String: String]
  /// The checked numeric addresses of the host: no other may be connected to. Empty where a proxy finds the host.
  public let addresses: [HostAddress]
  /// Nil = straight to the host.
  public let proxy: ProxyServer?
  public let limits: FetchLimits

  public init(
    url: URL, headers: [String: String] = [:], addresses: [HostAddress] = [], proxy: ProxyServer? = nil,
    limits: FetchLimits = FetchLimits()
  ) {
    self.url = url
    self.headers = headers
    self.addresses = addresses
    self.proxy = proxy
    self.limits = limits
  }
}

/// How long a server may take.
public struct FetchLimits: Sendable, Hashable {
  /// Seconds until the connection stands.
  public var connect = 5.0
  /// Seconds without a byte.
  public var idle = 30.0
  /// A transfer that brings less than `slowBytes` in `slowSeconds` has stalled.
  public var slowSeconds = 60.0
  public var slowBytes = 64 * 1024

  public init() {}
}

/// The first part of an answer.
public struct FetchHead: Sendable {
  public let status: Int
  /// By name in lower case.
  public let headers: [String: String]

  public init(status: Int, headers: [String: String]) {
    self.status = status
    self.headers = headers
  }
}

/// Takes an answer. Called by one thread at a time, not always the same.
public protocol FetchReceiving: Sendable {
  /// Returns whether the body is wanted; without it the transfer ends here.
  func received(_ head: FetchHead) throws -> Bool
  func received(_ bytes: [UInt8]) throws
}

/// Why an address gave nothing, or not all.
public struct FetchFailure: Error, Sendable {
  /// What sense there is in asking the same host again.
  public enum Repetition: Sendable {
    /// It would answer the same.
    case never
    /// The host cannot be reached at all; others can be.
    case once
    /// Networks and servers recover from this.
    case often
  }

  /// A sentence without the host's name at its start: "did not answer within 5 s".
  public let reason: String
  public let repetition: Repetition
  /// Seconds the server asked to wait; nil when it said nothing.
  public let retryAfter: Double?

  public init(_ reason: String, _ repetition: Repetition, retryAfter: Double? = nil) {
    self.reason = reason
    self.repetition = repetition
    self.retryAfter = retryAfter
  }
}
