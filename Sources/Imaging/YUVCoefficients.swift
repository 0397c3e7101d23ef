/// The linear map between Y'CbCr samples and R'G'B' display values 0…1, after ITU-R BT.601, BT.709 and BT.2020.
///
/// Limited range puts luma on 16…235 and chroma on 16…240 (times 2^(bits − 8)); full range uses every code.
/// A grey frame is the luma alone.
package struct YUVCoefficients: Sendable {
  /// Share of red and of blue in the luma; green has the rest.
  package let red: Float
  package let blue: Float
  /// Samples per unit of luma and of chroma, and the codes of luma 0 and chroma 0.
  package let lumaScale: Float
  package let lumaOffset: Float
  package let chromaScale: Float
  package let chromaOffset: Float

  package var green: Float { 1 - red - blue }

  package init(format: PixelFormat, color: ColorDescription, height: Int) {
    switch color.matrix(height: height) {
    case .bt601: (red, blue) = (0.299, 0.114)
    case .bt709: (red, blue) = (0.2126, 0.0722)
    case .bt2020: (red, blue) = (0.2627, 0.0593)
    }
    let unit = Float(1 << (format.bitDepth - 8))
    chromaOffset = 128 * unit
    if color.isFullRange {
      (lumaScale, chromaScale, lumaOffset) = (Float(format.maximum), Float(format.maximum), 0)
    } else {
      (lumaScale, chromaScale, lumaOffset) = (219 * unit, 224 * unit, 16 * unit)
    }
  }

  /// Factors of (Cr → R, Cb → G, Cr → G, Cb → B), for chroma in samples.
  package var chromaToRGB: (redCr: Float, greenCb: Float, greenCr: Float, blueCb: Float) {
    (
      2 * (1 - red) / chromaScale, -2 * blue * (1 - blue) / green / chromaScale,
      -2 * red * (1 - red) / green / chromaScale, 2 * (1 - blue) / chromaScale
    )
  }

  /// (Y, Cb, Cr, 0) in samples per unit of red, of green and of blue, without offsets.
  package var columns: (red: SIMD4<Float>, green: SIMD4<Float>, blue: SIMD4<Float>) {
    let luma = SIMD3(red, green, blue)
    let cb = (SIMD3<Float>(0, 0, 1) - luma) * (chromaScale / (2 * (1 - blue)))
    let cr = (SIMD3<Float>(1, 0, 0) - luma) * (chromaScale / (2 * (1 - red)))
    let y = luma * lumaScale
    return (SIMD4(y.x, cb.x, cr.x, 0), SIMD4(y.y, cb.y, cr.y, 0), SIMD4(y.z, cb.z, cr.z, 0))
  }
}
