import Imaging

/// MediaPipe's weighted non-maximum suppression: finds that overlap the best one are averaged into it, weighted by
/// their scores, instead of being thrown away. Steadier than keeping one of many neighbouring anchors.
///
/// - Returns: Faces in descending score order; each keeps the score of its best member.
func weightedSuppression(_ faces: [DetectedFace], overlapThreshold: Float) -> [DetectedFace] {
  var rest = faces.enumerated()
    .filter { $0.element.score.isFinite }
    .sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }
    .map(\.element)
  var kept: [DetectedFace] = []
  while let best = rest.first {
    let group = rest.filter { $0 == best || $0.box.overlap(best.box) > overlapThreshold }
    rest.removeAll { $0 == best || $0.box.overlap(best.box) > overlapThreshold }
    kept.append(average(group, best: best))
  }
  return kept
}

private func average(_ group: [DetectedFace], best: DetectedFace) -> DetectedFace {
  let total = group.reduce(0) { $0 + $1.score }
  guard group.count > 1, total > 0 else { return best }
  func mean(_ value: (DetectedFace) -> Float) -> Float { group.reduce(0) { $0 + value($1) * $1.score } / total }
  let points = best.points.indices.map { index in
    Point(mean { $0.points[index].x }, mean { $0.points[index].y })
  }
  let box = Box(x1: mean(\.box.x1), y1: mean(\.box.y1), x2: mean(\.box.x2), y2: mean(\.box.y2))
  return DetectedFace(box: box, score: best.score, points: points)
}
