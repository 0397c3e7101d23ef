import Imaging

/// Working memory of one worker: grows when asked for more, never shrinks, aligned to 64 bytes.
final class Scratch<Element: BitwiseCopyable> {
  private(set) var base: UnsafeMutablePointer<Element>
  private(set) var capacity: Int

  init(_ count: Int = 1) {
    capacity = max(count, 1)
    base = Scratch.allocate(capacity)
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }

  /// Makes room for `count` elements. Contents are undefined after growth.
  func reserve(_ count: Int) {
    guard count > capacity else { return }
    UnsafeMutableRawPointer(base).deallocate()
    capacity = count
    base = Scratch.allocate(count)
  }

  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Element> {
    let bytes = (count * MemoryLayout<Element>.stride + 127) / 64 * 64
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    return memory.bindMemory(to: Element.self, capacity: count)
  }
}

/// Points somewhere in working memory.
struct PointMemory: PointAccess {
  let base: UnsafePointer<Point3>

  init(_ base: UnsafePointer<Point3>) { self.base = base }
  init(_ base: UnsafeMutablePointer<Point3>) { self.base = UnsafePointer(base) }

  @inline(__always)
  subscript(index: Int) -> Point3 { base[index] }
}
