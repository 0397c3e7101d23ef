/// The short name of a model, as options and `likeness models list` show it.
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

/// What the catalogue says about one model.
public struct ModelEntry: Sendable, Hashable, Codable {
  /// What a model is for.
  public enum Role: String, Sendable, Hashable, Codable {
    case faceDetector = "face_detector"
    case faceLandmarker = "face_landmarker"
    case faceRecognizer = "face_recognizer"
    case faceOccluder = "face_occluder"
    case contentGate = "content_gate"
  }

  /// Where the file comes from.
  public enum Origin: String, Sendable, Hashable, Codable {
    /// Made by `likeness models pull` in `models/` of Likeness' home.
    case pack
    /// Part of the program.
    case resource
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

  public let id: String
  public let role: Role
  public let title: String
  public let file: String
  public let origin: Origin
  public let vendor: String
  public let year: Int
  public let licence: String
  public let licenceURL: String
  public let licenceNotes: String
  /// Whether the publisher allows commercial use.
  public let allowsCommercialUse: Bool
  /// Nil for models of our own.
  public let source: Source?
  /// Bytes and SHA-256 of the file as we use it; nil where only the manifest of the converter states them.
  public let size: Int?
  public let sha256: String?
}
