/// The cells that the published detectors with strides divide their canvas into (vision.md §7.3).
public enum DetectorGrid {
  /// The corner of a cell in canvas pixels, without a half-cell offset. Cells are counted row by row.
  public static func anchor(_ cell: Int, columns: Int, stride: Int) -> SIMD2<Double> {
    SIMD2(Double(cell % columns * stride), Double(cell / columns * stride))
  }
}
