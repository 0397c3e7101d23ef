import Foundation

/// The way of one file from its hosts to its place.
struct ModelPull: Sendable {
  let store: ModelStore
  let entry: ModelEntry
  let folder: String
  let hosts: [DownloadHost]
  let download: FileDownload
  let surroundings: PullSurroundings
  let renews: Bool
  let onEvent: @Sendable (PullEvent) -> Void

  private var place: String { "\(folder)/\(entry.file)" }

  func run() throws {
    let file = try PartialFile(path: place + ".part") { onEvent(.waiting(entry)) }
    // Somebody else may have fetched it while the lock was awaited.
    if try !renews && store.isWhole(entry) {
      file.discard()
      onEvent(.present(entry))
      return
    }
    defer { if file.size == 0 { file.discard() } }
    var failures: [String] = []
    for host in hosts {
      guard let release = entry.release, let url = host.url(release: release, file: entry.file) else { continue }
      let name = url.host() ?? host.base
      do {
        return try fetch(url, host: name, file)
      } catch let failure as FetchFailure {
        failures.append("\(name) \(failure.reason)")
        onEvent(.failed(entry, host: name, reason: failure.reason))
      }
    }
    throw ModelStoreError(
      .downloadFailed, "\(entry.file) could not be fetched: \(failures.joined(separator: "; ")).",
      hint: "Run the command again to go on where it stopped, try another order with --download-providers, or bring "
        + "the file by hand with --models-path.")
  }

  private func fetch(_ url: URL, host: String, _ file: PartialFile) throws {
    let sumURL = url.deletingPathExtension().appendingPathExtension("hash")
    let sum = try repeating(host, file) {
      guard let sum = CRC32.stated(in: try download.text(sumURL)) else {
        throw FetchFailure("sent something else than a CRC-32 for \(sumURL.lastPathComponent)", .never)
      }
      return sum
    }
    if try !renews && adopt(sum) {
      file.discard()
      return
    }
    let digest = try repeating(host, file) { try attempt(url, host: host, file, sum: sum) }
    try install(file, digest, sum: sum, source: url)
    onEvent(.fetched(entry, size: digest.size))
  }

  /// Takes a file that was brought by hand and is the published one.
  private func adopt(_ sum: String) throws -> Bool {
    guard ModelStore.fileSize(place) != nil, try ModelLock.read(in: folder).files[entry.file] == nil else {
      return false
    }
    let (digest, crc32) = try FileDigest.withCRC32(path: place)
    guard digest.size > 0, crc32 == sum else { return false }
    try store.record(entry, folder: folder, size: digest.size, sha256: digest.sha256, source: nil)
    onEvent(.present(entry))
    return true
  }

  /// One transfer, and the check of what it brought.
  private func attempt(_ url: URL, host: String, _ file: PartialFile, sum: String) throws -> FileDigest {
    let hasOlderBytes = try download.fetch(url, to: file) { done, total in
      onEvent(.progress(entry, host: host, done: done, total: total))
    }
    let (digest, crc32) = try FileDigest.withCRC32(path: file.path)
    guard crc32 == sum else {
      try file.empty()
      // With bytes of an earlier attempt in the file one fresh start may do; else the host has the wrong file.
      throw FetchFailure(
        "sent a file with the CRC-32 \(crc32), stated is \(sum)", hasOlderBytes ? .often : .never)
    }
    do {
      try ModelBytes.check(start: ModelStore.start(of: file.path), path: entry.file, hint: "")
    } catch let error as ModelStoreError {
      try file.empty()
      throw FetchFailure("sent no model: \(error.message)", .never)
    }
    return digest
  }

  private func install(_ file: PartialFile, _ digest: FileDigest, sum: String, source: URL) throws {
    let known = try ModelLock.read(in: folder).files[entry.file]
    if let known, known.sha256 != digest.sha256, !renews {
      file.discard()
      throw ModelStoreError(
        .checksumMismatch,
        "\(source.host() ?? "The host") has another \(entry.id) than the one that was used before: its SHA-256 is "
          + "\(digest.sha256), recorded was \(known.sha256). It was not kept.",
        hint: "When the publisher is known to have changed it, run likeness models pull \(entry.id) --renew.")
    }
    do {
      try Data(sum.utf8).write(to: URL(fileURLWithPath: ModelStore.companionPath(of: place)), options: .atomic)
    } catch {
      throw ModelStoreError(
        .unwritable, "\(ModelStore.companionPath(of: place)) cannot be written: \(error.localizedDescription)",
        underlying: error)
    }
    try file.finish(as: place)
    try ModelLock.update(in: folder) { lock in
      if let known, known.sha256 == digest.sha256, known.source != nil { return }
      lock.files[entry.file] = ModelLock.File(
        size: digest.size, sha256: digest.sha256, source: source.absoluteString, recorded: ModelStore.now)
    }
  }

  /// Does something that asks a host, again after failures that pass.
  private func repeating<Result>(_ host: String, _ file: PartialFile, _ body: () throws -> Result) throws -> Result {
    let policy = surroundings.retries
    var (attempt, farthest) = (1, file.size)
    while true {
      do {
        return try body()
      } catch let failure as FetchFailure {
        if file.size >= farthest + policy.progress { (attempt, farthest) = (1, file.size) }
        guard policy.allows(failure, after: attempt) else { throw failure }
        let wait = policy.delay(after: attempt, chance: surroundings.chance(), asked: failure.retryAfter)
        onEvent(.retrying(entry, host: host, reason: failure.reason, seconds: wait))
        surroundings.sleep(wait)
        attempt += 1
      }
    }
  }
}
