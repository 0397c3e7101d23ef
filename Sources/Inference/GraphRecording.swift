import Foundation

/// While ONNX Runtime records a graph, the driver lets nobody wait for the whole card, and both sides fail. Opening and
/// closing a session, and binding tensors to it, wait for the whole card: neither happens beside the other.
enum GraphRecording {
  // Opening a session may close another one.
  private static let lock = NSRecursiveLock()

  /// Runs the body beside no other such body, where one of the providers is a CUDA card.
  static func alone<Value>(on providers: [ExecutionProvider], _ body: () throws -> Value) rethrows -> Value {
    guard providers.contains(.cuda) else { return try body() }
    return try lock.withLock(body)
  }
}
