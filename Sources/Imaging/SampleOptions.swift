/// What lies outside a picture when it is sampled.
public enum BorderMode: Sendable, Hashable {
  /// Black: each missing neighbour counts as 0.
  case constant
  /// The nearest pixel of the edge.
  case replicate
}

/// Order of the colour planes of a tensor.
public enum ChannelOrder: Sendable, Hashable {
  case rgb
  case bgr
}

/// Where the channels of a tensor lie.
public enum TensorLayout: Sendable, Hashable {
  /// Channel, row, column (CHW).
  case planar
  /// Row, column, channel (HWC).
  case interleaved
}
