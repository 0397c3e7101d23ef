import Imaging
public import Media
import ModelStore
public import Safeguards

/// Reads back what the safeguards left in a file.
public struct FileVerifier {
  private let policy: SafeguardPolicy
  private let home: String
  private let limitMegapixels: Double

  /// Frames of a video that are searched for the watermark, spread over it.
  static let frameCount = 48

  /// - Parameters:
  ///   - policy: says where keys and log are.
  ///   - home: Likeness' folder; nil = the usual one.
  ///   - limitMegapixels: larger pictures are refused.
  public init(
    policy: SafeguardPolicy, home: String? = nil, limitMegapixels: Double = PictureFile.defaultLimitMegapixels
  ) {
    self.policy = policy
    self.home = home ?? ModelStore.defaultHome()
    self.limitMegapixels = limitMegapixels
  }

  /// Looks at every layer.
  ///
  /// Throws ``MediaError`` when the file is no picture and no video, and ``SafeguardsError`` of code `key` when the
  /// watermark's key cannot be read. A missing key means that nothing was marked here yet.
  public func verify(_ path: String) throws -> FileVerification {
    let folder = SafeguardsFolder(home: home)
    var detector = try detector(folder)
    var look: PerceptualHash?
    var tags: [String: String] = [:]
    if PictureFile.isPicture(path) {
      let picture = try PictureFile.read(path, limitMegapixels: limitMegapixels, toleratesDamage: true)
      look = PerceptualHash(picture.frame)
      detector?.add(picture.frame)
    } else {
      let info = try MediaInfo.probe(path)
      tags = info.tags
      try frames(of: path) { frame in
        if look == nil { look = PerceptualHash(frame) }
        detector?.add(frame)
      }
    }
    let digest = try FileDigest(ofJobFile: path)
    let watermark = detector?.finding()
    let provenance = try ProvenanceReader(policy: policy.metadata, home: home).read(path, tags: tags)
    return FileVerification(
      file: path, digest: digest, watermark: watermark, provenance: provenance,
      log: AuditEvidence(
        policy: policy.audit, folder: folder, digest: digest, watermark: watermark?.id, look: look))
  }

  /// Nil as long as there is no key: nothing can carry its mark then.
  private func detector(_ folder: SafeguardsFolder) throws -> WatermarkDetector? {
    let file = KeyFile(path: policy.watermark.key ?? folder.path("watermark.key"))
    guard file.exists || policy.watermark.key != nil else { return nil }
    return WatermarkDetector(key: try WatermarkKey(bytes: file.secret(making: false)))
  }

  private func frames(of path: String, _ body: (Frame) throws -> Void) throws {
    let reader = try VideoReader(path: path, options: .init(damagePolicy: .continueOnDamage))
    try SourceFiles.check(size: reader.source.size, path: path, limitMegapixels: limitMegapixels)
    let step = max((reader.source.expectedFrameCount ?? 0) / Self.frameCount, 1)
    var (number, used) = (0, 0)
    while used < Self.frameCount, let frame = try reader.next() {
      defer { number += 1 }
      guard number % step == 0 else { continue }
      used += 1
      try body(frame.frame)
    }
  }
}
