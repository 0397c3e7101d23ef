import ArgumentParser
import Foundation
import Media

/// `likeness probe`: what is in a media file.
struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe", abstract: "Prints what is in a picture, video or sound file.")

  @Argument(help: "The file.")
  var file: String

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Count the frames of a video by reading all of it.")
  var countFrames = false

  @Option(help: "Larger pictures are refused.")
  var limitMegapixels = PictureFile.defaultLimitMegapixels

  func run() throws {
    let info = try MediaInfo.probe(file, countsFrames: countFrames, limitMegapixels: limitMegapixels)
    print(json ? try JSONText.make(info) : ProbePage(info: info).text)
  }
}

/// The facts about a media file as lines for people.
struct ProbePage {
  let info: MediaInfo

  var text: String {
    var lines = [
      info.path, "  \(info.kind.rawValue), \(info.containerName) (\(info.container)), \(info.fileSize) bytes",
    ]
    if let duration = info.duration { lines.append("  duration \(seconds(duration))") }
    lines += info.video.map(line)
    lines += info.audio.map { audio in
      "  sound \(audio.index): \(audio.codec), \(audio.sampleRate) Hz, \(audio.channelLayout)"
        + language(audio.language)
    }
    lines += info.subtitles.map { "  subtitles \($0.index): \($0.codec)" + language($0.language) }
    lines += info.others.map { "  \($0.type) \($0.index): \($0.codec)" }
    lines += info.chapters.map {
      "  chapter \(seconds($0.start)) to \(seconds($0.end))\($0.title.map { ": " + $0 } ?? "")"
    }
    lines += info.tags.sorted { $0.key < $1.key }.map { "  tag \($0.key): \($0.value)" }
    return lines.joined(separator: "\n")
  }

  private func line(_ video: VideoStreamInfo) -> String {
    var parts = ["\(video.codec), \(video.displayWidth)x\(video.displayHeight)", video.pixelFormat]
    if video.rotation != 0 { parts.append("turned by \(video.rotation)°") }
    if video.isMirrored { parts.append("mirrored") }
    if info.kind == .video {
      if let rate = video.averageFrameRate, rate.isPositive {
        parts.append(String(format: "%.3f fps", rate.value) + (video.isVariableFrameRate ? " (variable)" : ""))
      }
      if let count = video.frameCount { parts.append("\(video.isFrameCountExact ? "" : "about ")\(count) frames") }
      parts.append("\(video.colorMatrix)/\(video.colorPrimaries)/\(video.colorTransfer), range \(video.colorRange)")
    }
    if video.isHDR { parts.append("HDR") }
    if video.isAttachedPicture { parts.append("cover picture") }
    return "  video \(video.index): " + parts.joined(separator: ", ") + language(video.language)
  }

  private func language(_ language: String?) -> String { language.map { ", \($0)" } ?? "" }

  private func seconds(_ value: Double) -> String { String(format: "%.3f s", value) }
}
