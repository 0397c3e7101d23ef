import AsyncHTTPClient
public import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Asks hosts with async-http-client: TLS, proxies and time limits are its own.
///
/// Every question gets a client of its own, because the addresses a host may have differ from one to the next.
public final class AsyncHTTPFetcher: ModelFetching {
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let certificates: String?

  /// - Parameter environment: `SSL_CERT_FILE` names the certificates to trust instead of the system's, as with OpenSSL
  ///   and curl; needed behind proxies that open TLS.
  public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    certificates = environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
  }

  deinit { group.shutdownGracefully { _ in } }

  /// Addresses tried for one host.
  private static let maximumAddresses = 4

  public func get(_ request: FetchRequest, _ receiver: any FetchReceiving) throws {
    // A proxy finds the host itself.
    guard request.proxy == nil, !request.addresses.isEmpty else { return try get(request, at: nil, receiver) }
    let addresses = request.addresses.prefix(Self.maximumAddresses)
    for address in addresses.dropLast() {
      do {
        return try get(request, at: address, receiver)
      } catch let failure as FetchFailure where failure.repetition == .once {
        // This address does not answer; the host has others.
        continue
      }
    }
    try get(request, at: addresses.last, receiver)
  }

  private func get(_ request: FetchRequest, at address: HostAddress?, _ receiver: any FetchReceiving) throws {
    let client = HTTPClient(eventLoopGroup: group, configuration: try configuration(request, address: address))
    defer { try? client.syncShutdown() }
    let delegate = ReceivingDelegate(receiver)
    do {
      let question = try HTTPClient.Request(
        url: request.url, headers: HTTPHeaders(request.headers.map { ($0.key, $0.value) }))
      try client.execute(request: question, delegate: delegate).wait()
    } catch ReceivingDelegate.Stop.unwanted {
      return
    } catch {
      throw FailureWords.failure(error, limits: request.limits)
    }
  }

  private func configuration(_ request: FetchRequest, address: HostAddress?) throws -> HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(connect: Self.time(request.limits.connect), read: Self.time(request.limits.idle)))
    configuration.httpVersion = .http1Only
    configuration.connectionPool.retryConnectionEstablishment = false
    if let address, let host = request.url.host(), HostAddress(host) == nil {
      // The name stays in the Host header and in TLS; only the address is ours.
      configuration.dnsOverride = [host: address.description]
    }
    if let certificates {
      guard FileManager.default.isReadableFile(atPath: certificates) else {
        throw ModelStoreError(.optionInvalid, "SSL_CERT_FILE is \(certificates), which is no file that can be read.")
      }
      var tls = TLSConfiguration.makeClientConfiguration()
      tls.trustRoots = .file(certificates)
      configuration.tlsConfiguration = tls
    }
    configuration.proxy = request.proxy.map { proxy in
      guard proxy.kind == .http else { return .socksServer(host: proxy.host, port: proxy.port) }
      let authorization = proxy.user.map { name in
        HTTPClient.Authorization.basic(username: name, password: proxy.password ?? "")
      }
      return .server(host: proxy.host, port: proxy.port, authorization: authorization)
    }
    return configuration
  }

  private static func time(_ seconds: Double) -> TimeAmount { .nanoseconds(Int64(seconds * 1e9)) }
}
