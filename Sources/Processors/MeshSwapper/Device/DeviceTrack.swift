import Inference

/// What the tracks of one card share: memory for smoothed lights and masks, which is used again, and the mark behind the
/// last batch's smoothing. Reached only through ``DeviceSwapTracks``.
///
/// Memory may go from a track to another from batch to batch: whatever uses it comes behind the mark.
final class DeviceCard: @unchecked Sendable {
  let context: CUDAContext
  let smoothed: CUDAEvent
  private var free: [DeviceMemory] = []
  /// What the batch in hand still uses.
  private var given: [DeviceMemory] = []

  /// The gains of a photo and its mirror image, and 112×112 values: where it may be used.
  static let lightBytes =
    NetSamples.area * MemoryLayout<Float>.stride + 2 * LightGrid.cells * MemoryLayout<Float4>.stride

  init(on context: CUDAContext) throws {
    self.context = context
    smoothed = try CUDAEvent(on: context)
  }

  func take() throws -> DeviceMemory {
    try free.popLast() ?? DeviceMemory(byteCount: DeviceCard.lightBytes, on: context)
  }

  /// Gives a block back, for the batches to come.
  func give(_ block: DeviceMemory) { given.append(block) }

  /// Begins with a batch.
  func begin() {
    free += given
    given = []
  }
}

/// One followed face over time. Reached only through ``DeviceSwapTracks``, which lets one thread in at a time.
final class DeviceTrack: @unchecked Sendable {
  /// Photo and form.
  let course = FaceTrack()
  private var card: DeviceCard?
  private var lights: [Int: DeviceMemory] = [:]
  private var mask: DeviceMemory?

  /// Makes sure that what is kept lies on this card. Frames of a video may go to several cards; then light and masks,
  /// 100 KB a face, are carried over through the host.
  func settle(on card: DeviceCard) throws {
    guard let old = self.card, old !== card else {
      self.card = card
      return
    }
    try old.smoothed.synchronize()
    let (from, to) = (try CUDAStream(on: old.context), try CUDAStream(on: card.context))
    func carried(_ block: DeviceMemory) throws -> DeviceMemory {
      let copy = try card.take()
      try to.upload(try from.elements(block.bytes, as: UInt8.self), to: copy.bytes)
      return copy
    }
    let (newLights, newMask) = (try lights.mapValues(carried), try mask.map(carried))
    try to.synchronize()
    release()
    (self.card, lights, mask) = (card, newLights, newMask)
  }

  /// Whether there are masks, and light of all photos of a choice.
  func knows(_ choice: PhotoChoice.Result) -> Bool {
    mask != nil && [choice.photo, choice.previous].allSatisfy { $0 == nil || $0.map { lights[$0] != nil } == true }
  }

  /// The place of a photo's smoothed gains, and whether there are none yet.
  func light(_ photo: Int) throws -> (address: UInt64, isNew: Bool) {
    if let known = lights[photo] { return (known.address, false) }
    let block = try fresh()
    lights[photo] = block
    return (block.address, true)
  }

  /// The place of the smoothed masks, and whether there are none yet.
  func visible() throws -> (address: UInt64, isNew: Bool) {
    if let mask { return (mask.address, false) }
    let block = try fresh()
    mask = block
    return (block.address, true)
  }

  private func fresh() throws -> DeviceMemory {
    guard let card else {
      throw ProcessorsError(.shape, "A followed face has no card.")
    }
    return try card.take()
  }

  /// Gives the gains of photos back that are out of use, when there are many.
  func keepLights(of choice: PhotoChoice.Result) {
    guard lights.count > 2 else { return }
    for (photo, block) in lights where photo != choice.photo {
      card?.give(block)
      lights[photo] = nil
    }
  }

  /// Gives all memory back.
  func release() {
    for block in lights.values { card?.give(block) }
    if let mask { card?.give(mask) }
    (card, lights, mask) = (nil, [:], nil)
  }
}
