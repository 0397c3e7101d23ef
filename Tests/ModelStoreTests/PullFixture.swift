import Foundation
import Synchronization
import TestSupport

@testable import ModelStore

/// A store whose published files are on local servers, and everything a pull does seen from outside.
final class PullFixture: Sendable {
  let peer: PeerFixture
  let log = PullLog()
  let limits: FetchLimits
  let environment: [String: String]
  let maximum: Int

  static let sum = CRC32.text(of: PeerFixture.bytes)
  static let model = "/github/3.0.0/tiny.onnx"
  static let hash = "/github/3.0.0/tiny.hash"

  init(
    _ servers: [LocalServer], base: String? = nil, connect: Double = 20, idle: Double = 20, maximum: Int = 1 << 20,
    environment: [String: String] = [:]
  ) throws {
    let bases = servers.map(\.base) + [base].compactMap { $0 }
    let providers = ["github", "huggingface", "third"]
    peer = try PeerFixture(bases: zip(providers, bases).map { (provider: $0, base: $1) })
    var limits = FetchLimits()
    limits.connect = connect
    limits.idle = idle
    self.limits = limits
    self.environment = environment
    self.maximum = maximum
  }

  /// A server that answers `.hash` with the sum, and everything else with the handler.
  static func server(sum: String = sum, _ handler: @escaping LocalServer.Handler) throws -> LocalServer {
    try LocalServer { request, connection in
      if request.target.hasSuffix(".hash") {
        connection.respond(200, Array(sum.utf8))
      } else {
        handler(request, connection)
      }
    }
  }

  func pull(
    _ names: [String] = ["tiny"], _ request: PullRequest = PullRequest(), modelsPath: String? = nil,
    with fetcher: (any ModelFetching)? = nil, route: DownloadRoute? = nil,
    onEvent: (@Sendable (PullEvent) -> Void)? = nil
  ) throws {
    let store = try peer.store(modelsPath: modelsPath)
    var surroundings = PullSurroundings()
    surroundings.environment = environment
    surroundings.route = route
    surroundings.limits = limits
    surroundings.maximum = maximum
    surroundings.sleep = { [log] in log.slept($0) }
    surroundings.chance = { 0 }
    try store.pull(
      names.flatMap { try store.catalogue.entries(named: $0) }, request,
      with: fetcher ?? AsyncHTTPFetcher(environment: [:]), in: surroundings
    ) { [log] event in
      log.add(event)
      onEvent?(event)
    }
  }

  /// The error of a pull that has to fail.
  func failure(
    _ names: [String] = ["tiny"], _ request: PullRequest = PullRequest(), route: DownloadRoute? = nil
  ) -> ModelStoreError? {
    do {
      try pull(names, request, route: route)
    } catch {
      return error as? ModelStoreError
    }
    return nil
  }
}

/// What a pull did.
final class PullLog: Sendable {
  private let events = Mutex<[PullEvent]>([])
  private let sleeps = Mutex<[Double]>([])

  func add(_ event: PullEvent) { events.withLock { $0.append(event) } }
  func slept(_ seconds: Double) { sleeps.withLock { $0.append(seconds) } }

  var waits: [Double] { sleeps.withLock { $0 } }
  var reasons: [String] {
    events.withLock { events in
      events.compactMap { event in
        switch event {
        case .retrying(_, _, let reason, _), .failed(_, _, let reason): reason
        default: nil
        }
      }
    }
  }
  var fetched: [String] {
    events.withLock { events in
      events.compactMap { event in if case .fetched(let entry, _) = event { entry.id } else { nil } }
    }
  }
  var present: [String] {
    events.withLock { events in
      events.compactMap { event in if case .present(let entry) = event { entry.id } else { nil } }
    }
  }
  var starts: [Int] {
    events.withLock { events in
      events.compactMap { event in if case .progress(_, _, let done, _) = event { done } else { nil } }
    }
  }
}
