public import Foundation

/// What is told about an output in its marks: facts of the job, never anything of the pictures.
public struct ProvenanceRecord: Sendable, Codable, Hashable {
  /// A file that went into the output.
  public struct Ingredient: Sendable, Codable, Hashable {
    /// The name that is written down; no folders.
    public var name: String
    /// 64 lower-case hex digits.
    public var sha256: String
    /// Where the file lies, so that its own manifest can be taken over; never written down. nil = not there any more.
    public var path: String?

    public init(name: String, sha256: String, path: String? = nil) {
      self.name = name
      self.sha256 = sha256
      self.path = path
    }
  }

  public struct Model: Sendable, Codable, Hashable {
    public var id: String
    /// 64 lower-case hex digits.
    public var sha256: String

    public init(id: String, sha256: String) {
      self.id = id
      self.sha256 = sha256
    }
  }

  /// The output's name, no folders.
  public var title: String
  public var jobID: String
  /// The picture or video that was changed.
  public var target: Ingredient?
  /// Photos, videos and sounds that were taken faces or speech from.
  public var sources: [Ingredient]
  /// What was done, in order: names of processors such as `face_swapper`.
  public var processors: [String]
  public var models: [Model]
  /// Number in the invisible watermark, 16 hex digits; nil without one.
  public var watermarkID: String?
  public var software: String
  public var softwareVersion: String
  public var time: Date

  public init(
    title: String, jobID: String, target: Ingredient?, sources: [Ingredient], processors: [String], models: [Model],
    watermarkID: String?, software: String = "Likeness", softwareVersion: String, time: Date = Date()
  ) {
    self.title = title
    self.jobID = jobID
    self.target = target
    self.sources = sources
    self.processors = processors
    self.models = models
    self.watermarkID = watermarkID
    self.software = software
    self.softwareVersion = softwareVersion
    self.time = time
  }

  /// Digital source type of IPTC: parts of the picture were made by a trained model.
  public static let digitalSourceType =
    "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"

  /// "Likeness 0.1.0".
  var creatorTool: String { "\(software) \(softwareVersion)" }
}
