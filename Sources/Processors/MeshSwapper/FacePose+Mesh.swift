public import Imaging

extension FacePose {
  /// The pose of a face's 478 points. Throws ``ProcessorsError`` (`mesh`) when they cannot be used.
  public init(mesh: [Point3]) throws {
    let fit = try MeshCheck.fit(mesh, topology: SwapTopology.shared.get(), name: "the picture")
    self.init(mesh: mesh, fit: fit)
  }
}
