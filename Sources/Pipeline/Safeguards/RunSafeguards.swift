import Faces
import Foundation
import Inference
import Media
import ModelStore
import Processors
import Safeguards

/// The safeguards of one run, whatever entrance it came through: gates before, marks and records after.
///
/// The policy decides what each layer does: one that is `required` ends the run with its error, one that only `warn`s
/// leaves a warning. Belongs to the thread of the run; what workers need is in ``frames`` and ``content``.
final class RunSafeguards {
  let job = UUID()
  let content: ContentGate
  let frames: FrameGuardPlan
  private let loaded: PolicyFile.Loaded
  private let options: RunOptions
  private let warn: (String) -> Void
  private let record: JobRecord?
  private let inputs: InputDigests
  private let used: [UsedModels]
  private let metadata: ProvenanceWriter?
  private var sourceLooks: [String: PerceptualHash] = [:]
  private var marks: [AuditGate] = []

  private var policy: SafeguardPolicy { loaded.policy }

  /// Opens log, keys and certificate; nothing is written down yet.
  ///
  /// - Parameters:
  ///   - sources: files behind `--source-paths`.
  ///   - models: where the run takes its models from.
  ///   - home: Likeness' folder.
  ///   - warn: takes a warning for the user.
  /// - Throws: ``SafeguardsError`` where the policy requires what cannot be had.
  init(
    _ loaded: PolicyFile.Loaded, options: RunOptions, sources: [String], models: UsedModels, home: String,
    warn: @escaping (String) -> Void
  ) throws {
    self.loaded = loaded
    self.options = options
    self.warn = warn
    let policy = loaded.policy
    let own = UsedModels(try ModelStore(home: home, modelsPath: options.values.string("models_path")))
    used = [models, own]
    let networks: @Sendable () throws -> FaceNetworks = { [session = options.session, values = options.values] in
      FaceNetworks(runtime: try OnnxRuntime.open(values), models: own, session: session)
    }
    content = ContentGate(policy: policy.content) { [threshold = policy.content.threshold] in
      try ContentJudge(networks: networks(), threshold: threshold)
    }
    inputs = InputDigests(sources.map { ("source", $0) } + [("target", options.targetPath)])
    let folder = SafeguardsFolder(home: home)
    record = try policy.audit.mode.attempt("The audit log cannot be kept", warn) { [job] in
      JobRecord(
        log: try AuditLog(policy: policy.audit, folder: folder, program: ProgramVersion.text), job: job,
        options: options.values, consent: options.consentStatement, policyHash: loaded.hash)
    }
    let watermark = try policy.watermark.mode.attempt("The watermark cannot be made", warn) {
      let file = KeyFile(path: policy.watermark.key ?? folder.path("watermark.key"))
      if policy.watermark.key == nil { try folder.make() }
      return WatermarkPlan(key: try WatermarkKey(bytes: try file.secret()), id: .random())
    }
    metadata = try policy.metadata.mode.attempt("The metadata cannot be made", warn) {
      try ProvenanceWriter(policy: policy.metadata, home: home)
    }
    frames = FrameGuardPlan(
      faces: try FaceInspection(policy: policy, home: home, networks: networks),
      watermark: watermark, label: policy.label.mode == .off ? nil : policy.label)
  }

  /// Writes down that the job begins, and holds it to the statement of consent.
  func begin() throws {
    try write("The audit log cannot be kept") { try $0.started() }
    guard policy.consent.mode != .off, options.consentStatement == nil else { return }
    let text = "Nobody has stated that the people shown are adults and have agreed."
    guard policy.consent.mode == .warn else {
      throw SafeguardsError(.consent, text, hint: "Give the statement with --consent-statement.")
    }
    warn(text + " It can be given with --consent-statement.")
  }

  /// Judges the source photos and remembers how they look.
  func inspect(_ photos: [SourcePhoto]) throws {
    for photo in photos {
      if sourceLooks[photo.name] == nil { sourceLooks[photo.name] = PerceptualHash(photo.frame) }
      try content.check(photo.frame, name: photo.name)
    }
    try frames.faces.take(sources: photos)
  }

  /// What judges the frames of the target.
  func watch(_ source: VideoSource) -> ContentWatch {
    content.watch(
      options.targetPath, first: source.firstFrame, count: source.expectedFrameCount, fps: source.frameRate.value)
  }

  /// Tags for the muxer of a container that keeps them; none for other outputs.
  var containerTags: [String: String] {
    guard let container = try? Container(path: options.outputPath), container.keepsAnyTag else { return [:] }
    return metadata?.containerTags(provenance([])) ?? [:]
  }

  /// Marks the complete output and writes down that the job is done, while the output has its hidden name: what has no
  /// line in the log must not get a name.
  ///
  /// - Parameter partial: is told of the copy that is being marked.
  func complete(_ hiddenPath: String, _ partial: PartialFiles) throws {
    let given = try inputs.get()
    let copy = ProvenanceWriter.hiddenCopy(of: hiddenPath)
    partial.add(copy)
    defer { partial.forget(copy) }
    if let metadata {
      let tags = containerTags.isEmpty ? [:] : try MediaInfo.probe(hiddenPath).tags
      let result = try metadata.mark(file: hiddenPath, record: provenance(given), tags: tags)
      for warning in result.warnings { warn(warning) }
      marks.append(AuditGate(result, mode: policy.metadata.mode))
    }
    if frames.watermark != nil {
      marks.append(AuditGate("watermark", mode: policy.watermark.mode, .passed))
    }
    guard record != nil else { return }
    var facts = facts(given)
    facts.outputs = [
      AuditFile(
        role: "output", digest: try FileDigest(ofJobFile: hiddenPath), perceptual: frames.notes.output,
        path: options.outputPath)
    ]
    try write("The audit log cannot be kept") { try $0.finished(facts) }
  }

  /// Writes down how the job ended without an output. Never throws: the error that ended it is what counts.
  func ended(by error: any Error) {
    // A file that cannot be read is often why the job failed.
    let facts = facts((try? inputs.get()) ?? [])
    do {
      try record?.ended(Self.event(of: error), by: error, facts)
    } catch let failure {
      warn("The audit log could not be told how the job ended: \(failure)")
    }
  }

  /// What gates and marks have said, for report and log.
  var results: [AuditGate] {
    [AuditGate(content.result, mode: policy.content.mode)] + frames.faces.results + marks
  }

  /// What the report says of all this.
  var summary: SafeguardsReport {
    SafeguardsReport(
      job: job.uuidString, policy: loaded.hash, policyOrigin: "\(loaded.origin)", watermark: frames.watermark?.id.hex,
      results: results)
  }

  private func facts(_ given: [InputDigests.Input]) -> JobFacts {
    var facts = JobFacts()
    facts.inputs = given.map { input in
      let look = input.role == "target" ? frames.notes.target : sourceLooks[input.path]
      return AuditFile(role: input.role, digest: input.digest, perceptual: look, path: input.path)
    }
    facts.models = models
    facts.gates = results
    facts.watermark = frames.watermark?.id.hex
    return facts
  }

  /// Of the run and of the gates, each once.
  private var models: [(id: String, sha256: String)] {
    used.flatMap(\.all).reduce(into: [String: String]()) { $0[$1.id] = $1.sha256 }
      .sorted { $0.key < $1.key }.map { (id: $0.key, sha256: $0.value) }
  }

  private func provenance(_ given: [InputDigests.Input]) -> ProvenanceRecord {
    let files = given.map { input in
      (
        input.role,
        ProvenanceRecord.Ingredient(
          name: URL(fileURLWithPath: input.path).lastPathComponent, sha256: input.digest.sha256, path: input.path)
      )
    }
    return ProvenanceRecord(
      title: URL(fileURLWithPath: options.outputPath).lastPathComponent, jobID: job.uuidString,
      target: files.first { $0.0 == "target" }?.1, sources: files.filter { $0.0 == "source" }.map(\.1),
      processors: options.processors.map(\.name),
      models: models.map { ProvenanceRecord.Model(id: $0.id, sha256: $0.sha256) },
      watermarkID: frames.watermark?.id.hex, softwareVersion: ProgramVersion.number)
  }

  private func write(_ what: String, _ body: (JobRecord) throws -> Void) throws {
    guard let record else { return }
    try policy.audit.mode.attempt(what, warn) { try body(record) }
  }
}
