/// A device or library that computes a model, under the names of `--execution-providers`.
///
/// The order of ``allCases`` is the order in which `auto` tries them. A plug-in is a provider in a library of its own,
/// which has to be registered first (``OnnxRuntime/register(_:)``); `auto` does not try it.
public enum ExecutionProvider: Sendable, Hashable {
  case cuda, tensorrt, rocm, migraphx, coreml, openvino, qnn, directml, cpu
  /// Under the name it was registered with.
  case plugin(String)
}

extension ExecutionProvider: CaseIterable {
  /// Those that a runtime may be built with.
  public static let allCases: [ExecutionProvider] = [
    .cuda, .tensorrt, .rocm, .migraphx, .coreml, .openvino, .qnn, .directml, .cpu,
  ]
}

extension ExecutionProvider: RawRepresentable {
  /// One of ``allCases`` by its name; a plug-in is made by its case.
  public init?(rawValue: String) {
    guard let provider = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = provider
  }

  public var rawValue: String {
    switch self {
    case .cuda: return "cuda"
    case .tensorrt: return "tensorrt"
    case .rocm: return "rocm"
    case .migraphx: return "migraphx"
    case .coreml: return "coreml"
    case .openvino: return "openvino"
    case .qnn: return "qnn"
    case .directml: return "directml"
    case .cpu: return "cpu"
    case .plugin(let name): return name
    }
  }
}

extension ExecutionProvider {
  /// The runtime's own name, as it reports it among the available providers. A plug-in's is known to the plug-in.
  public var runtimeName: String {
    switch self {
    case .cuda: return "CUDAExecutionProvider"
    case .tensorrt: return "TensorrtExecutionProvider"
    case .rocm: return "ROCMExecutionProvider"
    case .migraphx: return "MIGraphXExecutionProvider"
    case .coreml: return "CoreMLExecutionProvider"
    case .openvino: return "OpenVINOExecutionProvider"
    case .qnn: return "QNNExecutionProvider"
    case .directml: return "DmlExecutionProvider"
    case .cpu: return "CPUExecutionProvider"
    case .plugin(let name): return name
    }
  }

  /// The name under which the runtime's generic registration call knows the provider.
  var registrationName: String {
    switch self {
    case .cuda: return "CUDA"
    case .tensorrt: return "TensorRT"
    case .rocm: return "ROCM"
    case .migraphx: return "MIGraphX"
    case .coreml: return "CoreML"
    case .openvino: return "OpenVINO"
    case .qnn: return "QNN"
    case .directml: return "DML"
    case .cpu: return "CPU"
    case .plugin(let name): return name
    }
  }

  /// Whether the provider keeps compiled models in the cache folder.
  var usesCacheFolder: Bool { [.tensorrt, .migraphx, .coreml].contains(self) }

  /// Whether one loaded model may be run by several threads at a time; the others get a model for each session.
  var runsConcurrently: Bool { self == .cpu || self == .cuda }

  /// Whether the provider computes on an NVIDIA card, so that its tensors may lie there.
  public var usesCUDA: Bool { self == .cuda || self == .tensorrt }

  /// What to install to get the provider.
  public var installHint: String {
    switch self {
    case .cuda, .tensorrt:
      return "Run ./scripts/setup --gpu, or name the library of the Python wheel onnxruntime-gpu 1.31 with "
        + "--onnxruntime-path."
    case .plugin:
      return "Name its library with --execution-provider-library \(rawValue)=PATH."
    default:
      return "Install an ONNX Runtime built with \(rawValue) and name it with --onnxruntime-path, "
        + "or use --execution-providers auto."
    }
  }
}
