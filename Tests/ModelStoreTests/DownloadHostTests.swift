import Foundation
import Testing

@testable import ModelStore

@Suite struct DownloadHostTests {
  private let hosts = [
    DownloadHost(provider: "github", base: "https://g.example", path: "/a/models-{release}/{file}"),
    DownloadHost(provider: "huggingface", base: "https://h.example", path: "/h/{release}/resolve/{file}"),
    DownloadHost(provider: "huggingface", base: "https://mirror.example", path: "/h/{release}/resolve/{file}"),
  ]

  @Test func makesAddresses() {
    #expect(
      hosts[0].url(release: "3.0.0", file: "x_1.4.onnx")?.absoluteString
        == "https://g.example/a/models-3.0.0/x_1.4.onnx")
    #expect(DownloadHost(provider: "p", base: "ftp://g.example", path: "/").url(release: "", file: "") == nil)
    #expect(DownloadHost(provider: "p", base: "https://", path: "/").url(release: "", file: "") == nil)
  }

  @Test func keepsTheOrderOfTheProviders() throws {
    #expect(try hosts.chosen() == hosts)
    #expect(
      try hosts.chosen(providers: ["huggingface", "github"]).map(\.base) == [
        "https://h.example", "https://mirror.example", "https://g.example",
      ])
    #expect(try hosts.chosen(providers: ["github"]).map(\.base) == ["https://g.example"])
    let error = try #require(throws: ModelStoreError.self) { try hosts.chosen(providers: ["gitlab"]) }
    #expect(error.code == .optionInvalid && error.message.contains("gitlab"))
    #expect(error.hint?.contains("huggingface") == true)
  }

  @Test(arguments: [
    ("http://m:80/x/", ["http://m:80/x", "http://m:80/x"]), ("github=http://m", ["http://m", "https://h.example"]),
    ("github=http://m, huggingface=http://n/", ["http://m", "http://n"]),
    ("", ["https://g.example", "https://h.example"]),
  ])
  func takesAnOperatorsMirror(text: String, bases: [String]) throws {
    let chosen = try hosts.chosen(override: text)
    #expect(bases.allSatisfy { base in chosen.contains { $0.base == base } })
    #expect(
      chosen.contains { $0.base == "https://mirror.example" }
        == !(text.contains("huggingface") || text.hasPrefix("http")))
  }

  @Test(arguments: ["mirror", "ftp://m", "gitlab=http://m", "http://"])
  func refusesAMirrorThatIsNone(text: String) throws {
    let error = try #require(throws: ModelStoreError.self) { try hosts.chosen(override: text) }
    #expect(error.code == .optionInvalid && error.hint?.contains("LIKENESS_DOWNLOAD_BASE") == true)
  }
}
