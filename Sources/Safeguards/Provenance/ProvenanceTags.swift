/// The marks that stand among a container's tags: in MKV and WebM, which have no place for C2PA and XMP. They have to be
/// written by the muxer.
enum ProvenanceTags {
  private static let label = "AIGC"
  private static let sourceType = "DIGITAL_SOURCE_TYPE"
  private static let tool = "CREATOR_TOOL"
  private static let job = "LIKENESS_JOB"
  private static let watermark = "LIKENESS_WATERMARK"

  /// Names and values. An empty value: a tag of this name does not belong into the file.
  static func make(_ record: ProvenanceRecord, producer: String?) -> [String: String] {
    [
      label: AIGCLabel(record, producer: producer).json, sourceType: ProvenanceRecord.digitalSourceType,
      tool: record.creatorTool, job: record.jobID, watermark: record.watermarkID ?? "",
    ]
  }

  /// What tags say, the case of their names left aside; nil without any of them.
  static func read(_ tags: [String: String]) -> (facts: XMPFacts?, aigc: AIGCLabel?) {
    let known = Dictionary(tags.map { ($0.key.uppercased(), $0.value) }) { first, _ in first }
    var facts = XMPFacts()
    facts.digitalSourceType = known[sourceType]
    facts.creatorTool = known[tool]
    facts.jobID = known[job]
    facts.watermarkID = known[watermark]
    return (facts == XMPFacts() ? nil : facts, known[label].flatMap(AIGCLabel.init(json:)))
  }
}
