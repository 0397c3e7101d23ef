import TestSupport

/// Everything the parity kit can ask of the program's steps.
public enum ParityGroups {
  /// One line a subject, in the order of the alphabet.
  public static let all: [any ParityGroup.Type] = [
    AgeCases.self,
    AnalyseCases.self,
    AudioCases.self,
    BackgroundCases.self,
    ColorizeCases.self,
    ColourCases.self,
    DebugCases.self,
    DeepCases.self,
    DetectCases.self,
    EnhanceCases.self,
    FacesCases.self,
    FrameEnhanceCases.self,
    LandmarkCases.self,
    LipCases.self,
    MaskCases.self,
    MeshSwapCases.self,
    NmsCases.self,
    PasteCases.self,
    PortraitCases.self,
    PrepCases.self,
    PrimitiveCases.self,
    RecogniseCases.self,
    SelectCases.self,
    SwapCases.self,
    TrackCases.self,
    WarpCases.self,
  ]

  /// The subject that takes cases of this group.
  public static func group(named name: String, among groups: [any ParityGroup.Type] = all) -> (any ParityGroup.Type)? {
    groups.first { $0.groups.contains(name) }
  }

  /// Runs a case. Throws for a group that nobody takes.
  public static func run(_ run: ParityRun, among groups: [any ParityGroup.Type] = all) throws -> ParityOutputs {
    guard let group = group(named: run.parityCase.group, among: groups) else {
      let known = groups.flatMap { $0.groups }.sorted().joined(separator: ", ")
      throw TestSupportError(
        .nameUnknown, "The group \"\(run.parityCase.group)\" of \(run.parityCase.folder) is not known; known: \(known)."
      )
    }
    return try group.run(run)
  }
}
