import Foundation
import TestSupport
import Testing

@testable import ModelStore

@Suite struct ResourceLocatorTests {
  private func locator(_ folder: TemporaryFolder) -> ResourceLocator {
    ResourceLocator(
      target: "Thing", sourceFile: folder.path("sources/File.swift"), executable: folder.path("bin/likeness"),
      home: folder.path("home"))
  }

  @Test func findsTheFolderBesideTheProgramFirst() throws {
    let folder = try TemporaryFolder()
    let locator = locator(folder)
    let places = [
      "home/resources/a.json", "sources/Resources/a.json", "bin/likeness_Thing.resources/Resources/a.json",
    ]
    for place in places {
      try folder.write("{}", to: place)
      #expect(try locator.path(of: "a.json") == folder.path(place))
    }
  }

  @Test func saysWhereItLooked() throws {
    let folder = try TemporaryFolder()
    let locator = locator(folder)
    let error = try #require(throws: ModelStoreError.self) { try locator.path(of: "a.json") }
    #expect(error.code == .resourceMissing)
    for place in ["bin/likeness_Thing.resources", "sources/Resources", "home/resources"] {
      #expect(error.message.contains(folder.path(place)))
    }
    #expect(error.hint?.contains("likeness_Thing.resources") == true)
  }
}
