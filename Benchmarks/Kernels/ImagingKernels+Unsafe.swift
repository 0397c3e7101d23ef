import Imaging

/// Warp, resize, blur, sampling and paste at the sizes that a 1080p video meets.
func measureImaging() {
  printHeading()
  let frame = texturedPicture(1920, 1080)
  let video = Frame(frame, format: .yuv420, color: ColorDescription(matrixCode: 1))
  let m = AffineTransform(a: 0.98, b: 0.17, c: -620, d: -0.17, e: 0.98, f: -150)
  measureSampling(video, m)
  measurePaste(video, frame, m)
  measureStills(frame, m)
}

private func measureSampling(_ video: Frame, _ m: AffineTransform) {
  for side in [256, 1024] {
    var window = FloatWindow(side: side)
    let scale = m.then(.scaling(Double(side) / 256, x: 0, y: 0))
    measure(
      "sample yuv420 to window", size: "\(side)x\(side)",
      fast: { video.sample(scale, into: &window) },
      scalar: { keep(Scalar.sample(video, scale, side: side)) })
  }
  let size = PixelSize(width: 192, height: 192)
  var tensor = [Float](repeating: 0, count: 3 * 640 * 640)
  tensor.withUnsafeMutableBufferPointer { tensor in
    measure(
      "sample yuv420 to tensor", size: "\(size)",
      fast: {
        video.sampleTensor(
          m, size: size, scale: SIMD3(repeating: 1 / 255), bias: .zero, border: .constant, into: tensor)
      },
      scalar: { keep(Scalar.sample(video, m, side: 192)) })
    let letterbox = PixelSize(width: 640, height: 640)
    let reduce = AffineTransform.resizing(from: video.size, to: PixelSize(width: 640, height: 360))
    measure(
      "letterbox yuv420 to tensor", size: "\(letterbox)",
      fast: {
        video.sampleTensor(
          reduce, size: letterbox, order: .bgr, scale: SIMD3(repeating: 1), bias: .zero, border: .constant,
          into: tensor)
      },
      scalar: { keep(Scalar.sample(video, reduce, side: 640)) })
  }
}

private func measurePaste(_ video: Frame, _ frame: PixelBuffer8, _ m: AffineTransform) {
  for side in [256, 512, 1024] {
    let scale = m.then(.scaling(Double(side) / 400, x: 0, y: 0))
    var old = FloatWindow(side: side)
    video.sample(scale, into: &old)
    var new = old
    for index in new.storage.indices { new.storage[index] *= 0.95 }
    let mask = boxMask(size: side, blur: 0.3).samples
    measure(
      "paste a difference into yuv420", size: "\(side)x\(side)",
      fast: { video.addDifference(new: new, old: old, mask: mask, scale) },
      scalar: { Scalar.paste(video, new, old, mask, scale) })
  }
  let crop = texturedPicture(512, 512)
  let mask = boxMask(size: 512, blur: 0.3)
  let place = AffineTransform(a: 1.02, b: 0.12, c: -700, d: -0.12, e: 1.02, f: -200)
  var target = frame
  measure(
    "paste back 8 bit into 1080p", size: "512x512",
    fast: { pasteBack(frame: &target, crop: crop, mask: mask, transform: place) },
    scalar: { Scalar.pasteBack(&target, crop, mask, place) })
}

private func measureStills(_ frame: PixelBuffer8, _ m: AffineTransform) {
  let size = PixelSize(width: 512, height: 512)
  measure(
    "warp 8 bit RGB", size: "\(size)", fast: { keep(warp(frame, m, to: size, border: .replicate)) },
    scalar: { keep(Scalar.warp(frame, m, size)) })
  let small = PixelSize(width: 640, height: 360)
  measure(
    "resize 8 bit RGB 1080p", size: "\(small)", fast: { keep(resize(frame, to: small)) },
    scalar: { keep(Scalar.resize(frame, small)) })
  var mask = PixelBufferF(size: PixelSize(width: 256, height: 256), channels: 1, repeating: 0)
  for y in 40..<216 { for x in 40..<216 { mask[x, y] = 1 } }
  measure(
    "gaussian blur, sigma 5", size: "\(mask.size)", fast: { keep(gaussianBlur(mask, sigma: 5)) },
    scalar: { keep(Scalar.blur(mask, sigma: 5)) })
  var cache = BoxMaskCache()
  measure(
    "box mask, cached", size: "512x512", fast: { keep(cache.mask(size: 512, blur: 0.3)) },
    scalar: { keep(boxMask(size: 512, blur: 0.3)) })
}

/// Gradients with a little texture.
func texturedPicture(_ width: Int, _ height: Int) -> PixelBuffer8 {
  var image = PixelBuffer8(size: PixelSize(width: width, height: height), channels: 3, repeating: 0)
  for index in image.samples.indices {
    let (x, y) = (index / 3 % width, index / 3 / width)
    image.samples[index] = UInt8((x / 8 + y / 6 + (x ^ y) % 16 + index % 3 * 40) & 255)
  }
  return image
}
