public import Imaging
public import ModelStore

/// The kinds of masks that limit where a changed face is shown (vision.md §6).
public enum FaceMaskType: String, Sendable, Hashable, CaseIterable {
  /// The crop's square, soft at its edge.
  case box
  /// What covers the face is kept: hands, hair, glasses.
  case occlusion
  /// The hull of chosen landmarks.
  case area
  /// Chosen parts of the face, as the parser sees them.
  case region
}

/// Parts of the face that an area mask shows. All chosen ones share one convex hull.
public typealias FaceMaskArea = FaceArea

/// Parts of the face that a region mask shows.
public enum FaceMaskRegion: String, Sendable, Hashable, CaseIterable {
  case skin
  case leftEyebrow = "left-eyebrow"
  case rightEyebrow = "right-eyebrow"
  case leftEye = "left-eye"
  case rightEye = "right-eye"
  case glasses
  case nose
  case mouth
  case upperLip = "upper-lip"
  case lowerLip = "lower-lip"

  /// The parser's class (vision.md §6.4).
  public var parserClass: Int {
    switch self {
    case .skin: 1
    case .leftEyebrow: 2
    case .rightEyebrow: 3
    case .leftEye: 4
    case .rightEye: 5
    case .glasses: 6
    case .nose: 10
    case .mouth: 11
    case .upperLip: 12
    case .lowerLip: 13
    }
  }
}

/// Which network finds what covers a face.
public enum FaceOccluderModel: String, Sendable, Hashable, CaseIterable {
  /// Our own.
  case likeness = "likeness_occluder_128"
  /// All three of xseg, the pixel minimum of them.
  case many
  case xseg1 = "xseg_1"
  case xseg2 = "xseg_2"
  case xseg3 = "xseg_3"

  /// The networks it runs.
  public var modelIDs: [ModelID] {
    switch self {
    case .likeness: [.likenessOccluder]
    case .many: ["xseg_1", "xseg_2", "xseg_3"]
    case .xseg1, .xseg2, .xseg3: [ModelID(rawValue: rawValue)]
    }
  }
}

/// Which network divides a face into regions.
public enum FaceParserModel: String, Sendable, Hashable, CaseIterable {
  case bisenetResnet18 = "bisenet_resnet_18"
  case bisenetResnet34 = "bisenet_resnet_34"

  public var modelID: ModelID { ModelID(rawValue: rawValue) }
}

/// What is masked and how. Names and values are the peer's; the defaults of `types` and `occluderModel` are ours.
public struct FaceMaskOptions: Sendable, Hashable {
  /// `--face-mask-types`.
  public var types: Set<FaceMaskType>
  /// `--face-occluder-model`.
  public var occluderModel: FaceOccluderModel
  /// `--face-parser-model`.
  public var parserModel: FaceParserModel
  /// `--face-mask-areas`.
  public var areas: Set<FaceMaskArea>
  /// `--face-mask-regions`.
  public var regions: Set<FaceMaskRegion>
  /// `--face-mask-blur`, 0…1.
  public var blur: Double
  /// `--face-mask-padding`, percent of the crop's edge.
  public var padding: MaskPadding

  public init(
    types: Set<FaceMaskType> = [.box, .occlusion], occluderModel: FaceOccluderModel = .likeness,
    parserModel: FaceParserModel = .bisenetResnet34, areas: Set<FaceMaskArea> = Set(FaceMaskArea.allCases),
    regions: Set<FaceMaskRegion> = Set(FaceMaskRegion.allCases), blur: Double = 0.3, padding: MaskPadding = .none
  ) {
    self.types = types
    self.occluderModel = occluderModel
    self.parserModel = parserModel
    self.areas = areas
    self.regions = regions
    self.blur = blur
    self.padding = padding
  }
}
