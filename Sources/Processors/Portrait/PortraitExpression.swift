public import Imaging

/// What a face expresses: how far each of 21 points lies from where it rests (vision.md §23).
public struct PortraitExpression: Sendable, Equatable {
  /// Points of an expression.
  public static let pointCount = 21

  /// 21 offsets; units are those of the motion points.
  public var offsets: [Point3]

  /// - Throws: ``ProcessorsError`` `shape` for anything but 21 offsets.
  public init(offsets: [Point3]) throws {
    guard offsets.count == Self.pointCount else {
      throw ProcessorsError(
        .shape, "An expression has \(offsets.count) points; \(Self.pointCount) are needed.")
    }
    self.offsets = offsets
  }

  /// All points at rest.
  public static let neutral = PortraitExpression()

  private init() { offsets = Array(repeating: .zero, count: Self.pointCount) }

  /// Every value kept within what faces do.
  public func limited() -> PortraitExpression {
    var limited = self
    for index in offsets.indices {
      limited.offsets[index] = offsets[index].clamped(lowerBound: Self.least[index], upperBound: Self.greatest[index])
    }
    return limited
  }

  /// self · share + other · (1 − share).
  public func mixed(with other: PortraitExpression, share: Float) -> PortraitExpression {
    var mixed = self
    for index in offsets.indices {
      mixed.offsets[index] = offsets[index] * share + other.offsets[index] * (1 - share)
    }
    return mixed
  }

  /// Least values of point 0…20, x, y and z.
  private static let least: [Point3] = [
    Point3(-2.88067125e-2, -8.12731311e-2, -1.70541159e-3),
    Point3(-4.88598682e-2, -3.32196616e-2, -1.67431499e-4),
    Point3(-6.75425082e-2, -4.28681746e-2, -1.98950816e-4),
    Point3(-7.23103955e-2, -3.28503326e-2, -7.31324719e-4),
    Point3(-3.87073644e-2, -6.01546466e-2, -5.50269964e-4),
    Point3(-6.38048723e-2, -2.23840728e-1, -7.13261834e-4),
    Point3(-3.02710701e-2, -3.93195450e-2, -8.24086510e-6),
    Point3(-2.95799859e-2, -5.39318882e-2, -1.74219604e-4),
    Point3(-2.92359516e-2, -1.53050944e-2, -6.30460854e-5),
    Point3(-5.56493877e-3, -2.34344602e-2, -1.26858242e-4),
    Point3(-4.37593013e-2, -2.77768299e-2, -2.70503685e-2),
    Point3(-1.76926646e-2, -1.91676542e-2, -1.15090821e-4),
    Point3(-8.34268332e-3, -3.99775570e-3, -3.27481248e-5),
    Point3(-3.40162888e-2, -2.81868968e-2, -1.96679524e-4),
    Point3(-2.91855410e-2, -3.97511162e-2, -2.81230678e-5),
    Point3(-1.50395725e-2, -2.49494594e-2, -9.42573533e-5),
    Point3(-1.67938769e-2, -2.00953931e-2, -4.00750607e-4),
    Point3(-1.86435618e-2, -2.48535164e-2, -2.74416432e-2),
    Point3(-4.61211195e-3, -1.21660791e-2, -2.93173041e-4),
    Point3(-4.10017073e-2, -7.43824020e-2, -4.42762971e-2),
    Point3(-1.90370996e-2, -3.74363363e-2, -1.34740388e-2),
  ]

  /// Greatest values of point 0…20, x, y and z.
  private static let greatest: [Point3] = [
    Point3(4.46682945e-2, 7.08772913e-2, 4.08344204e-4),
    Point3(2.14308221e-2, 6.15894832e-2, 4.85319615e-5),
    Point3(3.02363783e-2, 4.45043296e-2, 1.28298725e-5),
    Point3(3.05869691e-2, 3.79812494e-2, 6.57040102e-4),
    Point3(4.45670523e-2, 3.97259220e-2, 7.10966764e-4),
    Point3(9.43699256e-2, 9.85926315e-2, 2.02551950e-4),
    Point3(1.61131397e-2, 2.92906128e-2, 3.44733417e-6),
    Point3(5.23825921e-2, 1.07065082e-1, 6.61510974e-4),
    Point3(2.85718683e-3, 8.32320191e-3, 2.39314613e-4),
    Point3(2.57947259e-2, 1.60935968e-2, 2.41853559e-5),
    Point3(4.90833223e-2, 3.43903080e-2, 3.22353356e-2),
    Point3(1.44766076e-2, 3.39248963e-2, 1.42291479e-4),
    Point3(8.75749043e-4, 6.82212645e-3, 2.76097053e-5),
    Point3(1.86958015e-2, 3.84016186e-2, 7.33085908e-5),
    Point3(2.01714113e-2, 4.90544215e-2, 2.34028921e-5),
    Point3(2.46518422e-2, 3.29151377e-2, 3.48571630e-5),
    Point3(2.22457591e-2, 1.21796541e-2, 1.56396593e-4),
    Point3(1.72109623e-2, 3.01626958e-2, 1.36556877e-2),
    Point3(1.83460284e-2, 1.61141958e-2, 2.87440169e-4),
    Point3(3.57594155e-2, 1.80554688e-1, 2.75554154e-2),
    Point3(2.17450950e-2, 8.66811201e-2, 3.34241726e-2),
  ]
}
