import Imaging

/// The kernels that have a limit of their own, one thread: the best and the middle of many short runs against it.
func measureBars() {
  printBarHeading()
  for (side, limit) in [(256, 3.0), (512, nil), (1024, 12.0)] { SwapScene(side: side)?.runBar(limit: limit) }
  measureSamplingBars()
  measurePasteBars()
}

private func measureSamplingBars() {
  let picture = texturedPicture(1920, 1080)
  let video = Frame(picture, format: .yuv420, color: ColorDescription(matrixCode: 1))
  let face = AffineTransform(a: 0.98, b: 0.17, c: -620, d: -0.17, e: 0.98, f: -150)
  var window = FloatWindow(side: 256)
  bar("sample yuv420 to window", size: "256x256", limit: 0.35) { video.sample(face, into: &window) }
  let letterbox = PixelSize(width: 640, height: 640)
  let reduce = AffineTransform.resizing(from: video.size, to: PixelSize(width: 640, height: 360))
  var tensor = [Float](repeating: 0, count: 3 * 640 * 640)
  tensor.withUnsafeMutableBufferPointer { tensor in
    bar("letterbox yuv420 to tensor", size: "\(letterbox)", limit: 1.5) {
      video.sampleTensor(
        reduce, size: letterbox, order: .bgr, scale: SIMD3(repeating: 1 / 128), bias: SIMD3(repeating: -1),
        border: .constant, into: tensor)
    }
    bar("letterbox 8 bit BGR to tensor", size: "\(letterbox)", limit: 1.5) {
      let small = resize(picture, to: PixelSize(width: 640, height: 360))
      planarTensor(
        place(small, on: letterbox), scale: SIMD3(repeating: 1 / 128), bias: SIMD3(repeating: -1), into: tensor)
    }
  }
}

private func measurePasteBars() {
  var picture = texturedPicture(1920, 1080)
  let video = Frame(picture, format: .yuv420, color: ColorDescription(matrixCode: 1))
  let face = AffineTransform(a: 0.98, b: 0.17, c: -620, d: -0.17, e: 0.98, f: -150)
  var old = FloatWindow(side: 256)
  video.sample(face, into: &old)
  var new = old
  for index in new.storage.indices { new.storage[index] *= 0.95 }
  let soft = boxMask(size: 256, blur: 0.3).samples
  bar("paste a difference into yuv420", size: "256x256", limit: 0.6) {
    video.addDifference(new: new, old: old, mask: soft, face)
  }
  let crop = texturedPicture(512, 512)
  let mask = boxMask(size: 512, blur: 0.3)
  let place = AffineTransform(a: 1.02, b: 0.12, c: -700, d: -0.12, e: 1.02, f: -200)
  bar("paste back 8 bit into 1080p", size: "512x512", limit: 3) {
    pasteBack(frame: &picture, crop: crop, mask: mask, transform: place)
  }
  var cache = BoxMaskCache()
  bar("box mask, cached", size: "512x512", limit: 0.01) { keep(cache.mask(size: 512, blur: 0.3)) }
}
