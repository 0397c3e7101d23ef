public import Imaging
import Inference

extension DeviceFrame {
  /// The memory of a card's decoder or encoder as a frame, which `owner` keeps.
  public convenience init(_ surface: DeviceSurface, color: ColorDescription, owner: any Sendable & AnyObject) {
    let isPaired = surface.layout.isPaired
    let planes = surface.planes.enumerated().map { index, plane in
      DevicePlane(
        bytes: DeviceBytes(address: UInt64(plane.address), count: plane.pitch * plane.height), pitch: plane.pitch,
        width: isPaired && index == 1 ? plane.width / 2 : plane.width, height: plane.height)
    }
    self.init(
      size: surface.size, format: surface.layout.format, color: color,
      packing: isPaired ? .pairs(unusedBits: surface.layout.unusedBits) : .planes, planes: planes,
      ordinal: surface.device, owner: owner)
  }
}
