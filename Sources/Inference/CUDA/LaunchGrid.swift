/// How many threads a kernel is started with: blocks of threads in up to three directions.
public struct LaunchGrid: Sendable, Hashable {
  public struct Extent: Sendable, Hashable {
    public var x: Int
    public var y: Int
    public var z: Int

    public init(_ x: Int, _ y: Int = 1, _ z: Int = 1) { (self.x, self.y, self.z) = (x, y, z) }
  }

  public var blocks: Extent
  public var threads: Extent

  public init(blocks: Extent, threads: Extent) {
    self.blocks = blocks
    self.threads = threads
  }

  /// At least one thread a cell of a plane, `layers` of them: blocks of 32 × 8, so that a warp reads along a row.
  public init(width: Int, height: Int, layers: Int = 1) {
    self.init(blocks: Extent((width + 31) / 32, (height + 7) / 8, layers), threads: Extent(32, 8))
  }

  /// At least one thread an element.
  public init(count: Int) {
    self.init(blocks: Extent((count + 255) / 256), threads: Extent(256))
  }

  /// Nothing to do.
  public var isEmpty: Bool {
    blocks.x <= 0 || blocks.y <= 0 || blocks.z <= 0 || threads.x <= 0 || threads.y <= 0 || threads.z <= 0
  }
}
