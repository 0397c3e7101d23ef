/// Resamples `image` with a matrix that maps it to the result (OpenCV `warpAffine`, bilinear; spec vision §2.1).
///
/// Each pixel of the result is taken at the inverse position, computed in single precision as in the peer; 8-bit values
/// are rounded half to even and, away from the border, equal the peer's bit by bit. Outside the picture `.constant`
/// counts each missing neighbour as 0, `.replicate` repeats the edge.
/// A singular matrix shows the pixel at the origin everywhere.
public func warp(
  _ image: PixelBuffer8, _ m: AffineTransform, to size: PixelSize, border: BorderMode = .constant
) -> PixelBuffer8 {
  warped(image, m, size, border, zero: 0)
}

/// The same for floats, sampled at the exact position.
public func warp(
  _ image: PixelBufferF, _ m: AffineTransform, to size: PixelSize, border: BorderMode = .constant
) -> PixelBufferF {
  warped(image, m, size, border, zero: 0)
}

/// The same for doubles, which are sampled on a grid of 1/32 pixel as OpenCV does for this type.
///
/// The peer pastes its default swapper's crops in this type, so the grid is part of the result.
public func warp(
  _ image: PixelBuffer<Double>, _ m: AffineTransform, to size: PixelSize, border: BorderMode = .constant
) -> PixelBuffer<Double> {
  warpedOnGrid(image, m, size, border)
}
