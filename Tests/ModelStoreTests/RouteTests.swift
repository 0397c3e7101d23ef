import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ModelStore

/// Which addresses are asked, by which way.
@Suite struct RouteTests {
  /// Answers from a table, without a network.
  private final class Script: ModelFetching {
    let answers: [String: FetchHead]
    let asked = Mutex<[String]>([])

    init(_ answers: [String: FetchHead]) { self.answers = answers }

    func get(_ request: FetchRequest, _ receiver: any FetchReceiving) throws {
      let url = request.url.absoluteString
      asked.withLock { $0.append(url) }
      if url.hasSuffix(".hash") {
        if try receiver.received(FetchHead(status: 200, headers: [:])) {
          try receiver.received(Array(PullFixture.sum.utf8))
        }
        return
      }
      let isWanted = try receiver.received(answers[url] ?? FetchHead(status: 200, headers: [:]))
      if isWanted { try receiver.received(PeerFixture.bytes) }
    }
  }

  private static let addresses: [String: String] = [
    "models.test": "93.184.216.34", "cdn.test": "2606:2800:220:1::1", "inner.test": "10.1.2.3",
    "rebound.test": "127.0.0.1", "mixed.test": "93.184.216.34 192.168.0.1", "meta.test": "169.254.169.254",
  ]

  private func route(_ environment: [String: String] = [:]) -> DownloadRoute {
    DownloadRoute(proxies: ProxySettings(environment: environment)) { name in
      if let address = HostAddress(name) { return [address] }
      return (Self.addresses[name] ?? "").split(separator: " ").compactMap { HostAddress(String($0)) }
    }
  }

  private func redirect(_ location: String) -> FetchHead { FetchHead(status: 302, headers: ["location": location]) }

  private static let given = "https://models.test/github/3.0.0/tiny.onnx"

  @Test(arguments: ["https://cdn.test/x", "//cdn.test/x", "/elsewhere", "https://93.184.216.34/x"])
  func redirectsOnTheInternetAreFollowed(location: String) throws {
    let script = Script([Self.given: redirect(location)])
    let fixture = try PullFixture([], base: "https://models.test")
    try fixture.pull(with: script, route: route())
    #expect(fixture.peer.bytes() == PeerFixture.bytes)
    #expect(script.asked.withLock { $0.count } == 3)
  }

  @Test(arguments: [
    "https://127.0.0.1/x", "https://[::1]/x", "https://[::ffff:10.0.0.1]/x", "https://10.0.0.1/x",
    "https://192.168.1.1/x", "https://172.31.0.1/x", "https://169.254.169.254/latest", "https://[fe80::1]/x",
    "https://[fd00::1]/x", "https://inner.test/x", "https://rebound.test/x", "https://mixed.test/x",
    "https://meta.test/x", "https://[64:ff9b::a00:1]/x", "https://[2002:7f00:1::]/x", "http://cdn.test/x",
    "http://models.test/x", "https://unknown.test/x", "https://cdn%2Etest/x",
  ])
  func redirectsInwardsOrInTheOpenAreRefused(location: String) throws {
    let script = Script([Self.given: redirect(location)])
    let fixture = try PullFixture([], base: "https://models.test")
    #expect(throws: ModelStoreError.self) { try fixture.pull(with: script, route: route()) }
    let asked = script.asked.withLock { $0.filter { !$0.hasSuffix(".hash") } }
    // Only what was given was asked (an unknown name once more).
    #expect(Set(asked) == [Self.given])
    #expect(fixture.peer.bytes() == nil)
  }

  @Test func aRedirectInTheMiddleCountsAsWell() throws {
    let script = Script([
      Self.given: redirect("https://cdn.test/x"), "https://cdn.test/x": redirect("https://inner.test/y"),
    ])
    let fixture = try PullFixture([], base: "https://models.test")
    let error = #expect(throws: ModelStoreError.self) { try fixture.pull(with: script, route: route()) }
    #expect(error?.message.contains("https://inner.test/y") == true)
    #expect(error?.message.contains("10.1.2.3") == true)
  }

  @Test func aMirrorInAPrivateNetworkMayRedirectThere() throws {
    let script = Script(["https://inner.test/github/3.0.0/tiny.onnx": redirect("https://127.0.0.1/x")])
    let fixture = try PullFixture([], base: "https://inner.test")
    try fixture.pull(with: script, route: route())
    #expect(fixture.peer.bytes() == PeerFixture.bytes)
  }

  @Test func throughAProxyWhatIsKnownOfTheHostIsChecked() throws {
    let environment = ["https_proxy": "http://proxy.test:3128"]
    let fixture = try PullFixture([], base: "https://models.test")
    let inwards = Script([Self.given: redirect("https://inner.test/x")])
    #expect(throws: ModelStoreError.self) { try fixture.pull(with: inwards, route: route(environment)) }
    // A name only the proxy knows is the proxy's to find.
    let unknown = Script([Self.given: redirect("https://unknown.test/x")])
    try fixture.pull(with: unknown, route: route(environment))
    #expect(unknown.asked.withLock { $0.last } == "https://unknown.test/x")
  }

  /// The name leads nowhere on this machine: only the checked address can have been connected to.
  @Test func theAddressCheckedIsTheOneConnectedTo() throws {
    let server = try PullFixture.server { $1.serve(PeerFixture.bytes, $0) }
    let fixture = try PullFixture([], base: "http://models.invalid:\(server.port)")
    try fixture.pull(
      route: DownloadRoute(proxies: ProxySettings(environment: [:])) { name in
        name == "models.invalid" ? [HostAddress("127.0.0.1")].compactMap { $0 } : []
      })
    #expect(fixture.peer.bytes() == PeerFixture.bytes)
    #expect(server.requests.allSatisfy { $0.headers["host"] == "models.invalid:\(server.port)" })
  }

  @Test func theNextAddressOfAHostIsTried() throws {
    let server = try PullFixture.server { $1.serve(PeerFixture.bytes, $0) }
    let fixture = try PullFixture([], base: "http://models.invalid:\(server.port)")
    try fixture.pull(
      route: DownloadRoute(proxies: ProxySettings(environment: [:])) { _ in
        // Nobody listens on the first: the server has only 127.0.0.1.
        ["127.0.0.2", "127.0.0.1"].compactMap { HostAddress($0) }
      })
    #expect(fixture.peer.bytes() == PeerFixture.bytes && fixture.log.waits.isEmpty)
  }

  @Test func certificatesThatAreNotThereAreNamed() throws {
    let fixture = try PullFixture([], base: "https://models.test")
    let fetcher = AsyncHTTPFetcher(environment: ["SSL_CERT_FILE": "/nowhere/certificates.pem"])
    let error = #expect(throws: ModelStoreError.self) { try fixture.pull(with: fetcher, route: route()) }
    #expect(error?.code == .optionInvalid && error?.message.contains("/nowhere/certificates.pem") == true)
  }

  // MARK: Proxies

  @Test func aProxyIsAskedToConnect() throws {
    let proxy = try LocalServer { request, connection in
      guard request.method == "CONNECT" else { return }
      connection.send("HTTP/1.1 200 Connection established\r\n\r\n")
      // From here on this is the host behind the proxy.
      guard let inner = connection.readRequest() else { return }
      connection.serve(inner.target.hasSuffix(".hash") ? Array(PullFixture.sum.utf8) : PeerFixture.bytes, inner)
    }
    let fixture = try PullFixture([], base: "http://models.invalid")
    try fixture.pull(route: route(["http_proxy": "http://me:secret@127.0.0.1:\(proxy.port)"]))
    #expect(fixture.peer.bytes() == PeerFixture.bytes)
    let asked = try #require(proxy.requests.first)
    #expect(asked.target == "models.invalid:80")
    #expect(asked.headers["proxy-authorization"] == "Basic " + Data("me:secret".utf8).base64EncodedString())
  }

  @Test(arguments: [(403, "does not let us through"), (407, "name and password")])
  func aProxyThatRefusesIsNamed(status: Int, words: String) throws {
    let proxy = try LocalServer { _, connection in connection.respond(status) }
    for name in ["HTTPS_PROXY", "https_proxy", "all_proxy"] {
      let fixture = try PullFixture([], base: "https://models.invalid")
      let error = try #require(fixture.failure(route: route([name: "127.0.0.1:\(proxy.port)"])))
      #expect(error.code == .downloadFailed && error.message.contains(words), "\(error.message)")
    }
    #expect(proxy.requests.allSatisfy { $0.method == "CONNECT" && $0.target == "models.invalid:443" })
  }

  @Test func hostsOfNoProxyAreAskedDirectly() throws {
    let server = try PullFixture.server { $1.serve(PeerFixture.bytes, $0) }
    let fixture = try PullFixture(
      [server], environment: ["http_proxy": "http://127.0.0.1:1", "NO_PROXY": "example.org, 127.0.0.0/8"])
    try fixture.pull()
    #expect(fixture.peer.bytes() == PeerFixture.bytes)
  }
}
