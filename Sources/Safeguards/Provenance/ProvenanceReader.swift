import Foundation
import ModelStore

/// Reads and checks the marks in a file's metadata. A value without state; any thread may use it.
public struct ProvenanceReader: Sendable {
  private let policy: SafeguardPolicy.Metadata
  private let home: String
  private let environment: [String: String]

  /// - Parameters:
  ///   - policy: its certificate is trusted, beside the one of this installation.
  ///   - home: Likeness' folder; nil = ``ModelStore/ModelStore/defaultHome(environment:)``.
  ///   - environment: nil = that of the process; `LIKENESS_C2PA_PATH` names the library.
  public init(
    policy: SafeguardPolicy.Metadata = SafeguardPolicy().metadata, home: String? = nil,
    environment: [String: String]? = nil
  ) {
    self.policy = policy
    self.environment = environment ?? ProcessInfo.processInfo.environment
    self.home = home ?? ModelStore.defaultHome(environment: self.environment)
  }

  /// - Parameter tags: the container's tags as the demuxer gives them, for formats that keep the label there.
  ///
  /// Throws `marking` when the file cannot be opened. Damage of any kind is part of the finding.
  public func read(_ path: String, tags: [String: String] = [:]) throws -> ProvenanceFinding {
    let file = try ReadableFile(path: path)
    let kind = try MediaKind(of: file)
    var finding = ProvenanceFinding()
    readMetadata(file, kind, &finding)
    let told = ProvenanceTags.read(tags)
    finding.aigc = finding.aigc ?? told.aigc
    if kind.places.contains(.tags) { finding.tags = told.facts }
    finding.unheld = kind.unheld
    readManifest(file, kind, &finding)
    return finding
  }

  private func readMetadata(_ file: ReadableFile, _ kind: MediaKind, _ finding: inout ProvenanceFinding) {
    guard let container = kind.container else { return }
    do {
      if let packet = try container.packet(in: file) {
        let facts = XMPPacket.facts(packet)
        finding.xmp = facts.xmp
        finding.aigc = facts.aigc
      }
      if finding.aigc == nil { finding.aigc = try container.aigc(in: file) }
    } catch {
      finding.problems.append("\(error)")
    }
  }

  private func readManifest(_ file: ReadableFile, _ kind: MediaKind, _ finding: inout ProvenanceFinding) {
    guard let type = kind.signedType else { return }
    do {
      let library = try C2PALibrary(environment: environment, home: home)
      do {
        let anchors = SigningIdentity.anchors(policy: policy, home: home)
        guard let report = try library.report(on: file, type: type, anchors: anchors) else { return }
        finding.take(try ManifestReport(json: report))
      } catch {
        finding.state = .unreadable
        finding.problems.append("\(error)")
      }
    } catch {
      finding.state = .unchecked
      finding.problems.append("\(error)")
    }
  }
}
