import Foundation
import Synchronization

/// Fetches one file from one address, over the redirects its server asks for.
struct FileDownload: Sendable {
  let fetcher: any ModelFetching
  let route: DownloadRoute
  let limits: FetchLimits
  /// Bytes a file may have. An ONNX file in one piece ends at 2 GiB, the limit of its format.
  var maximum = 1 << 31

  static let userAgent = "Likeness/0.1.0"

  /// Brings the partial file to its end: goes on behind the bytes that are there, or starts anew when the server does
  /// not play along or has another file now. Returns whether bytes of an earlier attempt are in the file.
  ///
  /// - Parameter onProgress: called with the bytes that are there and the bytes of the whole file, nil when unknown.
  ///
  /// Throws `FetchFailure` for what the host did, `ModelStoreError` for what this machine could not do.
  func fetch(
    _ url: URL, to file: PartialFile, onProgress: @escaping @Sendable (Int, Int?) -> Void
  ) throws -> Bool {
    let offset = file.size
    let source = "\(url.scheme ?? "")://\(url.host() ?? ""):\(url.port ?? 0)\(url.path())"
    let note = file.note.flatMap { $0.source == source ? $0 : nil }
    let receiver = ResponseReceiver(
      offset: offset, total: note?.total, maximum: maximum, limits: limits,
      begin: { start in
        if start.offset == 0 { try file.empty() }
        try file.reserve((start.total ?? 0) - start.offset)
        file.remember(PartialFile.Note(source: source, validator: start.validator, total: start.total))
        onProgress(start.offset, start.total)
      },
      append: { bytes, place, total in
        try file.append(bytes)
        onProgress(place + bytes.count, total)
      })
    var headers: [String: String] = [:]
    if offset > 0 {
      headers["Range"] = "bytes=\(offset)-"
      headers["If-Range"] = note?.validator
    }
    try follow(url, headers: headers, receiver: receiver)
    switch receiver.outcome {
    case .complete: return true
    case .changed:
      try file.empty()
      throw FetchFailure("has another file now than when the transfer was broken off", .often)
    case .body(_, let total?) where file.size != total:
      throw FetchFailure("sent \(file.size) of \(total) bytes", .often)
    case .body(let start, _): return start > 0
    case .nothing, .redirect: throw FetchFailure("sent nothing", .often)
    }
  }

  /// A short text, at most 1024 bytes.
  func text(_ url: URL) throws -> String {
    let content = Mutex<[UInt8]>([])
    let receiver = ResponseReceiver(
      maximum: 1024, limits: limits, begin: { _ in content.withLock { $0 = [] } },
      append: { bytes, _, _ in content.withLock { $0 += bytes } })
    try follow(url, headers: [:], receiver: receiver)
    let bytes = content.withLock { $0 }
    guard case .body(_, let total) = receiver.outcome, total ?? bytes.count == bytes.count else {
      throw FetchFailure("sent \(bytes.count) bytes of a file and no more", .often)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Asks the address and those it redirects to, each checked by the route, until one does not redirect.
  private func follow(_ url: URL, headers: [String: String], receiver: ResponseReceiver) throws {
    var hop = try route.first(url)
    for _ in 0...DownloadRoute.maximumHops {
      let common = ["User-Agent": Self.userAgent, "Accept": "*/*", "Accept-Encoding": "identity"]
      let request = FetchRequest(
        url: hop.url, headers: headers.merging(common) { own, _ in own }, addresses: hop.addresses, proxy: hop.proxy,
        limits: limits)
      try fetcher.get(request, receiver)
      guard case .redirect(let location) = receiver.outcome else { return }
      hop = try route.next(location, from: hop)
    }
    throw FetchFailure("redirects more than \(DownloadRoute.maximumHops) times", .never)
  }
}
