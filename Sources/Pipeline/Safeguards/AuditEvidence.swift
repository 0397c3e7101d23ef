import Foundation
import Imaging
import ModelStore
import Safeguards

/// What the audit log knows of a file.
struct AuditEvidence {
  enum FoundBy: String {
    case digest = "sha256"
    case watermark
    case look
  }

  /// The line of the job the file comes from.
  var record: (record: AuditRecord, foundBy: FoundBy)?
  var finding: FileVerification.Finding

  /// Looks for the file in the log, and whether the log is whole.
  ///
  /// - Parameter look: of the picture, or of a video's first frame.
  init(
    policy: SafeguardPolicy.Audit, folder: SafeguardsFolder, digest: FileDigest, watermark: WatermarkID?,
    look: PerceptualHash?
  ) {
    do {
      let log = try AuditLog(reading: policy, folder: folder)
      record = try Self.record(log, digest, watermark, look)
      let state = try log.verify()
      guard state.isIntact else {
        let details = state.findings.map(\.detail).joined(separator: " ")
        finding = .init(layer: .audit, state: .broken, text: "The audit log is broken: \(details)")
        return
      }
      finding = Self.finding(record, digest)
    } catch {
      record = nil
      finding = .init(layer: .audit, state: .unchecked, text: "The audit log cannot be read: \(error)")
    }
  }

  private static func record(
    _ log: AuditLog, _ digest: FileDigest, _ watermark: WatermarkID?, _ look: PerceptualHash?
  ) throws -> (record: AuditRecord, foundBy: FoundBy)? {
    func finished(_ records: [AuditRecord]) -> AuditRecord? { records.last { $0.entry.event == .finished } }
    if let record = finished(try log.find(output: digest.sha256)) { return (record, .digest) }
    if let watermark, let record = finished(try log.find(watermark: watermark.hex)) { return (record, .watermark) }
    guard let look else { return nil }
    return try log.find(like: look, within: 4).first { $0.entry.event == .finished }.map { ($0, .look) }
  }

  private static func finding(
    _ found: (record: AuditRecord, foundBy: FoundBy)?, _ digest: FileDigest
  ) -> FileVerification.Finding {
    guard let (record, foundBy) = found else {
      return .init(layer: .audit, state: .missing, text: "The audit log is whole and has no line about this file.")
    }
    let job = record.entry.job?.uuidString ?? ""
    let how =
      switch foundBy {
      case .digest: "has this very file as the output"
      case .watermark: "knows the watermark, but its output was another file: this one was changed since; it is"
      case .look: "has no line about this file, but an output that looks like it, which proves nothing: that"
      }
    return .init(
      layer: .audit, state: foundBy == .look ? .missing : .holds,
      text: "The audit log is whole and \(how) of job \(job), finished \(record.time.text), line \(record.number).")
  }
}
