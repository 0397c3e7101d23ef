import Foundation
import Imaging

/// What decides which source photo suits a target face.
public struct FacePose: Sendable, Equatable {
  /// Degrees; positive when the nose points to the right of the picture.
  public var yaw: Double
  /// Degrees; positive when the nose points down.
  public var pitch: Double
  /// Degrees; positive when the head is turned clockwise in the picture.
  public var roll: Double
  /// Gap between the lips' inner edges over the eye distance.
  public var mouthOpening: Double
  /// Width of the mouth over the eye distance.
  public var smile: Double

  public init(yaw: Double, pitch: Double, roll: Double, mouthOpening: Double, smile: Double) {
    self.yaw = yaw
    self.pitch = pitch
    self.roll = roll
    self.mouthOpening = mouthOpening
    self.smile = smile
  }

  /// Reads the pose off a mesh and its fit from the canonical mesh.
  init(mesh: some PointAccess, fit: Similarity3) {
    let degrees = 180 / Double.pi
    // The canonical face looks along −z; where it looks now is minus the third column.
    let look = SIMD3(-fit.rows.0.z, -fit.rows.1.z, -fit.rows.2.z)
    yaw = atan2(look.x, -look.z) * degrees
    pitch = atan2(look.y, (look.x * look.x + look.z * look.z).squareRoot()) * degrees
    roll = atan2(-fit.rows.0.y, fit.rows.1.y) * degrees
    func gap(_ a: Int, _ b: Int) -> Double {
      let d = SIMD3<Double>(mesh[a]) - SIMD3<Double>(mesh[b])
      return (d * d).sum().squareRoot()
    }
    let leftEye = (SIMD3<Double>(mesh[33]) + SIMD3<Double>(mesh[133])) / 2
    let rightEye = (SIMD3<Double>(mesh[263]) + SIMD3<Double>(mesh[362])) / 2
    let between = rightEye - leftEye
    let eyes = max((between * between).sum().squareRoot(), 1e-6)
    mouthOpening = gap(13, 14) / eyes
    smile = gap(61, 291) / eyes
  }

  /// How unlike two faces are held: 1 is 15° of yaw, 12° of pitch, a mouth opening or a mouth width that differs by
  /// 0.12 of the eye distance. The shares are such that each alone makes a visible mistake of about the same size.
  func distance(to other: FacePose) -> Double {
    let parts = SIMD4(
      (yaw - other.yaw) / 15, (pitch - other.pitch) / 12, (mouthOpening - other.mouthOpening) / 0.12,
      (smile - other.smile) / 0.12)
    return (parts * parts).sum().squareRoot()
  }
}
