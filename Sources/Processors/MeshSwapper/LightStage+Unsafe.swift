import Imaging

/// The work on the 112 px window: which parts of the face may be used, and the light. Belongs to one worker.
package final class LightStage {
  private let raster = MeshRaster()
  private let fields = TriangleFields<Float8>()
  private let weightFields = TriangleFields<Float4>()
  private let samples = NetSamples()
  private let work = NetWork()
  private let values = Scratch<Float8>(SwapTopology.pointCount)
  private let weights = Scratch<Float4>(SwapTopology.pointCount)
  private let points = Scratch<Point3>(2 * SwapTopology.pointCount)
  private let small = Scratch<Float4>(AreaMean.stride * AreaMean.stride)
  private let sums = Scratch<Float4>()
  private let visibleKeep = Scratch<Float>(NetSamples.area)
  private let soft = Scratch<Float>(SoftRow.stride * SoftRow.stride)

  /// Works out edge, keep and light of a slot whose mesh, form and pixels are set.
  package func run(_ slot: FaceSlot, sources: SourceSet, topology: SwapTopology) {
    shrink(slot)
    run(slot, sources.photos[slot.choice.photo], into: slot.light, topology: topology)
    NetMasks.softEdge(
      points.base + SwapTopology.pointCount, topology: topology, work: work, into: slot.edge.base)
    if let previous = slot.choice.previous {
      run(slot, sources.photos[previous], into: slot.previousLight, topology: topology)
    }
  }

  /// Works out the edge alone of a slot whose light is carried.
  package func runEdge(_ slot: FaceSlot, topology: SwapTopology) {
    let formed = points.base + SwapTopology.pointCount
    _ = slot.putOnNet(own: points.base, formed: formed)
    raster.prepare(formed, width: NetSamples.side, height: NetSamples.side, topology: topology)
    work.inside.clear()
    for y in raster.rows {
      for run in raster.row(y) { work.inside.set(run.columns, row: y) }
    }
    NetMasks.softEdge(formed, topology: topology, work: work, into: slot.edge.base)
  }

  /// Edge times what rim, unseen parts and masks leave, laid out as ``SoftRow`` reads it; valid until the next call.
  package func softMask(_ slot: FaceSlot) -> UnsafePointer<Float> {
    let (edge, visible, keep) = (slot.edge.base, slot.visible.base, slot.light.keep.base)
    let (before, share) = (slot.previousLight.keep.base, slot.choice.share)
    let isFading = slot.choice.previous != nil
    for y in 0..<NetSamples.side {
      let row = soft.base + y * SoftRow.stride
      for x in 0..<NetSamples.side {
        let index = y &* NetSamples.side &+ x
        let left = isFading ? mix(before[index], keep[index], share) : keep[index]
        row[x] = edge[index] * visible[index] * left
      }
    }
    return UnsafePointer(soft.base)
  }

  /// Meshes and target pixels at 112 px.
  private func shrink(_ slot: FaceSlot) {
    let cells = slot.putOnNet(own: points.base, formed: points.base + SwapTopology.pointCount)
    sums.reserve(slot.pixels.side)
    slot.pixels.storage.withUnsafeBufferPointer { pixels in
      guard let pixels = pixels.baseAddress else { return }
      AreaMean.reduce(
        pixels, side: slot.pixels.side, columns: cells.columns, rows: cells.rows, filled: slot.area.columns,
        into: small.base, work: sums.base)
    }
  }

  private func run(_ slot: FaceSlot, _ photo: SourceFace, into light: PhotoLight, topology: SwapTopology) {
    let (own, formed) = (points.base, points.base + SwapTopology.pointCount)
    let level = photo.level(for: NetSamples.side)
    FieldValues.fill(values.base, source: level, photo: photo, own: own, topology: topology)
    for index in 0..<SwapTopology.pointCount {
      weights.base[index] = Float4(
        topology.innerWeight[index], topology.cheekWeight[index], topology.rimWeight[index],
        topology.jawWeight[index])
    }
    raster.prepare(formed, width: NetSamples.side, height: NetSamples.side, topology: topology)
    fields.fill(values.base, raster, topology: topology)
    weightFields.fill(weights.base, raster, topology: topology)
    samples.collect(
      raster, fields: fields.base, weights: weightFields.base, texture: level.texture, small: small.base,
      inside: work.inside)
    let keep = light.keep.base
    keep.update(repeating: 1, count: NetSamples.area)
    let rim = RimTest(samples: samples, work: work)
    rim.apply(samples.target, to: keep)
    rim.apply(samples.mixed(), to: keep)
    for index in 0..<NetSamples.area { visibleKeep.base[index] = keep[index] * slot.visible.base[index] }
    NetMasks.skin(formed, topology: topology, work: work)
    LightGrid(samples: samples, work: work).gains(
      keep: visibleKeep.base, direct: light.direct.base, mirrored: light.mirrored.base)
    dropUnseen(keep)
  }

  /// What neither the photo nor its mirror image shows stays the target's.
  private func dropUnseen(_ keep: UnsafeMutablePointer<Float>) {
    for index in 0..<NetSamples.area where !work.inside.isSet(index % 112, index / 112) { keep[index] = 0 }
    for entry in 0..<samples.count {
      let both = 1 - (1 - samples.seen[entry]) * (1 - samples.seenMirrored[entry])
      keep[Int(samples.places.base[entry])] *= clamp((both - 0.2) * 2, 0, 1)
    }
  }
}

extension NetSamples {
  /// The photo with the mirror image where only that shows the place.
  func mixed() -> PlaneRGB {
    let result = mixture
    for entry in 0..<count {
      let share = clamp((1 - seen[entry]) * seenMirrored[entry], 0, 1)
      result.red[entry] = mix(direct.red[entry], mirrored.red[entry], share)
      result.green[entry] = mix(direct.green[entry], mirrored.green[entry], share)
      result.blue[entry] = mix(direct.blue[entry], mirrored.blue[entry], share)
    }
    return result
  }
}
