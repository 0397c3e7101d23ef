import Foundation
public import Imaging

/// How a head is turned: three angles in degrees (vision.md §23).
public struct PortraitAngles: Sendable, Equatable {
  /// Nodding.
  public var pitch: Double
  /// Turning to the side.
  public var yaw: Double
  /// Leaning to the side.
  public var roll: Double

  public init(pitch: Double, yaw: Double, roll: Double) {
    self.pitch = pitch
    self.yaw = yaw
    self.roll = roll
  }

  /// What an edit may turn the head to: pitch ±30, yaw ±60, roll ±20 degrees, on the side of the present angle widened
  /// to include it. 0 counts as positive.
  public var limits: PortraitAngleLimits {
    func widened(_ limit: Double, _ value: Double) -> ClosedRange<Double> {
      value < 0 ? min(-limit, value)...limit : -limit...max(limit, value)
    }
    return PortraitAngleLimits(pitch: widened(30, pitch), yaw: widened(60, yaw), roll: widened(20, roll))
  }

  /// The angles within the limits.
  public func limited(to limits: PortraitAngleLimits) -> PortraitAngles {
    func clamp(_ value: Double, _ range: ClosedRange<Double>) -> Double {
      min(max(value, range.lowerBound), range.upperBound)
    }
    return PortraitAngles(
      pitch: clamp(pitch, limits.pitch), yaw: clamp(yaw, limits.yaw), roll: clamp(roll, limits.roll))
  }

  /// Rz(roll) · Ry(yaw) · Rx(pitch), worked out in double precision.
  public var rotation: PortraitRotation {
    func circle(_ degrees: Double) -> (cosine: Double, sine: Double) {
      (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
    }
    let (x, y, z) = (circle(pitch), circle(yaw), circle(roll))
    func row(_ a: Double, _ b: Double, _ c: Double) -> Point3 { Point3(Float(a), Float(b), Float(c)) }
    return PortraitRotation(
      rows: (
        row(
          z.cosine * y.cosine, z.cosine * y.sine * x.sine - z.sine * x.cosine,
          z.cosine * y.sine * x.cosine + z.sine * x.sine),
        row(
          z.sine * y.cosine, z.sine * y.sine * x.sine + z.cosine * x.cosine,
          z.sine * y.sine * x.cosine - z.cosine * x.sine),
        row(-y.sine, y.cosine * x.sine, y.cosine * x.cosine)
      ))
  }
}

/// The ranges that edited angles are kept in, in degrees.
public struct PortraitAngleLimits: Sendable, Equatable {
  public var pitch: ClosedRange<Double>
  public var yaw: ClosedRange<Double>
  public var roll: ClosedRange<Double>
}

/// A rotation of points, three rows of three.
public struct PortraitRotation: Sendable {
  public let rows: (Point3, Point3, Point3)

  /// The turned point.
  public func apply(_ point: Point3) -> Point3 {
    Point3((rows.0 * point).sum(), (rows.1 * point).sum(), (rows.2 * point).sum())
  }
}
