/// The short name of a model's file, as options and `likeness models list` show it. For a FaceFusion file it is the
/// file name without its last suffix.
public struct ModelID: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
  public init(stringLiteral value: String) { rawValue = value }

  public static let centerface: ModelID = "centerface"
  public static let blazefaceFullRange: ModelID = "blazeface_full_range"
  public static let faceMesh478: ModelID = "face_mesh_478"
  public static let faceMesh468: ModelID = "face_mesh_468"
  public static let dlibFaceRecognition: ModelID = "dlib_face_recognition_resnet_v1"
  public static let likenessOccluder: ModelID = "likeness_occluder_128"
  /// The same network in 8 bits, faster on a processor.
  public static let likenessOccluderInt8: ModelID = "likeness_occluder_128_int8"
  public static let openNsfw: ModelID = "open_nsfw"
}

/// What the catalogue says about one model file.
public struct ModelEntry: Sendable, Hashable {
  /// What a file is for.
  public enum Role: String, Sendable, Hashable, Codable, CaseIterable {
    case faceDetector = "face_detector"
    case faceLandmarker = "face_landmarker"
    case faceRecognizer = "face_recognizer"
    case faceClassifier = "face_classifier"
    case faceOccluder = "face_occluder"
    case faceParser = "face_parser"
    case contentGate = "content_gate"
    case faceSwapper = "face_swapper"
    /// Turns one recogniser's embedding into what a swapper was trained with.
    case embeddingConverter = "embedding_converter"
    case faceEnhancer = "face_enhancer"
    case frameEnhancer = "frame_enhancer"
    case frameColorizer = "frame_colorizer"
    case ageModifier = "age_modifier"
    case deepSwapper = "deep_swapper"
    case backgroundRemover = "background_remover"
    case lipSyncer = "lip_syncer"
    case voiceExtractor = "voice_extractor"
    case portraitFeatureExtractor = "portrait_feature_extractor"
    case portraitMotionExtractor = "portrait_motion_extractor"
    case portraitGenerator = "portrait_generator"
    case portraitEyeRetargeter = "portrait_eye_retargeter"
    case portraitLipRetargeter = "portrait_lip_retargeter"
    case portraitStitcher = "portrait_stitcher"
  }

  /// Where the file comes from.
  public enum Origin: String, Sendable, Hashable, Codable {
    /// Made by `likeness models pull` in `models/` of Likeness' home.
    case pack
    /// Part of the program.
    case resource
    /// Fetched as it is from its publisher's host, or brought by hand.
    case download
  }

  /// The published archive that holds the weights.
  public struct Source: Sendable, Hashable, Codable {
    public let url: String
    public let package: String
    public let version: String
    /// SHA-256 of the archive, 64 lower-case hex digits.
    public let sha256: String
    /// Path of the weights in it.
    public let member: String
  }

  /// One of the peer's model names that needs the file.
  public struct Use: Sendable, Hashable {
    /// The module, and the part of it where it has two (`face_occluder`, `face_parser` of `face_masker`).
    public let module: String
    public let part: String
    /// The value of the option, for example `inswapper_128`.
    public let model: String
    /// The option that chooses the model; nil where nothing chooses it.
    public let option: String?
    /// Whether the model is its option's default.
    public let isDefault: Bool
  }

  public let id: String
  /// `open` or `facefusion`.
  public let pack: String
  public let role: Role
  public let title: String
  public let file: String
  public let origin: Origin
  /// Whether the program is whole without it.
  public let isOptional: Bool
  public let vendor: String
  public let year: Int
  public let licence: Licence
  /// Nil for models of our own and for whole published files.
  public let source: Source?
  /// The number of the release the file is published in, for example `3.0.0`; nil outside the pack `facefusion`.
  public let release: String?
  public let uses: [Use]
  /// Edges of the square pictures the network takes, in pixels; empty where it takes none or any.
  public let sizes: [Int]
  /// `fp16` for weights in 16 bits, else nil.
  public let precision: String?
  /// Bytes and SHA-256 of the file as we use it; nil where only a list in the models folder states them.
  public let size: Int?
  public let sha256: String?
}

/// The terms a model is published under.
public struct Licence: Sendable, Hashable {
  public let name: String
  public let url: String
  public let notes: String
  /// Whether the publisher allows commercial use.
  public let allowsCommercialUse: Bool
  /// Whether the user has to accept it by name before anything is fetched: it allows no commercial use, forbids some
  /// uses, or is not known.
  public let needsAcceptance: Bool

  /// The mark in tables: empty when nothing restricts the use.
  public var flag: String {
    if !allowsCommercialUse { return "NON-COMMERCIAL" }
    return needsAcceptance ? "RESTRICTED" : ""
  }
}
