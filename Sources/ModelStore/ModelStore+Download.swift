import Foundation

/// What a pull takes from its surroundings; tests put their own in.
struct PullSurroundings: Sendable {
  /// `LIKENESS_DOWNLOAD_BASE` names an operator's mirror, see ``DownloadHost``.
  var environment = ProcessInfo.processInfo.environment
  var route: DownloadRoute?
  var limits = FetchLimits()
  var retries = RetryPolicy()
  var maximum = 1 << 31
  var sleep: @Sendable (Double) -> Void = { Thread.sleep(forTimeInterval: $0) }
  var chance: @Sendable () -> Double = { Double.random(in: 0..<1) }
}

extension ModelStore {
  /// Fetches the published files among `entries` that are not there as they should be, each from the first host that
  /// gives it whole.
  ///
  /// A file goes through a partial file beside its place (kept when the transfer breaks off, and gone on with the next
  /// time), has to have the CRC-32 its publisher states and the SHA-256 recorded earlier, if any, and is put in its
  /// place in one step. Several processes may pull at once: one fetches a file, the others wait for it.
  ///
  /// - Parameters:
  ///   - fetcher: speaks to the hosts.
  ///   - onEvent: called as things happen.
  ///
  /// Throws `licenceNotAccepted` before anything is asked for, `downloadFailed`, `checksumMismatch`, `unwritable`,
  /// `diskFull`, `optionInvalid`, `listInvalid`.
  public func pull(
    _ entries: [ModelEntry], _ request: PullRequest, with fetcher: any ModelFetching,
    onEvent: @escaping @Sendable (PullEvent) -> Void
  ) throws {
    try pull(entries, request, with: fetcher, in: PullSurroundings(), onEvent: onEvent)
  }

  func pull(
    _ entries: [ModelEntry], _ request: PullRequest, with fetcher: any ModelFetching, in surroundings: PullSurroundings,
    onEvent: @escaping @Sendable (PullEvent) -> Void
  ) throws {
    let hosts = try catalogue.hosts.chosen(
      providers: request.providers, override: surroundings.environment["LIKENESS_DOWNLOAD_BASE"])
    var wanted: [ModelEntry] = []
    for entry in entries where entry.origin == .download && !wanted.contains(entry) {
      if try !request.renews && isWhole(entry) { onEvent(.present(entry)) } else { wanted.append(entry) }
    }
    guard !wanted.isEmpty else { return }
    let accepted = try licences(of: wanted, accepting: request.acceptedLicences)
    let folder = modelsPath ?? modelsFolder
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw ModelStoreError(
        .unwritable, "The folder \(folder) cannot be made: \(error.localizedDescription)", underlying: error)
    }
    if !accepted.isEmpty { try ModelLock.update(in: folder) { $0.licences.merge(accepted) { _, new in new } } }
    let download = FileDownload(
      fetcher: fetcher,
      route: surroundings.route ?? DownloadRoute(proxies: ProxySettings(environment: surroundings.environment)),
      limits: surroundings.limits, maximum: surroundings.maximum)
    for entry in wanted {
      try ModelPull(
        store: self, entry: entry, folder: folder, hosts: hosts, download: download, surroundings: surroundings,
        renews: request.renews, onEvent: onEvent
      ).run()
    }
  }

  /// Whether the file is there and is the one recorded.
  func isWhole(_ entry: ModelEntry) throws -> Bool {
    let path = try path(of: entry)
    guard let size = Self.fileSize(path), size > 0,
      let known = try ModelLock.read(in: Self.folder(of: path)).files[entry.file], known.size == size
    else { return false }
    return try FileDigest.sha256(path: path) == known.sha256
  }

  /// The licences that are accepted now, by model id; those accepted earlier need no second word.
  private func licences(
    of entries: [ModelEntry], accepting names: [String]
  ) throws -> [String: ModelLock.Acceptance] {
    let known = Set(catalogue.entries.map(\.licence.name))
    for name in names where !known.contains(where: { $0.lowercased() == name.lowercased() }) {
      throw ModelStoreError(
        .optionInvalid, "There is no licence \"\(name)\" among the models'.",
        hint: "Licences: \(known.sorted().joined(separator: ", ")).")
    }
    let earlier = try ModelLock.read(in: modelsPath ?? modelsFolder).licences
    let asking = entries.filter { $0.licence.needsAcceptance && earlier[$0.id]?.licence != $0.licence.name }
    let open = asking.filter { entry in !names.contains { $0.lowercased() == entry.licence.name.lowercased() } }
    guard open.isEmpty else { throw Self.notAccepted(open) }
    return Dictionary(
      uniqueKeysWithValues: asking.map { entry in
        (entry.id, .init(licence: entry.licence.name, vendor: entry.vendor, accepted: Self.now))
      })
  }

  private static func notAccepted(_ entries: [ModelEntry]) -> ModelStoreError {
    let lines = entries.map { entry in
      "\(entry.id) (\(entry.vendor)) is under the licence \"\(entry.licence.name)\": \(entry.licence.notes)"
        + (entry.licence.url.isEmpty ? "" : " \(entry.licence.url)")
    }
    let names = Set(entries.map(\.licence.name)).sorted()
    return ModelStoreError(
      .licenceNotAccepted, lines.joined(separator: "\n") + "\nNothing was fetched.",
      hint: "To accept, add: --accept-licence \(names.joined(separator: " ")).")
  }
}
