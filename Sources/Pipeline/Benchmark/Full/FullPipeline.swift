import ModelStore

/// A way through the program that is measured.
enum FullPipeline: String, CaseIterable {
  /// The open pack's mesh swapper with its own detector, mesh and occlusion mask.
  case swap
  /// Detector, landmarks and swapper of the published pack.
  case full
  /// The same and a restorer of 512 × 512.
  case enhanced

  var title: String {
    switch self {
    case .swap: "open pack, swap only"
    case .full: "yolo_face, 2dfan4, inswapper_128"
    case .enhanced: "yolo_face, 2dfan4, inswapper_128, gfpgan_1.4"
    }
  }

  /// Options of the run, besides those that the user gave.
  var arguments: [String] {
    let published = [
      "--face-detector-model", "yolo_face", "--face-landmarker-model", "2dfan4", "--face-swapper-model",
      "inswapper_128", "--face-mask-types", "box", "--face-selector-mode", "one",
    ]
    switch self {
    case .swap: return ["--face-selector-mode", "one"]
    case .full: return published
    case .enhanced:
      return published + ["--processors", "face_swapper", "face_enhancer", "--face-enhancer-model", "gfpgan_1.4"]
    }
  }

  /// How often each network runs in a frame with one face. The open pack's detector looks at every tenth frame, and its
  /// occlusion network has a form for processors.
  var models: [ModelID: Double] {
    switch self {
    case .swap: [.centerface: 0.1, .faceMesh478: 1, .likenessOccluderInt8: 1]
    case .full: ["yoloface_8n": 1, "2dfan4": 1, "inswapper_128": 1]
    case .enhanced: ["yoloface_8n": 1, "2dfan4": 1, "inswapper_128": 1, "gfpgan_1.4": 1]
    }
  }

  /// Frames a second that the networks alone allow, one run after the other; nil when one of them was not measured.
  ///
  /// - Parameter times: milliseconds of a run by model.
  func soloFPS(_ times: [String: Double]) -> Double? {
    var sum = 0.0
    for (id, count) in models {
      guard let time = times[id.rawValue] else { return nil }
      sum += time * count
    }
    return sum > 0 ? 1000 / sum : nil
  }
}
