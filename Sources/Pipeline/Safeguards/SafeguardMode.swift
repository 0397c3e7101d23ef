public import Safeguards

extension SafeguardPolicy.Mode {
  /// Runs `body` unless the layer is off. What it throws ends the run in mode `required`; in mode `warn` it is told to
  /// the user and nil is returned.
  ///
  /// - Parameter what: what cannot be done then, without a full stop.
  @discardableResult
  public func attempt<Result>(_ what: String, _ warn: (String) -> Void, _ body: () throws -> Result) throws -> Result? {
    guard self != .off else { return nil }
    do {
      return try body()
    } catch  where self == .warn {
      warn("\(what): \(error)")
      return nil
    }
  }
}

extension RunSafeguards {
  /// How the log calls an end that came by an error.
  static func event(of error: any Error) -> AuditEvent {
    switch error {
    case let error as PipelineError where error.code == .cancelled: .cancelled
    case let error as SafeguardsError where refusals.contains(error.code): .refused
    default: .failed
    }
  }

  private static let refusals: Set<SafeguardsError.Code> = [.content, .similarity, .protected, .minor, .consent]
}
