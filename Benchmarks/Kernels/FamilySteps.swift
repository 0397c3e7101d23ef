import Faces
import Imaging
import Inference
import Processors

/// What happens around the networks of the published models, one thread, on a 1080p picture. The same steps in numpy
/// and OpenCV, as the peer takes them, are timed by `Benchmarks/peer_steps.py`; the names are the same.
func measureFamilies() {
  printBarHeading()
  let picture = texturedPicture(1920, 1080)
  let face = [Point(900, 420), Point(1050, 415), Point(975, 500), Point(915, 590), Point(1040, 585)]
  measureFinding(picture, face)
  measureCrops(picture, face)
  measureFrames(picture)
}

private func measureFinding(_ picture: PixelBuffer8, _ face: [Point]) {
  let canvas = PixelSize(width: 640, height: 640)
  let model = PublishedDetectorModel.yoloFace
  let input = DetectorCanvas(model: model, size: canvas)
  bar("yolo_face input", size: "640x640", limit: nil) {
    input.fill(with: resize(picture, to: DetectorFit(picture: picture.size, canvas: canvas).fitted))
  }
  var numbers = [Float](repeating: 0, count: 20 * 8400)
  for index in numbers.indices {
    // Row 4 holds the scores, some of them above the threshold.
    let divisor: Float = index / 8400 == 4 ? 1900 : 2
    numbers[index] = Float(index * 7919 % 1000) / divisor
  }
  let raw = Tensor(shape: [1, 20, 8400], elements: numbers)
  let fit = DetectorFit(picture: picture.size, canvas: canvas)
  bar("yolo_face decode", size: "20x8400", limit: nil) { keep(try? model.decode([raw], fit: fit, score: 0.5)) }
  let crop = LandmarkerCrop(box: Box(x1: 850, y1: 330, x2: 1100, y2: 660), angle: 0)
  bar("2dfan4 crop, light and input", size: "256x256", limit: nil) {
    keep(LandmarkerCrop.tensor(of: crop.cut(from: picture)))
  }
  bar("arcface crop and input", size: "112x112", limit: nil) {
    keep((try? ArcFaceRecognizer.crop(of: picture, landmarks5: face)).map(ArcFaceRecognizer.tensor))
  }
}

private func measureCrops(_ picture: PixelBuffer8, _ face: [Point]) {
  for (name, template, side) in [("hyperswap", WarpTemplate.arcface128, 256), ("gfpgan", .ffhq512, 512)] {
    guard let crop = try? FaceCrop(of: picture, landmarks: face, template: template, side: side) else { continue }
    let planes = Tensor(shape: [1, 3, side, side])
    let levels = ChannelLevels.signed
    bar("\(name) crop and input", size: "\(side)x\(side)", limit: nil) {
      let crop = try? FaceCrop(of: picture, landmarks: face, template: template, side: side)
      if let crop { planes.setPlanes(of: crop.picture, levels: levels) }
    }
    if name == "gfpgan" {
      bar("\(name) output to crop", size: "\(side)x\(side)", limit: nil) {
        keep(PixelBuffer8(planes: planes, as: PlanarBytes(.signed, rounds: true)))
      }
    } else if let model = NetworkSwapperModel(named: "hyperswap_1a_256") {
      var result = SwapCanvas(model: model, side: side)
      bar("\(name) output to crop", size: "\(side)x\(side)", limit: nil) { result.set(planes, phase: .whole) }
    }
    let mask = boxMask(size: side, blur: 0.3)
    var frame = picture
    if name == "gfpgan" {
      bar("\(name) paste", size: "\(side)x\(side)", limit: nil) {
        pasteBack(frame: &frame, crop: crop.picture, mask: mask, transform: crop.transform)
      }
    } else {
      let exact = PixelBuffer<Double>(
        size: crop.picture.size, channels: 3, samples: crop.picture.samples.map { Double($0) + 0.3 })
      bar("\(name) paste", size: "\(side)x\(side)", limit: nil) {
        pasteBack(frame: &frame, crop: exact, mask: mask, transform: crop.transform)
      }
    }
  }
  bar("box mask, not cached", size: "512x512", limit: nil) { keep(boxMask(size: 512, blur: 0.3)) }
}

private func measureFrames(_ picture: PixelBuffer8) {
  let grid = TileGrid(frame: picture.size, tiling: Tiling(edge: 256, border: 16, overlap: 8))
  let planes = Tensor(shape: [1, 3, 256, 256])
  bar("frame enhancer tiles and inputs", size: "45 x 256x256", limit: nil) {
    for index in 0..<grid.count { grid.fill(planes, with: picture, index) }
  }
  let output = Tensor(shape: [1, 3, 512, 512])
  output.setPlanes(of: texturedPicture(512, 512), levels: .unit)
  bar("frame enhancer outputs to frame", size: "45 x 512x512", limit: nil) {
    var frame = PixelBuffer8(size: PixelSize(width: 3840, height: 2160), channels: 3, repeating: 0)
    for index in 0..<grid.count { grid.put(output, index, scale: 2, nil, into: &frame) }
    keep(frame)
  }
}
