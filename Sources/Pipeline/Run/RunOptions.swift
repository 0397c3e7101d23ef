public import Faces
import Foundation
public import Inference
public import Media
public import Processors

/// One run in typed form: what to read, what to do, where to write.
public struct RunOptions: Sendable {
  public var sourcePaths: [String]
  public var targetPath: String
  public var outputPath: String
  /// Where the caller will write the report; only checked by the run.
  public var reportPath: String?
  /// That the people shown are adults and have agreed, in the user's words; nil = nobody said so.
  public var consentStatement: String?
  /// Folder of the unfinished output; nil = beside the output.
  public var temporaryFolder: String?
  /// What is done to the frames, in this order.
  public var processors: [ProcessorKind]
  public var faces: FaceOptions
  public var selector: FaceSelectorOptions
  public var tracker: FaceTrackerOptions
  public var recognizer: FaceRecognizerModel
  public var memoryStrategy: MemoryStrategy
  public var trimStart: Int?
  public var trimEnd: Int?
  /// Who decodes a video.
  public var videoDecoder: VideoDecoder
  /// Settings of a video.
  public var video: VideoOutput
  /// Quality of a picture, 0…100.
  public var imageQuality: Int
  /// Size of a picture relative to the target, 0.25…8; nil = what the processors make of it.
  public var imageScale: Double?
  public var limitMegapixels: Double
  /// Whether a damaged target is used as far as it can be read.
  public var continuesOnDamage: Bool
  public var session: SessionOptions
  /// The cards or devices to use, as the runtime and the driver number them; at least one.
  public var devices: [Int]
  /// Frames worked on at the same time.
  public var workers: Int
  /// What the processors need of the run.
  public var needs: ProcessorNeeds
  /// Every option, for the processors' own.
  public let values: OptionValues

  /// Whether any processor works on faces.
  var needsFaces: Bool { !needs.isDisjoint(with: [.faces, .mesh, .arcFace, .traits]) }

  /// Whether the mesh swapper asks our own occlusion network.
  var needsOpenOccluder: Bool {
    needs.contains(.mesh) && values.strings("face_mask_types").contains("occlusion")
      && values.string("face_occluder_model") == FaceOccluderModel.likeness.rawValue
  }

  /// Processors that this process may use, at most 32.
  public static var coreCount: Int { min(max(ProcessInfo.processInfo.activeProcessorCount, 1), 32) }

  /// Takes the options of ``OptionTable/run``. Throws an error of code `usage` when a path is missing, and
  /// ``FacesError`` for combinations that do not fit.
  public init(_ values: OptionValues) throws {
    func path(_ key: String, _ option: String, _ what: String) throws -> String {
      guard let path = values.string(key) else {
        throw PipelineError(.usage, "\(what) is missing.", hint: "Give it with --\(option).")
      }
      return path
    }
    processors = values.strings("processors").compactMap(ProcessorRegistry.kind(named:))
    sourcePaths = values.strings("source_paths")
    needs = processors.reduce(into: []) { $0.formUnion($1.needs(values)) }
    if sourcePaths.isEmpty, needs.contains(.sources) {
      throw PipelineError(.usage, "The source is missing.", hint: "Give it with --source-paths.")
    }
    targetPath = try path("target_path", "target-path", "The target")
    outputPath = try path("output_path", "output-path", "The output")
    reportPath = values.string("report")
    consentStatement = values.string("consent_statement")
    temporaryFolder = values.string("temp_path")
    faces = try FaceOptions(values)
    selector = try FaceSelectorOptions(values)
    tracker = try FaceTrackerOptions(values)
    recognizer = values.string("face_recognizer_model").flatMap(FaceRecognizerModel.init) ?? .auto
    memoryStrategy = values.string("video_memory_strategy").flatMap(MemoryStrategy.init) ?? .strict
    trimStart = values.integer("trim_frame_start")
    trimEnd = values.integer("trim_frame_end")
    videoDecoder = values.string("video_decoder").flatMap(VideoDecoder.init) ?? .auto
    video = VideoOutput(values)
    imageQuality = values.integer("output_image_quality") ?? 80
    imageScale = values.number("output_image_scale")
    limitMegapixels = values.number("limit_megapixels") ?? 64
    continuesOnDamage = values.string("on_damage") == "continue"
    session = try SessionOptions(values)
    devices = try ExecutionDevices(values).numbers
    workers = values.integer("execution_thread_count") ?? RunOptions.coreCount
    self.values = values
  }
}
