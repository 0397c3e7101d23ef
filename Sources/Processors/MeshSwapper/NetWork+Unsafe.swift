/// Working memory of the 112 px stage.
final class NetWork {
  let planeA: UnsafeMutablePointer<Float>
  let planeB: UnsafeMutablePointer<Float>
  /// A row with its margins.
  let line: UnsafeMutablePointer<Float>
  /// Places where a polygon crosses a row.
  let crossings: UnsafeMutablePointer<Float>
  let inside: NetBits
  let openings: NetBits
  let oval: NetBits
  let eroded: NetBits
  /// Three grids of 28×28 sums (R, G, B, weight), and room for their blurred copies.
  let grids: UnsafeMutablePointer<Float4>
  let blurred: UnsafeMutablePointer<Float4>
  /// How far inside the face each cell lies, 0…1.
  let innerGrid: UnsafeMutablePointer<Float>
  private let memory: [Scratch<Float>]
  private let bits: Scratch<UInt128>
  private let cells: Scratch<Float4>

  init() {
    let area = NetSamples.area
    memory = [Scratch(area), Scratch(area), Scratch(512), Scratch(64), Scratch(LightGrid.cells)]
    planeA = memory[0].base
    planeB = memory[1].base
    line = memory[2].base
    crossings = memory[3].base
    innerGrid = memory[4].base
    bits = Scratch(4 * NetBits.side)
    inside = NetBits(rows: bits.base)
    openings = NetBits(rows: bits.base + NetBits.side)
    oval = NetBits(rows: bits.base + 2 * NetBits.side)
    eroded = NetBits(rows: bits.base + 3 * NetBits.side)
    cells = Scratch(9 * LightGrid.cells)
    grids = cells.base
    blurred = cells.base + 3 * LightGrid.cells
  }
}
