import Foundation
import Testing

@testable import ModelStore

@Suite struct AddressTests {
  @Test(arguments: [
    "127.0.0.1", "127.255.255.255", "10.0.0.0", "172.16.0.1", "172.31.255.255", "192.168.3.4", "169.254.1.1",
    "0.0.0.0", "100.64.0.1", "100.127.255.255", "192.0.2.7", "198.18.0.1", "198.19.255.255", "224.0.0.1",
    "239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "fe80::1", "fe80::1%eth0", "febf::1",
    "fec0::1", "fc00::1", "fdff::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:c0a8:101",
    "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:a00:1::1", "2002:7f00:1::", "2001:db8::1", "2001::1", "100::1",
  ])
  func isNotPublic(text: String) throws {
    #expect(try !#require(HostAddress(text)).isPublic)
  }

  @Test(arguments: [
    "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
    "140.82.121.4", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0",
    "198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "::ffff:1.1.1.1",
    "64:ff9b::101:101", "2002:101:101::1", "fbff::1", "2001:4860:4860::8888",
  ])
  func isPublic(text: String) throws {
    #expect(try #require(HostAddress(text)).isPublic)
  }

  @Test(arguments: ["", "localhost", "127.1", "256.1.1.1", "1.2.3", "::g", "[::1]", "0x7f000001"])
  func isNoAddress(text: String) {
    #expect(HostAddress(text) == nil)
  }

  @Test func writesWhatItReads() {
    for text in ["127.0.0.1", "::1", "2606:4700::1111"] { #expect(HostAddress(text)?.description == text) }
  }

  /// What the system's resolver makes of a name is what is checked.
  @Test func theSystemsReadingOfANameCounts() {
    for name in ["127.0.0.1", "127.1", "0x7f000001", "2130706433", "localhost"] {
      let found = HostResolver.addresses(of: name)
      #expect(!found.isEmpty && found.allSatisfy { !$0.isPublic }, "\(name): \(found)")
    }
    #expect(HostResolver.addresses(of: "::1") == [HostAddress("::1")])
    #expect(HostResolver.addresses(of: "").isEmpty)
  }

  // MARK: Proxies named by the environment

  private func proxy(_ url: String, _ environment: [String: String]) throws -> ProxyServer? {
    try ProxySettings(environment: environment).proxy(for: #require(URL(string: url)))
  }

  @Test func readsTheNamesOfCurl() throws {
    let all = ["https_proxy": "http://s:1", "HTTPS_PROXY": "http://big:2", "http_proxy": "p:3", "HTTP_PROXY": "x:4"]
    #expect(try proxy("https://h.test/", all)?.host == "s")
    #expect(try proxy("http://h.test/", all)?.host == "p")
    #expect(try proxy("http://h.test/", ["HTTP_PROXY": "x:4"]) == nil)
    #expect(try proxy("https://h.test/", ["HTTPS_PROXY": "big"])?.port == 1080)
    #expect(try proxy("https://h.test/", ["https_proxy": "", "ALL_PROXY": "a:1"]) == nil)
    let socks = try proxy("http://h.test/", ["ALL_PROXY": "socks5h://[::1]:9050"])
    #expect(socks?.kind == .socks && socks?.host == "::1" && socks?.port == 9050)
    let named = try proxy("https://h.test/", ["https_proxy": "http://me:a%40b@p.test:8080/"])
    #expect(named?.user == "me" && named?.password == "a@b" && named?.port == 8080 && named?.kind == .http)
  }

  @Test(arguments: [
    ("h.test", true), ("test", true), (".test", true), ("other.test,h.test", true), ("h.test:443", false),
    ("h.test:8443", true), ("*", true), ("st", false), ("x.h.test", false), ("10.0.0.0/8", false), (" H.TEST ", true),
  ])
  func noProxyLeavesHostsOut(list: String, isDirect: Bool) throws {
    let environment = ["https_proxy": "http://p:1", "no_proxy": list]
    #expect(try (proxy("https://h.test:8443/x", environment) == nil) == isDirect)
  }

  @Test(arguments: [
    ("10.1.2.3", "10.0.0.0/8", true), ("11.1.2.3", "10.0.0.0/8", false), ("10.1.2.3", "10.1.2.3", true),
    ("10.1.2.3", "2.3", false), ("[fd00::5]", "fd00::/8", true), ("[fd00::5]", "[fd00::5]", true),
    ("[fe00::5]", "fd00::/8", false), ("[fd00::5]", "[fd00::5]:443", false), ("[fd00::5]:443", "[fd00::5]:443", true),
    ("10.1.2.3", "10.0.0.0/99", false),
  ])
  func noProxyKnowsAddresses(host: String, list: String, isDirect: Bool) throws {
    let environment = ["https_proxy": "http://p:1", "NO_PROXY": list]
    #expect(try (proxy("https://\(host)/x", environment) == nil) == isDirect)
  }

  @Test(arguments: ["https://p:1", "ftp://p", "http://", "::"])
  func aProxyThatIsNoneIsNamed(text: String) throws {
    let error = #expect(throws: ModelStoreError.self) { try proxy("https://h.test/", ["https_proxy": text]) }
    #expect(error?.code == .optionInvalid && error?.message.contains("https_proxy") == true)
    let secret = #expect(throws: ModelStoreError.self) {
      try proxy("https://h.test/", ["https_proxy": "ftp://me:word@p"])
    }
    #expect(secret?.message.contains("word") == false)
  }
}
