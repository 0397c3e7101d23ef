import Imaging
import Inference

import func Foundation.exp

extension PublishedDetectorModel {
  private static let strides = [8, 16, 32]

  /// retinaface and scrfd: scores, distances and points of two anchors a cell, anchors at the cell's corner (§7.3).
  func decodeDistances(_ outputs: DetectorOutputs, _ fit: DetectorFit, _ score: Float) throws -> FaceCandidates {
    var candidates = FaceCandidates()
    let scale = SIMD4(lowHalf: fit.ratio, highHalf: fit.ratio)
    for (level, stride) in PublishedDetectorModel.strides.enumerated() {
      let columns = fit.canvas.width / stride
      let count = 2 * columns * (fit.canvas.height / stride)
      let scores = try outputs.values(level, count: count)
      let distances = try outputs.values(level + 3, count: 4 * count)
      let offsets = try outputs.values(level + 6, count: 10 * count)
      for place in try outputs.places(scores, where: { $0 >= score }) {
        let anchor = DetectorGrid.anchor(place / 2, columns: columns, stride: stride)
        func distance(_ index: Int) -> Double { Double(distances[4 * place + index] * Float(stride)) }
        let box = SIMD4(
          anchor.x - distance(0), anchor.y - distance(1), anchor.x + distance(2), anchor.y + distance(3))
        try outputs.append(
          to: &candidates, place: place, box: box * scale, score: scores[place],
          points: points(offsets, at: 10 * place, anchor, stride, fit.ratio))
      }
    }
    return candidates
  }

  /// yunet: class, objectness, centre with size, points of one anchor a cell (§7.5).
  func decodeCenters(_ outputs: DetectorOutputs, _ fit: DetectorFit, _ score: Float) throws -> FaceCandidates {
    var candidates = FaceCandidates()
    let scale = SIMD4(lowHalf: fit.ratio, highHalf: fit.ratio)
    for (level, stride) in PublishedDetectorModel.strides.enumerated() {
      let columns = fit.canvas.width / stride
      let count = columns * (fit.canvas.height / stride)
      let classes = try outputs.values(level, count: count)
      let objects = try outputs.values(level + 3, count: count)
      let boxes = try outputs.values(level + 6, count: 4 * count)
      let offsets = try outputs.values(level + 9, count: 10 * count)
      let scores = zip(classes, objects).map { $0 * $1 }
      for place in try outputs.places(scores, where: { $0 >= score }) {
        let anchor = DetectorGrid.anchor(place, columns: columns, stride: stride)
        func value(_ index: Int) -> Float { boxes[4 * place + index] }
        let center = SIMD2(Double(value(0) * Float(stride)), Double(value(1) * Float(stride))) + anchor
        let half = SIMD2(
          Double(exp(value(2)) * Float(stride) / 2), Double(exp(value(3)) * Float(stride) / 2))
        try outputs.append(
          to: &candidates, place: place, box: SIMD4(lowHalf: center - half, highHalf: center + half) * scale,
          score: scores[place], points: points(offsets, at: 10 * place, anchor, stride, fit.ratio))
      }
    }
    return candidates
  }

  /// yolo_face: a column of 20 numbers a find, in canvas pixels and single precision throughout (§7.4).
  func decodeColumns(_ outputs: DetectorOutputs, _ fit: DetectorFit, _ score: Float) throws -> FaceCandidates {
    let tensor = try outputs.tensor(0)
    let shape = tensor.shape
    guard shape.count >= 2, shape[shape.count - 2] == 20, shape.dropLast(2).allSatisfy({ $0 == 1 }) else {
      throw FacesError.unexpectedModel(outputs.model, "gives the output 0 as \(shape), not as [1, 20, any number]")
    }
    let count = shape[shape.count - 1]
    let values = try outputs.values(0, count: 20 * count)
    let ratio = SIMD2<Float>(fit.ratio)
    var candidates = FaceCandidates()
    for place in try outputs.places(Array(values[4 * count..<5 * count]), where: { $0 > score }) {
      func value(_ row: Int) -> Float { values[row * count + place] }
      let center = SIMD2(value(0), value(1))
      let half = SIMD2(value(2), value(3)) / 2
      let box = SIMD4<Double>(SIMD4(lowHalf: (center - half) * ratio, highHalf: (center + half) * ratio))
      let points = (0..<5).map { SIMD2<Double>(SIMD2(value(5 + 3 * $0), value(6 + 3 * $0)) * ratio) }
      try outputs.append(to: &candidates, place: place, box: box, score: value(4), points: points)
    }
    return candidates
  }

  private func points(
    _ offsets: [Float], at start: Int, _ anchor: SIMD2<Double>, _ stride: Int, _ ratio: SIMD2<Double>
  ) -> [SIMD2<Double>] {
    (0..<5).map { index in
      let x = offsets[start + 2 * index] * Float(stride)
      let y = offsets[start + 2 * index + 1] * Float(stride)
      return (anchor + SIMD2(Double(x), Double(y))) * ratio
    }
  }
}
