import Faces
import Foundation
import Imaging
import Inference
import Media
import ModelStore
import Processors

/// The faces of one picture, for people who want to see what the program sees.
public struct FaceListing: Codable, Sendable {
  /// One face. Positions are pixels (integer = pixel centre), angles degrees clockwise, scores 0…1.
  public struct Entry: Codable, Sendable {
    public var box: [Float]
    public var score: Float
    public var landmarkerScore: Float
    public var landmarks5: [[Float]]
    public var landmarks68: [[Float]]
    public var angle: Int
    /// The recogniser's numbers, divided by their length.
    public var identity: [Float]

    init(_ face: Face) {
      box = [face.box.x1, face.box.y1, face.box.x2, face.box.y2]
      score = face.detectorScore
      landmarkerScore = face.landmarkerScore
      landmarks5 = face.landmarks5.map { [$0.x, $0.y] }
      landmarks68 = face.landmarks68.map { [$0.x, $0.y] }
      angle = face.angle
      identity = face.embedding?.normalized ?? []
    }
  }

  public var file: String
  public var width: Int
  public var height: Int
  public var faces: [Entry]

  /// Looks for the faces of a picture, or of one frame of a video (`--frame-number`), in the order of `--face-selector-order`.
  ///
  /// - Parameter drawing: where to write the picture with the faces drawn; nil = nowhere.
  public static func make(of path: String, _ values: OptionValues, drawing: String?) throws -> FaceListing {
    let options = try FaceOptions(values)
    let limit = values.number("limit_megapixels") ?? PictureFile.defaultLimitMegapixels
    if let drawing { try OutputCheck.run(output: drawing, inputs: [path]) }
    let picture = try picture(path, frame: values.integer("frame_number") ?? 0, limitMegapixels: limit)
    let runtime = try OnnxRuntime.open(values)
    let store = try ModelStore(modelsPath: values.string("models_path"))
    let networks = FaceNetworks(runtime: runtime, models: store, session: try SessionOptions(values))
    let recognizer = values.string("face_recognizer_model").flatMap(FaceRecognizerModel.init) ?? .auto
    var faces = try find(in: picture.frame, options, networks, recognizer.resolved(landmarker: options.landmarkerModel))
    let order = values.string("face_selector_order").flatMap(FaceSelectorOrder.init) ?? .largeSmall
    faces = FaceSelector.sorted(faces, by: order)
    if let drawing { try draw(faces, on: picture, to: drawing) }
    return FaceListing(
      file: path, width: picture.frame.size.width, height: picture.frame.size.height, faces: faces.map(Entry.init))
  }

  private static func find(
    in frame: Frame, _ options: FaceOptions, _ networks: FaceNetworks, _ recognizer: FaceRecognizerModel
  ) throws -> [Face] {
    guard options.landmarkerModel.isMesh else {
      return try networks.publishedAnalyser(options, detail: .identity, recognizer: recognizer).faces(in: frame)
    }
    let analyser = try networks.analyser(options, recognizer: recognizer)
    var faces = try analyser.faces(in: frame)
    for index in faces.indices { try analyser.embed(&faces[index], in: frame) }
    return faces
  }

  private static func draw(_ faces: [Face], on picture: Picture, to path: String) throws {
    for face in faces { FaceDebugger.draw(face, [.boundingBox, .landmark5, .landmark68], on: picture.frame) }
    try PictureFile.write(picture, to: path, quality: 95)
  }

  private static func picture(_ path: String, frame number: Int, limitMegapixels: Double) throws -> Picture {
    switch try SourceFiles.kind(of: path) {
    case .picture: return try PictureFile.read(path, limitMegapixels: limitMegapixels)
    case .video:
      let reader = try VideoReader(path: path, options: .init(trimStart: number))
      try SourceFiles.check(size: reader.source.size, path: path, limitMegapixels: limitMegapixels)
      guard let frame = try reader.next() else {
        throw PipelineError(.input, "The video '\(path)' has no frame \(number).")
      }
      return Picture(frame: frame.frame.copy())
    case .audio, .other:
      throw PipelineError(.input, "'\(path)' is neither a picture nor a video.")
    }
  }
}
