/// Where each pixel of an axis lies on a coarser grid: (i + 0.5) · cells / side − 0.5, clamped (`enlarge` of the reference).
///
/// Lists have one more cell than the grid so that a right neighbour exists.
final class SampleAxis {
  private(set) var side = 0
  private let cells: Int
  private let indexMemory = Scratch<Int32>()
  private let partMemory = Scratch<Float>()

  init(cells: Int) { self.cells = cells }

  var index: UnsafePointer<Int32> { UnsafePointer(indexMemory.base) }
  var part: UnsafePointer<Float> { UnsafePointer(partMemory.base) }

  func prepare(side: Int) {
    guard side != self.side else { return }
    self.side = side
    indexMemory.reserve(side)
    partMemory.reserve(side)
    for pixel in 0..<side {
      let place = (Double(pixel) + 0.5) * Double(cells) / Double(side) - 0.5
      let limited = min(max(place, 0), Double(cells - 1))
      indexMemory.base[pixel] = Int32(limited)
      partMemory.base[pixel] = Float(limited - limited.rounded(.down))
    }
  }
}
