import Foundation

extension MediaInfo: CustomStringConvertible {
  /// The facts for people, one stream a paragraph.
  public var description: String {
    var lines = ["\(path): \(kind.rawValue), \(containerName.isEmpty ? container : containerName), \(fileSize) bytes"]
    let length = duration.map { "duration \(MediaInfo.short($0)) s" }
    let start = startTime.flatMap { $0 == 0 || kind == .picture ? nil : "start \(MediaInfo.short($0)) s" }
    let rate = bitRate.map { "\($0 / 1000) kbit/s" }
    let facts = [length, start, rate].compactMap { $0 }
    if !facts.isEmpty { lines.append("  " + facts.joined(separator: ", ")) }
    lines += video.map { "  " + $0.line }
    lines += audio.map { "  " + $0.line }
    lines += subtitles.map { "  " + $0.line } + others.map { "  " + $0.line }
    for (number, chapter) in chapters.enumerated() {
      lines.append(
        "  chapter \(number + 1): \(MediaInfo.short(chapter.start))–\(MediaInfo.short(chapter.end)) s"
          + (chapter.title.map { " \"\($0)\"" } ?? ""))
    }
    lines += tags.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)" }
    return lines.joined(separator: "\n")
  }

  /// At most three decimals, without trailing zeros.
  static func short(_ value: Double) -> String {
    var text = String(format: "%.3f", value)
    while text.contains("."), text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}

extension VideoStreamInfo {
  fileprivate var line: String {
    var facts = ["\(isAttachedPicture ? "cover" : "video") #\(index): \(codec)" + (profile.map { " (\($0))" } ?? "")]
    facts.append("\(codedWidth)x\(codedHeight)")
    if displayWidth != codedWidth || displayHeight != codedHeight {
      facts.append("shown as \(displayWidth)x\(displayHeight)")
    }
    if rotation != 0 || isMirrored { facts.append("turned by \(rotation)°\(isMirrored ? ", mirrored" : "")") }
    facts.append("\(pixelFormat)\(bitDepth > 8 ? ", \(bitDepth) bits" : "")\(hasAlpha ? ", alpha" : "")")
    let rate = averageFrameRate ?? realFrameRate
    if let rate { facts.append("\(MediaInfo.short(rate.value)) fps\(isVariableFrameRate ? ", variable" : "")") }
    if let frameCount, rate != nil { facts.append("\(isFrameCountExact ? "" : "about ")\(frameCount) frames") }
    let stated = [colorPrimaries, colorTransfer, colorMatrix, colorRange].filter { $0 != "unknown" }
    if !stated.isEmpty { facts.append("colour \(stated.joined(separator: "/"))") }
    if isHDR { facts.append("HDR") }
    if fieldOrder.hasSuffix("first") { facts.append("interlaced, \(fieldOrder)") }
    if let language { facts.append(language) }
    return facts.joined(separator: ", ")
  }
}

extension AudioStreamInfo {
  fileprivate var line: String {
    let facts = [
      "audio #\(index): \(codec)" + (profile.map { " (\($0))" } ?? ""), "\(sampleRate) Hz", channelLayout,
      bitRate.map { "\($0 / 1000) kbit/s" }, language, isDefault ? "default" : nil,
    ]
    return facts.compactMap { $0 }.joined(separator: ", ")
  }
}

extension OtherStreamInfo {
  fileprivate var line: String {
    [Optional("\(type) #\(index): \(codec)"), language, isDefault ? "default" : nil].compactMap { $0 }
      .joined(separator: ", ")
  }
}
