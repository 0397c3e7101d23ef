import COnnxRuntime

extension OnnxRuntime {
  /// Where the nodes of a session run. Nil for sessions on the processor alone, and for a runtime older than 1.24,
  /// which does not tell.
  func placement(
    of session: OpaquePointer, model: String, providers: [ExecutionProvider]
  ) throws -> SessionPlacement? {
    guard let provider = providers.first(where: { $0 != .cpu }), let subgraphs = extras.Session_GetEpGraphAssignmentInfo
    else { return nil }
    let what = "The placement of \(model) cannot be read"
    var list: UnsafePointer<OpaquePointer>?
    var count = 0
    try check(subgraphs(session, &list, &count), .modelRefused, what)
    var total = 0
    var fallen: [SessionPlacement.Node] = []
    for index in 0..<count {
      guard let subgraph = list?[index] else { continue }
      let owner = try text(extras.EpAssignedSubgraph_GetEpName, of: subgraph, what)
      let nodes = try nodes(of: subgraph, what)
      total += nodes.count
      if owner == ExecutionProvider.cpu.runtimeName { fallen += nodes }
    }
    return SessionPlacement(model: model, provider: provider.rawValue, total: total, fallen: fallen)
  }

  private func nodes(of subgraph: OpaquePointer, _ what: String) throws -> [SessionPlacement.Node] {
    var list: UnsafePointer<OpaquePointer>?
    var count = 0
    try check(extras.EpAssignedSubgraph_GetNodes?(subgraph, &list, &count), .modelRefused, what)
    return try (0..<count).compactMap { index in
      guard let node = list?[index] else { return nil }
      return SessionPlacement.Node(
        name: try text(extras.EpAssignedNode_GetName, of: node, what),
        operation: try text(extras.EpAssignedNode_GetOperatorType, of: node, what))
    }
  }

  private typealias TextGetter =
    @convention(c) (
      OpaquePointer, UnsafeMutablePointer<UnsafePointer<CChar>?>
    ) -> OpaquePointer?

  private func text(_ getter: TextGetter?, of object: OpaquePointer, _ what: String) throws -> String {
    var text: UnsafePointer<CChar>?
    try check(getter?(object, &text), .modelRefused, what)
    return text.map { String(cString: $0) } ?? ""
  }
}
