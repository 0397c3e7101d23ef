public import Imaging
public import Inference

extension DeviceImager {
  /// Crops of frames as an input of a network: cut out when the network's batch is made, one behind the other. For what
  /// the numbers are see ``DeviceCropTarget``. The frames must live until the network has read them, see ``DeviceInput``.
  public func input(
    _ crops: [DeviceCrop<DeviceFrame>], size: PixelSize, order: ChannelOrder = .rgb, layout: TensorLayout = .planar,
    scale: SIMD3<Float> = .one, bias: SIMD3<Float> = .zero, border: BorderMode = .replicate
  ) -> DeviceInput {
    .fill { row, stream in
      for crop in crops { try crop.source.wait(on: stream) }
      let target = DeviceCropTarget(
        row, size: size, order: order, layout: layout, scale: scale, bias: bias, border: border)
      try self.crop(crops, into: target, on: stream)
    }
  }

  /// Crops of B, G, R pictures as an input of a network. What made the pictures is among the request's
  /// ``Inference/DeviceRequest/after``.
  public func input(
    _ crops: [DeviceCrop<DevicePicture>], size: PixelSize, order: ChannelOrder = .bgr, layout: TensorLayout = .planar,
    scale: SIMD3<Float> = .one, bias: SIMD3<Float> = .zero, border: BorderMode = .replicate
  ) -> DeviceInput {
    .fill { row, stream in
      let target = DeviceCropTarget(
        row, size: size, order: order, layout: layout, scale: scale, bias: bias, border: border)
      try self.crop(crops, into: target, on: stream)
    }
  }
}
