extension Tensor {
  /// Tensors of one request each, one behind the other. All have the type and shape of the first, which begins with 1.
  convenience init(rows: [Tensor]) {
    let shape = rows.first?.shape ?? []
    self.init(shape: [rows.count] + shape.dropFirst(), type: rows.first?.type ?? .float32)
    for (index, row) in rows.enumerated() { setRow(index, to: row) }
  }

  /// Bytes of one request.
  private var rowBytes: Int { rawBytes.count / max(1, shape.first ?? 1) }

  /// Copies one request's numbers to their place in the batch.
  public func setRow(_ index: Int, to row: Tensor) {
    precondition(row.type == type && row.rawBytes.count == rowBytes, "\(row.shape) is no row of \(shape)")
    UnsafeMutableRawBufferPointer(rebasing: rawBytes[index * rowBytes..<(index + 1) * rowBytes])
      .copyMemory(from: UnsafeRawBufferPointer(row.rawBytes))
  }

  /// Copies all numbers of a tensor of the same type and shape.
  func copyElements(of other: Tensor) {
    precondition(other.type == type && other.shape == shape, "\(other.shape) does not fill \(shape)")
    rawBytes.copyMemory(from: UnsafeRawBufferPointer(other.rawBytes))
  }

  /// A copy of one request's numbers.
  public func row(_ index: Int) -> Tensor {
    let row = Tensor(shape: [1] + shape.dropFirst(), type: type)
    copyRow(index, into: row)
    return row
  }

  /// Copies one request's numbers out.
  public func copyRow(_ index: Int, into row: Tensor) {
    precondition(row.type == type && row.rawBytes.count == rowBytes, "\(row.shape) is no row of \(shape)")
    row.rawBytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: rawBytes[index * rowBytes..<(index + 1) * rowBytes]))
  }
}
