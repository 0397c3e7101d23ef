import Imaging
import Inference

extension DeviceFrame {
  /// The struct `Frame` of `common.cuh`, field by field.
  static func arguments(
    _ size: PixelSize, _ format: PixelFormat, _ color: ColorDescription, _ packing: ChromaPacking,
    _ planes: [DevicePlane]
  ) -> KernelArguments {
    let coefficients = YUVCoefficients(format: format, color: color, height: size.height)
    let toRGB = coefficients.chromaToRGB
    let columns = coefficients.columns
    var (layout, shiftX, shiftY): (Int32, Int, Int) = (2, 0, 0)
    switch format.layout {
    case .planarYUV(let x, let y): (layout, shiftX, shiftY) = (0, x, y)
    case .interleavedRGB: layout = 1
    case .gray: break
    }
    var (sampleShift, chromaStep) = (0, 1)
    if case .pairs(let unusedBits) = packing { (sampleShift, chromaStep) = (unusedBits, 2) }
    // In pairs, Cr lies one sample behind Cb.
    let chroma = planes.count > 1 ? planes[1] : planes[0]
    let last = planes.count > 2 ? planes[2] : chroma
    let lastAddress = last.bytes.address + UInt64(planes.count == 2 ? format.bytesPerSample : 0)

    var bytes = KernelArguments()
    bytes.append(contentsOf: [planes[0].bytes.address, chroma.bytes.address, lastAddress])
    bytes.append(contentsOf: [planes[0].pitch, chroma.pitch, last.pitch].map { Int32($0) })
    bytes.append(contentsOf: [size.width, size.height, chroma.width, chroma.height].map { Int32($0) })
    bytes.append(layout)
    bytes.append(contentsOf: [format.bytesPerSample, sampleShift].map { Int32($0) })
    bytes.append(Int32(format.layout == .interleavedRGB ? (format.hasAlpha ? 4 : 3) : 1))
    bytes.append(contentsOf: [chromaStep, shiftX, shiftY].map { Int32($0) })
    bytes.append(contentsOf: [
      Float(format.maximum), coefficients.lumaOffset, 1 / coefficients.lumaScale, coefficients.chromaOffset,
      toRGB.redCr, toRGB.greenCb, toRGB.greenCr, toRGB.blueCb,
    ])
    for column in [columns.red, columns.green, columns.blue] {
      bytes.append(contentsOf: [column.x, column.y, column.z])
    }
    bytes.append(Int32(0))
    return bytes
  }
}
