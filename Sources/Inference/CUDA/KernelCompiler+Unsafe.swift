package import CCUDA
import Foundation
import Synchronization

/// The compiler for kernels (NVRTC), opened at run time. It needs no card.
public final class KernelCompiler: Sendable {
  private let api: LikenessNVRTC
  /// As the library states it, for example `12.9`.
  public let version: String
  /// Card generations the library knows, as ``ComputeCapability/number``, ascending.
  public let architectures: [Int]
  /// Whatever the table's functions need.
  private let keeper: (any Sendable & AnyObject)?

  /// Kernels are compiled without fused products, so that they compute what the CPU's code does; where a fused product
  /// is meant, the source says `fmaf`.
  static let options = ["--std=c++17", "--fmad=false"]

  private static let shared = Mutex<KernelCompiler?>(nil)

  /// The compiler of this machine. Throws `libraryMissing` or `libraryUnusable`.
  public static func open() throws -> KernelCompiler {
    try shared.withLock { shared in
      if let shared { return shared }
      let compiler = try KernelCompiler(LibraryTable.nvrtc().table)
      shared = compiler
      return compiler
    }
  }

  package init(_ api: LikenessNVRTC, keeping keeper: (any Sendable & AnyObject)? = nil) throws {
    self.api = api
    self.keeper = keeper
    var (major, minor, count) = (Int32(0), Int32(0), Int32(0))
    guard api.nvrtcVersion(&major, &minor) == LIKENESS_NVRTC_SUCCESS,
      api.nvrtcGetNumSupportedArchs(&count) == LIKENESS_NVRTC_SUCCESS, count > 0
    else { throw InferenceError(.libraryUnusable, "The CUDA compiler (NVRTC) does not say its version.") }
    var architectures = [Int32](repeating: 0, count: Int(count))
    _ = api.nvrtcGetSupportedArchs(&architectures)
    version = "\(major).\(minor)"
    self.architectures = architectures.map(Int.init).sorted()
  }

  /// What a source is compiled to.
  public enum Target: Sendable, Hashable, CustomStringConvertible {
    /// Machine code for one generation.
    case binary(Int)
    /// Text that the driver compiles, for this generation and later ones.
    case portable(Int)

    /// The compiler's name for it.
    public var description: String {
      switch self {
      case .binary(let number): "sm_\(number)"
      case .portable(let number): "compute_\(number)"
      }
    }
  }

  /// Machine code where the library knows the card; else portable text for the latest generation before it.
  ///
  /// Throws `kernelRejected` for a card older than all the library knows.
  public func target(for capability: ComputeCapability) throws -> Target {
    if architectures.contains(capability.number) { return .binary(capability.number) }
    return try portableTarget(for: capability)
  }

  /// The latest generation known that is not after the card's.
  func portableTarget(for capability: ComputeCapability) throws -> Target {
    guard let known = architectures.last(where: { $0 <= capability.number }) else {
      throw InferenceError(
        .kernelRejected,
        "NVRTC \(version) makes no code for cards of generation \(capability); its oldest is \(architectures[0]).",
        hint: "Name an older NVRTC in LIKENESS_NVRTC_PATH.")
    }
    return .portable(known)
  }

  /// Compiles a source. Throws `kernelRejected` with the compiler's words.
  public func compile(_ source: KernelSource, for target: Target) throws -> CompiledKernels {
    let headers = source.headers.sorted { $0.key < $1.key }
    var program: OpaquePointer?
    let created = withCStrings(headers.map(\.value)) { texts in
      withCStrings(headers.map(\.key)) { names in
        api.nvrtcCreateProgram(&program, source.text, source.name, Int32(headers.count), texts, names)
      }
    }
    try check(created, source)
    guard let made = program else { throw InferenceError(.kernelRejected, "NVRTC takes no source \(source.name).") }
    defer { _ = api.nvrtcDestroyProgram(&program) }
    let options = Self.options + ["--gpu-architecture=\(target)"]
    let result = withCStrings(options) { api.nvrtcCompileProgram(made, Int32(options.count), $0) }
    let log = try log(of: made, source)
    guard result == LIKENESS_NVRTC_SUCCESS else {
      throw InferenceError(
        .kernelRejected, "\(source.name) does not compile for \(target) (NVRTC \(version)): \(words(result)). \(log)")
    }
    switch target {
    case .binary:
      return try CompiledKernels(image: code(of: made, source, api.nvrtcGetCUBINSize, api.nvrtcGetCUBIN), log: log)
    case .portable:
      return try CompiledKernels(image: code(of: made, source, api.nvrtcGetPTXSize, api.nvrtcGetPTX), log: log)
    }
  }

  private typealias Size = (OpaquePointer, UnsafeMutablePointer<Int>) -> LikenessNVRTCResult
  private typealias Fill = (OpaquePointer, UnsafeMutablePointer<CChar>) -> LikenessNVRTCResult

  private func code(of program: OpaquePointer, _ source: KernelSource, _ size: Size, _ fill: Fill) throws -> [UInt8] {
    var count = 0
    try check(size(program, &count), source)
    var code = [CChar](repeating: 0, count: max(count, 1))
    try check(fill(program, &code), source)
    return code.map(UInt8.init(bitPattern:))
  }

  private func log(of program: OpaquePointer, _ source: KernelSource) throws -> String {
    String(
      decoding: try code(of: program, source, api.nvrtcGetProgramLogSize, api.nvrtcGetProgramLog).prefix { $0 != 0 },
      as: UTF8.self
    ).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private func check(_ result: LikenessNVRTCResult, _ source: KernelSource) throws {
    guard result != LIKENESS_NVRTC_SUCCESS else { return }
    throw InferenceError(.kernelRejected, "NVRTC \(version) fails at \(source.name): \(words(result)).")
  }

  private func words(_ result: LikenessNVRTCResult) -> String {
    api.nvrtcGetErrorString(result).map { String(cString: $0) } ?? "error \(result)"
  }
}

/// Code that the driver loads, and what the compiler said about it.
public struct CompiledKernels: Sendable, Hashable {
  /// Machine code, or text with a zero behind it.
  public let image: [UInt8]
  /// Warnings; empty as a rule.
  public let log: String

  public init(image: [UInt8], log: String) {
    self.image = image
    self.log = log
  }
}
