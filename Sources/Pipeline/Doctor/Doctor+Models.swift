import Foundation
import ModelStore

extension Doctor {
  func examineModels() -> [Finding] {
    do {
      let store = try ModelStore(home: home, modelsPath: modelsPath)
      let all = comparesDigests ? store.verify() : store.list()
      let folder = modelsPath.map { "\($0), then \(store.modelsFolder)" } ?? store.modelsFolder
      return [Finding("folder", .info, folder)] + Self.open(all) + Self.published(all)
    } catch {
      let words = Self.words(error)
      return [Finding("open pack", .fails, words.text, remedy: words.advice, isNeeded: true)]
    }
  }

  /// The pack that the defaults need.
  private static func open(_ all: [ModelStatus]) -> [Finding] {
    let pack = all.filter { $0.entry.pack == "open" }
    let needed = pack.filter { !$0.entry.isOptional }
    let bad = needed.filter { !$0.isUsable }
    let checked = needed.allSatisfy { $0.state == .verified } ? "whole, SHA-256 compared" : "there"
    let whole = Finding("open pack", .works, "\(needed.count) models, \(checked)", isNeeded: true)
    let broken = bad.map { status in
      Finding(
        "model \(status.entry.id)", status.state == .missing ? .missing : .fails, "\(status.summary): \(status.path)",
        brings: "\(status.entry.title); the defaults need it.", remedy: "Run: likeness models pull (or scripts/setup).",
        isNeeded: true)
    }
    let optional = pack.filter { $0.entry.isOptional }.map { status in
      Finding(
        "model \(status.entry.id)", status.isUsable ? .works : status.state == .missing ? .missing : .fails,
        status.summary, brings: status.entry.title, remedy: "Run: likeness models pull \(status.entry.id)")
    }
    return (bad.isEmpty ? [whole] : broken) + optional
  }

  /// The published models: which are there, and whether they are what they were.
  private static func published(_ all: [ModelStatus]) -> [Finding] {
    let pack = all.filter { $0.entry.pack != "open" }
    let there = pack.filter { $0.state != .missing }
    let bad = there.filter { !$0.isUsable }
    let names = there.map(\.entry.id).joined(separator: ", ")
    let summary = Finding(
      "FaceFusion's models", there.isEmpty ? .missing : .works,
      there.isEmpty ? "none of \(pack.count)" : "\(there.count) of \(pack.count): \(names)",
      brings: "The published detectors, swappers and enhancers; many are non-commercial.",
      remedy: "Run: likeness models list --pack facefusion, then likeness models pull NAME.")
    return [summary]
      + bad.map { status in
        Finding(
          "model \(status.entry.id)", .fails, "\(status.summary): \(status.path)", brings: status.entry.title,
          remedy: "Delete it and run: likeness models pull \(status.entry.id)")
      }
  }
}
