import Imaging

extension FaceSlot {
  /// Both meshes in pixels of the 112 px window; returns its cells that the own mesh needs.
  func putOnNet(
    own: UnsafeMutablePointer<Point3>, formed: UnsafeMutablePointer<Point3>
  ) -> (columns: Range<Int>, rows: Range<Int>) {
    let k = Float(NetSamples.side) / Float(window.side)
    var low = Float4(repeating: .infinity)
    var high = Float4(repeating: -.infinity)
    func toNet(_ p: Point3) -> Point3 { Point3((p.x + 0.5) * k - 0.5, (p.y + 0.5) * k - 0.5, p.z * k) }
    for index in 0..<SwapTopology.pointCount {
      own[index] = toNet(mesh[index])
      formed[index] = toNet(self.formed[index])
      let place = Float4(own[index].x, own[index].y, 0, 0)
      low = lanesMin(low, place)
      high = lanesMax(high, place)
    }
    func cells(_ low: Float, _ high: Float) -> Range<Int> {
      let first = Int(min(max(low, 0), 111))
      return first..<max(min(Int(min(max(high, 0), 111)) + 2, 112), first + 1)
    }
    return (cells(low.x, high.x), cells(low.y, high.y))
  }

  /// Both meshes in frame pixels; returns the box around them.
  func putOnFrame(own: UnsafeMutablePointer<Point3>, formed: UnsafeMutablePointer<Point3>) -> PixelRectangle {
    let inverse = window.transform.inverted
    var low = Point(repeating: .infinity)
    var high = Point(repeating: -.infinity)
    for index in 0..<SwapTopology.pointCount {
      own[index] = FaceWindow.map(mesh[index], inverse)
      formed[index] = FaceWindow.map(self.formed[index], inverse)
      for point in [own[index], formed[index]] {
        let place = Point(point.x, point.y)
        low = low.replacing(with: place, where: place .< low)
        high = high.replacing(with: place, where: place .> high)
      }
    }
    return PixelRectangle(around: low - 1, high + 1)
  }
}
