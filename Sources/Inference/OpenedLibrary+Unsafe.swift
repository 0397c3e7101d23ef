import COnnxRuntime
import Logging

/// The function table of a library, and the calls made once with it.
struct OpenedLibrary {
  let path: String
  let version: String
  let api: OrtApi
  let extras: LikenessOrtExtras

  /// Throws `libraryUnusable` or `libraryTooOld`.
  init(path: String) throws {
    var library = LikenessOrtLibrary()
    var message = [CChar](repeating: 0, count: 1024)
    let result = likeness_ort_open(path, &library, &message, message.count)
    let reason = String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    version = library.version.map { String(cString: $0) } ?? "of unknown version"
    switch Int(result) {
    case Int(LIKENESS_ORT_NOT_A_LIBRARY):
      throw InferenceError(
        .libraryUnusable, "\(path) cannot be opened as the ONNX Runtime library: \(reason).",
        hint: OnnxRuntime.installHint)
    case Int(LIKENESS_ORT_NOT_ONNXRUNTIME):
      throw InferenceError(
        .libraryUnusable, "\(path) is a library, but not ONNX Runtime (it has no OrtGetApiBase).",
        hint: OnnxRuntime.installHint)
    default: break
    }
    guard let api = library.api else {
      throw InferenceError(
        .libraryTooOld,
        "\(path) is ONNX Runtime \(version); 1.\(LIKENESS_ORT_API_VERSION) is the oldest that works.",
        hint: OnnxRuntime.installHint)
    }
    self.api = api.pointee
    extras = library.extras
    self.path = library.path.map { String(cString: $0) } ?? path
  }

  /// The environment (logs go to swift-log) and the description of plain memory. Both live as long as the process.
  func makeEnvironment() throws -> (environment: OpaquePointer, memoryInfo: OpaquePointer) {
    var environment: OpaquePointer?
    try check(api.CreateEnvWithCustomLogger(forwardLog, nil, 2, "likeness", &environment))
    var memoryInfo: OpaquePointer?
    try check(api.CreateCpuMemoryInfo(1, 0, &memoryInfo))
    guard let environment, let memoryInfo else {
      throw InferenceError(.libraryUnusable, "\(path) made no environment and gave no reason.")
    }
    return (environment, memoryInfo)
  }

  func providerNames() throws -> Set<String> {
    var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    var count: Int32 = 0
    try check(api.GetAvailableProviders(&names, &count))
    guard let names else { return [] }
    let result = Set((0..<Int(count)).compactMap { names[$0].map { String(cString: $0) } })
    try check(api.ReleaseAvailableProviders(names, count))
    return result
  }

  private func check(_ status: OpaquePointer?) throws {
    guard let status else { return }
    defer { api.ReleaseStatus(status) }
    throw InferenceError(
      .libraryUnusable,
      "\(path) does not start: \(RuntimeMessage.reason(String(cString: api.GetErrorMessage(status)))).",
      hint: OnnxRuntime.installHint)
  }
}

private let runtimeLog = Logger(label: "likeness.onnxruntime")

/// The runtime's words, quieter than it rates them: what goes wrong is thrown as an error anyway.
private func forwardLog(
  _: UnsafeMutableRawPointer?, severity: OrtLoggingLevel, _: UnsafePointer<CChar>?, _: UnsafePointer<CChar>?,
  place: UnsafePointer<CChar>?, message: UnsafePointer<CChar>?
) {
  guard let message else { return }
  let level: Logger.Level
  switch severity {
  case ...2: level = .trace
  case 3: level = .debug
  default: level = .error
  }
  guard level >= runtimeLog.logLevel else { return }
  let source = place.map { String(cString: $0) } ?? ""
  runtimeLog.log(level: level, "\(String(cString: message))", metadata: ["place": "\(source)"])
}

extension OnnxRuntime {
  /// Throws what a failed call says, after `what`; frees the status.
  func check(
    _ status: OpaquePointer?, _ code: InferenceError.Code, _ what: @autoclosure () -> String,
    hint: @autoclosure () -> String? = nil
  ) throws {
    guard let status else { return }
    defer { api.ReleaseStatus(status) }
    let reason = RuntimeMessage.reason(String(cString: api.GetErrorMessage(status)))
    throw InferenceError(code, "\(what()): \(reason).", hint: hint())
  }
}
