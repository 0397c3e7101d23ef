/// Greedy suppression of overlapping boxes (OpenCV `NMSBoxes`; spec vision §2.6).
///
/// Boxes with a score strictly above `scoreThreshold` are walked from the highest score down (ties in their order); a
/// box is dropped when its intersection over union with a kept one is strictly above `overlapThreshold`.
/// Returns the indices of the kept boxes, highest score first.
public func nonMaximumSuppression(
  boxes: [Box], scores: [Float], scoreThreshold: Float, overlapThreshold: Float
) -> [Int] {
  nonMaximumSuppression(
    boxes: boxes.map { SIMD4(Double($0.x1), Double($0.y1), Double($0.x2), Double($0.y2)) }, scores: scores,
    scoreThreshold: scoreThreshold, overlapThreshold: overlapThreshold)
}

/// The same for boxes in double precision: x1, y1, x2, y2.
public func nonMaximumSuppression(
  boxes: [SIMD4<Double>], scores: [Float], scoreThreshold: Float, overlapThreshold: Float
) -> [Int] {
  precondition(boxes.count == scores.count, "every box has a score")
  let order = boxes.indices.filter { scores[$0] > scoreThreshold }
    .sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
  var kept: [Int] = []
  for index in order
  where kept.allSatisfy({ Float(boxOverlap(boxes[index], boxes[$0])) <= overlapThreshold }) {
    kept.append(index)
  }
  return kept
}

/// Intersection over union of two boxes x1, y1, x2, y2; 0 where they do not meet or have no area.
public func boxOverlap(_ a: SIMD4<Double>, _ b: SIMD4<Double>) -> Double {
  let width = min(a.z, b.z) - max(a.x, b.x)
  let height = min(a.w, b.w) - max(a.y, b.y)
  guard width > 0, height > 0 else { return 0 }
  let shared = width * height
  let union = (a.z - a.x) * (a.w - a.y) + (b.z - b.x) * (b.w - b.y) - shared
  return union > 0 ? shared / union : 0
}

/// The overlap limit for detections pooled from several angles (spec vision §7.7): the more angles, the stricter.
public func suppressionThreshold(angleCount: Int, isManyModels: Bool = false) -> Float {
  if isManyModels { return 0.1 }
  switch angleCount {
  case 2: return 0.3
  case 3: return 0.2
  case 4: return 0.1
  default: return 0.4
  }
}
