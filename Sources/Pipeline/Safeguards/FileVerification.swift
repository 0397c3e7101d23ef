import Foundation
import ModelStore
public import Safeguards

/// What `likeness verify` says of a file.
public struct FileVerification: Codable, Sendable {
  public enum Layer: String, Codable, Sendable, CaseIterable {
    case watermark, c2pa, xmp, tags, aigc, audit
  }

  public enum State: String, Codable, Sendable {
    case holds
    case missing
    case broken
    /// It could not be looked at.
    case unchecked
    /// Files of this kind have no place for it.
    case unheld
  }

  /// What one layer says, in a sentence.
  public struct Finding: Codable, Sendable {
    public var layer: Layer
    public var state: State
    public var text: String
  }

  /// A job of this installation that the file comes from.
  public struct Job: Codable, Sendable {
    public var id: String
    public var finished: String
    /// What led to it: `sha256`, `watermark` or `look`.
    public var foundBy: String
    public var entry: Int

    enum CodingKeys: String, CodingKey {
      case id, finished, entry
      case foundBy = "found_by"
    }
  }

  public var file: String
  public var sha256: String
  /// All of it in a sentence or two.
  public var summary: String
  public var findings: [Finding]
  public var job: Job?
  /// Nil where there is no key yet, so that nothing can carry its mark.
  public var watermark: WatermarkFinding?
  public var provenance: ProvenanceFinding

  /// Whether at least one layer tells where the file comes from, and none is broken.
  public var holds: Bool {
    findings.contains { $0.state == .holds } && !findings.contains { $0.state == .broken }
  }
}

extension FileVerification {
  /// Puts the layers together.
  ///
  init(
    file: String, digest: FileDigest, watermark: WatermarkFinding?, provenance: ProvenanceFinding,
    log: AuditEvidence
  ) {
    self.file = file
    sha256 = digest.sha256
    self.watermark = watermark
    self.provenance = provenance
    job = log.record.map { record, foundBy in
      Job(
        id: record.entry.job?.uuidString ?? "", finished: record.time.text, foundBy: foundBy.rawValue,
        entry: record.number)
    }
    findings = [Self.finding(watermark), Self.manifest(provenance)]
    // Where there is no XMP, the container's tags say the same.
    let isTagged = provenance.unheld.contains(.xmp) && !provenance.unheld.contains(.tags)
    findings.append(isTagged ? Self.tags(provenance) : Self.xmp(provenance))
    findings += [Self.aigc(provenance), log.finding]
    summary = ""
    summary = Self.summary(findings, log, provenance)
  }

  private static func finding(_ watermark: WatermarkFinding?) -> Finding {
    guard let watermark else {
      return Finding(layer: .watermark, state: .missing, text: "This installation has not marked anything yet.")
    }
    return switch watermark.outcome {
    case .found:
      Finding(
        layer: .watermark, state: .holds,
        text: "The watermark \(watermark.id.map(\.hex) ?? "") of this installation was read from "
          + "\(watermark.frames == 1 ? "the picture" : "\(watermark.frames) frames").")
    case .tooSmall:
      Finding(layer: .watermark, state: .unchecked, text: "The picture is too small for a watermark.")
    default:
      Finding(layer: .watermark, state: .missing, text: "No watermark of this installation was found.")
    }
  }

  private static func manifest(_ provenance: ProvenanceFinding) -> Finding {
    let why = provenance.problems.isEmpty ? "" : " " + provenance.problems.joined(separator: " ")
    let signer = provenance.manifest?.signer ?? "nobody"
    return switch provenance.state {
    case .none where provenance.unheld.contains(.c2pa):
      Finding(layer: .c2pa, state: .unheld, text: "Files of this type have no place for a C2PA manifest." + why)
    case .none: Finding(layer: .c2pa, state: .missing, text: "There is no C2PA manifest." + why)
    case .trusted:
      Finding(
        layer: .c2pa, state: .holds,
        text: "The C2PA manifest is this installation's, and the file is as it was when it was signed.")
    case .valid:
      Finding(
        layer: .c2pa, state: .holds,
        text: "The C2PA manifest fits the file. Who signed it, \(signer), is not known here.")
    case .invalid:
      Finding(layer: .c2pa, state: .broken, text: "The file or its C2PA manifest was changed after signing." + why)
    case .unreadable: Finding(layer: .c2pa, state: .broken, text: "The C2PA manifest cannot be read." + why)
    case .unchecked: Finding(layer: .c2pa, state: .unchecked, text: "C2PA was not checked." + why)
    }
  }

  private static func xmp(_ provenance: ProvenanceFinding) -> Finding {
    if let origin = origin(provenance.xmp) {
      return Finding(layer: .xmp, state: .holds, text: "The XMP says: \(origin). Anybody can write that.")
    }
    if provenance.unheld.contains(.xmp) {
      return Finding(layer: .xmp, state: .unheld, text: "Files of this type have no place for XMP.")
    }
    return Finding(layer: .xmp, state: .missing, text: "No XMP says how the picture came to be.")
  }

  private static func tags(_ provenance: ProvenanceFinding) -> Finding {
    guard let origin = origin(provenance.tags) else {
      return Finding(layer: .tags, state: .missing, text: "No tag of the file says how it came to be.")
    }
    return Finding(layer: .tags, state: .holds, text: "The file's tags say: \(origin). Anybody can write that.")
  }

  /// The kind of source and the program, where the kind is named.
  private static func origin(_ facts: XMPFacts?) -> String? {
    facts?.digitalSourceType.map { type in
      let kind = type.split(separator: "/").last.map(String.init) ?? type
      return kind + (facts?.creatorTool.map { " by \($0)" } ?? "")
    }
  }

  private static func aigc(_ provenance: ProvenanceFinding) -> Finding {
    guard let label = provenance.aigc else {
      if provenance.unheld.contains(.aigc) {
        return Finding(layer: .aigc, state: .unheld, text: "Files of this type have no place for an AIGC label.")
      }
      return Finding(layer: .aigc, state: .missing, text: "There is no AIGC label (GB 45438-2025).")
    }
    return Finding(
      layer: .aigc, state: .holds,
      text: "The AIGC label names the producer \(label.contentProducer) and the number \(label.produceID). "
        + "Anybody can write that.")
  }

  private static func summary(
    _ findings: [Finding], _ log: AuditEvidence, _ provenance: ProvenanceFinding
  ) -> String {
    let broken = findings.filter { $0.state == .broken }.map(\.layer.rawValue)
    let missing = findings.filter { $0.state == .missing && $0.layer != .audit }.map(\.layer.rawValue)
    let isMarked = findings.contains { $0.layer == .watermark && $0.state == .holds }
    var text: String
    switch log.record?.foundBy {
    case .digest: text = "This is, byte for byte, an output of Likeness on this installation."
    case .watermark: text = "This comes from an output of Likeness on this installation; the file was changed since."
    case .look: text = "This looks like an output of Likeness on this installation; that is no proof."
    case nil where provenance.state == .trusted || isMarked:
      text = "This is an output of Likeness on this installation; the audit log does not know it."
    case nil where provenance.state == .valid:
      text = "This was signed elsewhere and has not changed since: \(provenance.manifest?.claimGenerator ?? "")."
    case nil
    where (provenance.xmp ?? provenance.tags)?.digitalSourceType != nil || provenance.aigc != nil:
      text = "Its metadata say that a machine made or changed it. Nothing proves that."
    case nil: text = "Nothing here says where this comes from. That does not make it genuine."
    }
    if !broken.isEmpty { text += " Broken: \(broken.joined(separator: ", "))." }
    if !missing.isEmpty { text += " Missing: \(missing.joined(separator: ", "))." }
    return text
  }
}
