import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// The client's errors in the words of the store.
enum FailureWords {
  /// Errors of the receiver pass as they are.
  static func failure(_ error: any Error, limits: FetchLimits) -> any Error {
    switch error {
    case is FetchFailure, is ModelStoreError: error
    case let error as HTTPClientError: client(error, limits)
    case let error as NIOConnectionError: unreachable(error)
    case let error as IOError where isRefusal(error.errnoCode):
      FetchFailure("cannot be reached: \(words(error))", .once)
    case let error as IOError: FetchFailure("broke the connection off: \(words(error))", .often)
    case is HTTPParserError: FetchFailure("broke off, or does not speak HTTP: \(error)", .often)
    case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
      FetchFailure(trust("\(error)"), .never)
    case ChannelError.connectTimeout: FetchFailure("did not answer within \(seconds(limits.connect))", .once)
    default: FetchFailure("failed: \(error)", .often)
    }
  }

  /// The library's text names source files; its reason is what a user can use.
  private static func trust(_ text: String) -> String {
    if text.contains("CERTIFICATE_VERIFY_FAILED") || text.contains("failedToValidateHostname") {
      return "cannot be trusted: its certificate is none that this machine accepts for that name"
    }
    let reason = text.firstMatch(of: /OPENSSL_internal:([A-Z0-9_]+)/).map { String($0.1) } ?? text
    return "cannot be reached over TLS: \(reason)"
  }

  private static func client(_ error: HTTPClientError, _ limits: FetchLimits) -> FetchFailure {
    switch error {
    case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout,
      .socksHandshakeTimeout:
      FetchFailure("did not answer within \(seconds(limits.connect))", .once)
    case .readTimeout: FetchFailure("sent nothing for \(seconds(limits.idle))", .often)
    case .remoteConnectionClosed: FetchFailure("closed the connection before the end", .often)
    case .proxyAuthenticationRequired: FetchFailure("is behind a proxy that wants a name and password", .never)
    case .invalidProxyResponse: FetchFailure("is behind a proxy that does not let us through", .once)
    default: FetchFailure("failed: \(error.description)", .often)
    }
  }

  private static func unreachable(_ error: NIOConnectionError) -> FetchFailure {
    let reason = error.connectionErrors.first.map { "\($0.error)" } ?? "its name has no address"
    return FetchFailure("cannot be reached: \(reason)", .once)
  }

  private static func isRefusal(_ number: CInt) -> Bool {
    [ECONNREFUSED, ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL, ETIMEDOUT].contains(number)
  }

  private static func words(_ error: IOError) -> String { String(cString: strerror(error.errnoCode)) }

  private static func seconds(_ value: Double) -> String {
    value == value.rounded() ? "\(Int(value)) s" : "\(value) s"
  }
}
