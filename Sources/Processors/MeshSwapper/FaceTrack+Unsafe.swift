import Foundation
import Imaging

/// One followed face over time: its form as a running mean, its light and masks smoothed, the photo in use.
///
/// Reached only through ``SwapTracks``, which lets one thread in at a time.
final class FaceTrack: @unchecked Sendable {
  /// Seconds after which a change of the light has come through to 63 %.
  static let timeConstant = 0.2
  /// After a longer gap the light starts afresh.
  private static let longestGap = 1.0

  /// Light and masks are carried no longer than this.
  static let longestCarry = 0.1

  private(set) var lastTime = -Double.infinity
  /// Time of the last frame whose pixels were looked at.
  private var lastLook = -Double.infinity
  private var choice = PhotoChoice()
  private var forms: [FormMean?] = []
  private var lights: [Int: LightMean] = [:]
  private var visible: [Float] = []
  private let moves = Scratch<Point3>(2 * SwapTopology.pointCount)

  /// Takes a face of the next frame: decides photo and form.
  func move(_ slot: FaceSlot, swapper: MeshSwapper, time: Double) {
    lastTime = time
    slot.choice = choice.update(for: slot.pose, from: swapper.sources)
    form(slot, swapper)
  }

  /// Whether light and masks of the last look may serve at a time.
  func mayCarry(at time: Double) -> Bool {
    let passed = time - lastLook
    return passed > 0 && passed <= FaceTrack.longestCarry
  }

  /// Takes note that a frame's pixels are looked at; how much of its light and masks counts.
  func look(at time: Double) -> Float {
    let share = FaceTrack.share(after: time - lastLook)
    lastLook = time
    return share
  }

  /// The same, then works out the light and smooths it.
  func advance(_ slot: FaceSlot, light: LightStage, swapper: MeshSwapper, time: Double) {
    advance(slot, light: light, swapper: swapper, time: time) {}
  }

  /// The same for a face that may be carried.
  ///
  /// - Parameter look: called when it cannot be, as there is no fresh light of the chosen photos; reads its pixels and
  ///   applies its masks.
  func advance<Failure: Error>(
    _ slot: FaceSlot, light: LightStage, swapper: MeshSwapper, time: Double, look: () throws(Failure) -> Void
  ) throws(Failure) {
    move(slot, swapper: swapper, time: time)
    if slot.isCarried {
      if carry(slot, light, swapper, time) { return }
      try look()
      slot.isCarried = false
    }
    let share = self.look(at: time)
    light.run(slot, sources: swapper.sources, topology: swapper.topology)
    smooth(slot.choice.photo, slot.light, share)
    if let previous = slot.choice.previous { smooth(previous, slot.previousLight, share) }
    lights = lights.count > 2 ? lights.filter { $0.key == slot.choice.photo } : lights
    smoothMask(slot, share)
  }

  /// Gives a face the light and masks of the last look; false when they do not suit.
  private func carry(_ slot: FaceSlot, _ light: LightStage, _ swapper: MeshSwapper, _ time: Double) -> Bool {
    guard mayCarry(at: time), let mean = lights[slot.choice.photo] else { return false }
    if let previous = slot.choice.previous {
      guard let mean = lights[previous] else { return false }
      mean.copy(into: slot.previousLight)
    }
    mean.copy(into: slot.light)
    slot.visible.base.update(from: visible, count: NetSamples.area)
    light.runEdge(slot, topology: swapper.topology)
    return true
  }

  /// How much of a new value counts after `seconds`: 1 − e^(−t/τ); all of it after a gap or a step back.
  static func share(after seconds: Double) -> Float {
    guard seconds > 0, seconds <= longestGap else { return 1 }
    return Float(1 - exp(-seconds / timeConstant))
  }

  /// Every photo's form difference goes on being averaged, so that a photo that is chosen later stands as still.
  private func form(_ slot: FaceSlot, _ swapper: MeshSwapper) {
    let photos = swapper.sources.photos
    if forms.isEmpty { forms = Array(repeating: nil, count: photos.count) }
    for index in photos.indices {
      FaceForm.canonicalMove(
        source: photos[index].levels[0].mesh, target: slot.mesh, fit: slot.fit, topology: swapper.topology,
        into: moves.base)
      if forms[index] == nil { forms[index] = FormMean() }
      forms[index]?.add(moves.base)
    }
    let total = moves.base + SwapTopology.pointCount
    forms[slot.choice.photo]?.copy(into: total)
    if let previous = slot.choice.previous {
      forms[previous]?.copy(into: moves.base)
      for index in 0..<SwapTopology.pointCount {
        total[index] = moves.base[index] + (total[index] - moves.base[index]) * slot.choice.share
      }
    }
    FaceForm.joinBodies(total, topology: swapper.topology)
    FaceForm.apply(
      total, to: slot.mesh, amount: swapper.options.weight, fit: slot.fit, topology: swapper.topology,
      into: slot.formed)
  }

  private func smooth(_ photo: Int, _ light: PhotoLight, _ share: Float) {
    if let mean = lights[photo] {
      mean.smooth(light, share)
    } else {
      let mean = LightMean()
      mean.smooth(light, 1)
      lights[photo] = mean
    }
  }

  private func smoothMask(_ slot: FaceSlot, _ share: Float) {
    if visible.isEmpty || share == 1 {
      visible = Array(UnsafeBufferPointer(start: slot.visible.base, count: NetSamples.area))
      return
    }
    for index in visible.indices {
      let value = visible[index] + (slot.visible.base[index] - visible[index]) * share
      visible[index] = value
      slot.visible.base[index] = value
    }
  }
}

/// Running mean of the moves of the 478 points.
private final class FormMean {
  private let sums = Scratch<Point3>(SwapTopology.pointCount)
  private var count: Float = 0

  func add(_ moves: UnsafePointer<Point3>) {
    count += 1
    for index in 0..<SwapTopology.pointCount {
      sums.base[index] += (moves[index] - sums.base[index]) / count
    }
  }

  func copy(into result: UnsafeMutablePointer<Point3>) {
    result.update(from: sums.base, count: SwapTopology.pointCount)
  }
}

/// Smoothed log gains of one photo, and where it may be used.
private final class LightMean {
  private let direct = Scratch<Float4>(LightGrid.cells)
  private let mirrored = Scratch<Float4>(LightGrid.cells)
  private let keep = Scratch<Float>(NetSamples.area)

  /// Moves the mean by `share` towards `light` and puts it in its place.
  func smooth(_ light: PhotoLight, _ share: Float) {
    blend(direct.base, light.direct.base, share)
    blend(mirrored.base, light.mirrored.base, share)
    keep.base.update(from: light.keep.base, count: NetSamples.area)
  }

  func copy(into light: PhotoLight) {
    light.direct.base.update(from: direct.base, count: LightGrid.cells)
    light.mirrored.base.update(from: mirrored.base, count: LightGrid.cells)
    light.keep.base.update(from: keep.base, count: NetSamples.area)
  }

  private func blend(
    _ mean: UnsafeMutablePointer<Float4>, _ new: UnsafeMutablePointer<Float4>, _ share: Float
  ) {
    for cell in 0..<LightGrid.cells {
      mean[cell] = mix(mean[cell], new[cell], share)
      new[cell] = mean[cell]
    }
  }
}
