package import Imaging

/// What the light stage found for one photo: log gains of the photo and of its mirror image on 28×28 cells, and how far
/// each place of the 112 px window may be used (rim, unseen parts; without the occlusion mask).
final class PhotoLight {
  let direct = Scratch<Float4>(LightGrid.cells)
  let mirrored = Scratch<Float4>(LightGrid.cells)
  let keep = Scratch<Float>(NetSamples.area)
}

/// One face of one frame on its way through the three steps. Belongs to a workspace and is used again for later frames.
package final class FaceSlot {
  var trackID: Int?
  /// Whether light and masks are those of an earlier frame, carried along with the face.
  var isCarried = false
  package internal(set) var window = FaceWindow.none
  /// Canonical mesh → mesh in window pixels.
  var fit = Similarity3.identity
  var pose = FacePose(yaw: 0, pitch: 0, roll: 0, mouthOpening: 0, smile: 0)
  /// The target's mesh in window pixels, and moved towards the source's form.
  package let mesh: UnsafeMutablePointer<Point3>
  package let formed: UnsafeMutablePointer<Point3>
  /// The frame's pixels in the window, for the light: at the window's side or a half, a quarter … of it, as far as
  /// ``area`` goes.
  package internal(set) var pixels = FloatWindow(side: 0)
  var area = SampledArea()
  /// 112×112: what the occlusion and other masks leave.
  let visible = Scratch<Float>(NetSamples.area)
  /// 112×112: the soft edge of the pasted face.
  let edge = Scratch<Float>(NetSamples.area)
  /// The chosen photo, the one it fades over from, and the chosen one's share.
  var choice = PhotoChoice.Result(photo: 0, previous: nil, share: 1)
  let light = PhotoLight()
  let previousLight = PhotoLight()
  private let points = Scratch<Point3>(2 * SwapTopology.pointCount)

  init() {
    mesh = points.base
    formed = points.base + SwapTopology.pointCount
  }

  /// Multiplies ``visible`` by a mask of the window's square: bilinear, from any number of pixels.
  func mask(by mask: UnsafePointer<Float>, width: Int, height: Int) {
    let side = NetSamples.side
    func place(_ index: Int, _ count: Int) -> (Int, Int, Float) {
      let at = min(max((Float(index) + 0.5) * Float(count) / Float(side) - 0.5, 0), Float(count - 1))
      let whole = Int(at)
      return (whole, min(whole + 1, count - 1), at - Float(whole))
    }
    for y in 0..<side {
      let (top, bottom, fy) = place(y, height)
      for x in 0..<side {
        let (left, right, fx) = place(x, width)
        let upper = mix(mask[top * width + left], mask[top * width + right], fx)
        let lower = mix(mask[bottom * width + left], mask[bottom * width + right], fx)
        visible.base[y * side + x] *= mix(upper, lower, fy)
      }
    }
  }
}
