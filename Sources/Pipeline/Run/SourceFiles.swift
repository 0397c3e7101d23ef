import Foundation
import Imaging
import Media

/// A photo or a clip of the person whose face is put in.
struct SourceFile: Sendable {
  let path: String
  let isClip: Bool
}

/// Files named by the user: folders are opened, kinds are found from the content.
enum SourceFiles {
  /// The photos and clips behind the paths given. Folders without any, and files that are neither, are errors.
  static func sources(_ paths: [String]) throws -> [SourceFile] {
    try paths.flatMap { path in
      try expand(path).map { file in
        switch try kind(of: file) {
        case .picture: return SourceFile(path: file, isClip: false)
        case .video: return SourceFile(path: file, isClip: true)
        case .audio, .other:
          throw PipelineError(.input, "The source '\(file)' is neither a picture nor a video.")
        }
      }
    }
  }

  /// The file itself, or the pictures and clips of a folder in the order of their names.
  static func expand(_ path: String) throws -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
      return [path]
    }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw PipelineError(.input, "The folder '\(path)' cannot be read.", underlying: error)
    }
    let files = names.filter { !$0.hasPrefix(".") }.sorted().map { path.hasSuffix("/") ? path + $0 : path + "/" + $0 }
    let usable = files.filter { file in
      let kind = try? kind(of: file)
      return kind == .picture || kind == .video
    }
    guard !usable.isEmpty else {
      throw PipelineError(.input, "The folder '\(path)' holds no picture and no video.")
    }
    return usable
  }

  /// What a file is, by its content.
  static func kind(of path: String) throws -> MediaInfo.Kind {
    if PictureFile.isPicture(path) { return .picture }
    return try MediaInfo.probe(path).kind
  }

  /// Refuses a video whose frames are larger than the limit.
  static func check(size: PixelSize, path: String, limitMegapixels: Double) throws {
    let megapixels = Double(size.area) / 1_000_000
    guard megapixels > limitMegapixels else { return }
    throw PipelineError(
      .input,
      "'\(path)' has \(size) pixels, \(String(format: "%.1f", megapixels)) megapixels; the limit is "
        + "\(String(format: "%g", limitMegapixels)).",
      hint: "Raise it with --limit-megapixels.")
  }
}
