import Foundation

/// The power of every wave in a plane, zero-padded to powers of two.
struct PowerSpectrum {
  /// Columns are frequencies 0…1/2 across (``across``/2 + 1 of them), rows frequencies 0…1 down (``down`` of them).
  let across: Int
  let down: Int
  private(set) var values: [Float]

  var columns: Int { across / 2 + 1 }

  /// - Parameter plane: rows of `width` values; at least one.
  init(_ plane: [Float], width: Int, height: Int) {
    across = Self.length(width)
    down = Self.length(height)
    let columns = across / 2 + 1
    // First across: the plane lies on its side so that each step works on whole rows.
    var re = [Float](repeating: 0, count: across * height)
    var im = [Float](repeating: 0, count: across * height)
    for y in 0..<height {
      for x in 0..<width { re[x * height + y] = plane[y * width + x] }
    }
    Self.transform(&re, &im, count: across, width: height)
    var downRe = [Float](repeating: 0, count: down * columns)
    var downIm = [Float](repeating: 0, count: down * columns)
    for x in 0..<columns {
      for y in 0..<height {
        downRe[y * columns + x] = re[x * height + y]
        downIm[y * columns + x] = im[x * height + y]
      }
    }
    Self.transform(&downRe, &downIm, count: down, width: columns)
    values = downRe
    for index in values.indices { values[index] = downRe[index] * downRe[index] + downIm[index] * downIm[index] }
  }

  /// The power of two at or above one and a half times the length: between two bins a wave loses little.
  private static func length(_ count: Int) -> Int {
    var length = 32
    while 2 * length < 3 * count { length *= 2 }
    return length
  }

  /// `width` Fourier transforms at once, sum of v·e^(-2πi·f·n/count) over the `count` rows; radix 2, in place.
  static func transform(_ re: inout [Float], _ im: inout [Float], count: Int, width: Int) {
    precondition(count & (count - 1) == 0 && re.count >= count * width && im.count >= count * width)
    re.withUnsafeMutableBufferPointer { re in
      im.withUnsafeMutableBufferPointer { im in
        let (re, im) = (re.baseAddress!, im.baseAddress!)
        reorder(re, im, count, width)
        var half = 1
        while half < count {
          for j in 0..<half {
            let angle = -Double.pi * Double(j) / Double(half)
            let (c, s) = (Float(cos(angle)), Float(sin(angle)))
            for start in stride(from: j, to: count, by: 2 * half) {
              butterflies(
                re + start * width, im + start * width, re + (start + half) * width, im + (start + half) * width,
                c, s, width)
            }
          }
          half *= 2
        }
      }
    }
  }

  private static func butterflies(
    _ aRe: UnsafeMutablePointer<Float>, _ aIm: UnsafeMutablePointer<Float>,
    _ bRe: UnsafeMutablePointer<Float>, _ bIm: UnsafeMutablePointer<Float>, _ c: Float, _ s: Float, _ width: Int
  ) {
    var x = 0
    while x < width {
      let re = bRe[x] * c - bIm[x] * s
      let im = bRe[x] * s + bIm[x] * c
      bRe[x] = aRe[x] - re
      bIm[x] = aIm[x] - im
      aRe[x] += re
      aIm[x] += im
      x += 1
    }
  }

  private static func reorder(
    _ re: UnsafeMutablePointer<Float>, _ im: UnsafeMutablePointer<Float>, _ count: Int, _ width: Int
  ) {
    var mirrored = 0
    for index in 1..<count {
      var bit = count >> 1
      while mirrored & bit != 0 {
        mirrored ^= bit
        bit >>= 1
      }
      mirrored |= bit
      guard index < mirrored else { continue }
      for x in 0..<width {
        swap(&re[index * width + x], &re[mirrored * width + x])
        swap(&im[index * width + x], &im[mirrored * width + x])
      }
    }
  }
}
