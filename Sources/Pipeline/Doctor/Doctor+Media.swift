import Media

extension Doctor {
  func examineMedia() -> [Finding] {
    let inventory = CodecInventory.take()
    let libraries = inventory.libraries.map { "\($0.name) \($0.version)" }.joined(separator: ", ")
    let working = inventory.videoEncoders.filter(\.works)
    let video = Finding(
      "video encoders", working.isEmpty ? .fails : .works,
      working.isEmpty ? "none starts" : "\(working.map(\.name).joined(separator: ", ")), each started once",
      brings: "Videos are written with one of them.", remedy: Self.installFFmpeg, isNeeded: true)
    let sound = inventory.audioEncoders.filter(\.works).map(\.name)
    return [Finding("FFmpeg", .works, "\(libraries); \(inventory.licence)", isNeeded: true)]
      + [decoders(inventory), video]
      + inventory.videoEncoders.filter { !$0.works && !$0.isHardware }.map(encoder)
      + [
        Finding(
          "sound encoders", sound.isEmpty ? .missing : .works, sound.isEmpty ? "none" : sound.joined(separator: ", "),
          brings: "Sound can be encoded anew instead of copied.", remedy: Self.installFFmpeg)
      ] + cards(inventory) + inventory.hardware.map(hardware)
  }

  private static let installFFmpeg = "Install the FFmpeg libraries of the system (scripts/setup does)."

  private func decoders(_ inventory: CodecInventory) -> Finding {
    let missing = inventory.decoders.filter { !$0.works }.map(\.name)
    let there = inventory.decoders.filter(\.works).map(\.name).joined(separator: ", ")
    guard !missing.isEmpty else { return Finding("decoders", .works, there, isNeeded: true) }
    let isUsable = inventory.decoders.contains { $0.name == "h264" && $0.works }
    return Finding(
      "decoders", .missing, "there: \(there); not there: \(missing.joined(separator: ", "))",
      brings: "Files of these kinds can be read.", remedy: Self.installFFmpeg, isNeeded: !isUsable)
  }

  private func encoder(_ encoder: CodecInventory.Codec) -> Finding {
    Finding(
      "encoder \(encoder.name)", encoder.isPresent ? .fails : .missing, encoder.reason ?? "not part of this FFmpeg",
      brings: "Videos of this kind are written.", remedy: Self.installFFmpeg)
  }

  /// Encoders of cards by their maker's name for them: `h264_nvenc` and `hevc_nvenc` are one finding.
  private func cards(_ inventory: CodecInventory) -> [Finding] {
    let hardware = inventory.videoEncoders.filter(\.isHardware)
    let kinds = hardware.map(Self.kind).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return kinds.filter(Self.isOfThisSystem).map { kind in
      let codecs = hardware.filter { Self.kind($0) == kind }
      let names = codecs.map(\.name).joined(separator: ", ")
      let working = codecs.filter(\.works).map(\.name)
      if !working.isEmpty {
        // Cards differ in what they encode: few know AV1.
        let others = codecs.filter { !$0.works }.map(\.name)
        let rest = others.isEmpty ? "" : "; not \(others.joined(separator: ", "))"
        return Finding("encoding \(kind)", .works, "\(working.joined(separator: ", ")), each started once\(rest)")
      }
      // An FFmpeg that is older than AV1 on cards says nothing about it.
      let present = codecs.filter(\.isPresent)
      if let finding = Self.withoutLibrary("encoding \(kind)", present, brings: Self.encodingGain) { return finding }
      let reasons = codecs.compactMap(\.reason).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
      let detail = reasons.isEmpty ? "not part of this FFmpeg" : "\(names): \(reasons.joined(separator: "; "))"
      return Finding(
        "encoding \(kind)", reasons.isEmpty ? .missing : .fails, detail,
        brings: Self.encodingGain, remedy: Self.encodingRemedy(kind))
    }
  }

  private static let encodingGain = "Videos are encoded by the graphics card, beside the processor's other work."

  private static func encodingRemedy(_ kind: String) -> String {
    switch kind {
    case "nvenc":
      "It needs an NVIDIA card with an encoder (an A100 or H100 has none), its driver, and an FFmpeg with nvenc."
    case "amf": "It needs an AMD card, its AMF runtime, and an FFmpeg with amf."
    case "qsv": "It needs Intel's graphics, their oneVPL runtime, and an FFmpeg with qsv."
    default: "It needs a card with an encoder, its driver, and an FFmpeg built with it."
    }
  }

  /// What is missing for parts that all lack the same library of NVIDIA's.
  private static func withoutLibrary(_ name: String, _ codecs: [CodecInventory.Codec], brings: String) -> Finding? {
    let libraries = Set(codecs.map { codec in codec.reason.flatMap(missingLibrary) })
    guard libraries.count == 1, let library = libraries.first.flatMap({ $0 }) else { return nil }
    return remedy(forLibrary: library).map {
      Finding(name, .missing, "it needs \(library), which is not on this machine", brings: brings, remedy: $0)
    }
  }

  private static func kind(_ encoder: CodecInventory.Codec) -> String {
    encoder.name.split(separator: "_").last.map(String.init) ?? encoder.name
  }

  private static func isOfThisSystem(_ kind: String) -> Bool {
    #if os(macOS)
      return kind == "videotoolbox"
    #else
      return kind != "videotoolbox"
    #endif
  }

  private func hardware(_ device: CodecInventory.Codec) -> Finding {
    guard !device.works else {
      return Finding("hardware decoding \(device.name)", .works, "the device was opened")
    }
    let gain = "Videos are decoded by the graphics card; the processor decodes otherwise."
    let name = "hardware decoding \(device.name)"
    return Self.withoutLibrary(name, [device], brings: gain)
      ?? Finding(
        name, device.isPresent ? .fails : .missing, device.reason ?? "not part of this FFmpeg", brings: gain,
        remedy: "It needs an NVIDIA card, its driver, and an FFmpeg with cuda.")
  }
}
