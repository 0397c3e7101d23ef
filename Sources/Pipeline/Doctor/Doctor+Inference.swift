import Foundation
import Inference
import TestSupport

extension Doctor {
  /// The library of the networks, and each of its providers with a session really made and run on it.
  func examineInference() -> (findings: [Finding], working: [String]) {
    do {
      let runtime = try OnnxRuntime.open(path: runtimePath)
      let library = Finding("ONNX Runtime", .works, "\(runtime.version), \(runtime.libraryPath)", isNeeded: true)
      let tried =
        Self.providers(of: runtime).map { provider in (provider, self.try(provider, runtime)) }
        + plugins.map { self.try(plugin: $0, runtime) }
      let working = tried.filter { $0.1.state == .works }.map(\.0.rawValue)
      return ([library] + tried.map(\.1), working)
    } catch {
      let words = Self.words(error)
      return (
        [
          Finding(
            "ONNX Runtime", .fails, words.text, brings: "Every network runs in it.", remedy: words.advice,
            isNeeded: true)
        ], []
      )
    }
  }

  /// Providers of this kind of system, and whatever else the library has.
  private static func providers(of runtime: OnnxRuntime) -> [ExecutionProvider] {
    #if os(macOS)
      let usual: [ExecutionProvider] = [.coreml, .cpu]
    #else
      let usual: [ExecutionProvider] = [.cuda, .tensorrt, .migraphx, .openvino, .cpu]
    #endif
    return ExecutionProvider.allCases.filter { usual.contains($0) || runtime.availableProviders.contains($0) }
  }

  private func `try`(_ provider: ExecutionProvider, _ runtime: OnnxRuntime) -> Finding {
    let name = "provider \(provider.rawValue)"
    let isNeeded = provider == .cpu
    guard runtime.availableProviders.contains(provider) else {
      return Finding(
        name, .missing, "this ONNX Runtime was built without it", brings: Self.gain(provider),
        remedy: provider.installHint)
    }
    do {
      let start = ContinuousClock.now
      try Self.runTinyModel(on: provider, runtime)
      let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
      return Finding(
        name, .works, String(format: "a network of one step was loaded and run in %.0f ms", milliseconds),
        isNeeded: isNeeded)
    } catch {
      let words = Self.words(error)
      if let library = Self.missingLibrary(in: words.text), let remedy = Self.remedy(forLibrary: library) {
        return Finding(
          name, .missing, "it needs \(library), which is not on this machine", brings: Self.gain(provider),
          remedy: remedy, isNeeded: isNeeded)
      }
      return Finding(
        name, .fails, words.text, brings: Self.gain(provider), remedy: words.advice ?? provider.installHint,
        isNeeded: isNeeded)
    }
  }

  /// A library of `--execution-provider-library`.
  private func `try`(plugin text: String, _ runtime: OnnxRuntime) -> (ExecutionProvider, Finding) {
    let name = text.split(separator: "=").first.map(String.init) ?? text
    do {
      let plugin = try ProviderPlugin(text: text)
      try runtime.register(plugin)
      return (plugin.provider, self.try(plugin.provider, runtime))
    } catch {
      let words = Self.words(error)
      return (
        .plugin(name),
        Finding(
          "provider \(name)", .fails, words.text, brings: Self.gain(.plugin(name)),
          remedy: words.advice ?? ExecutionProvider.plugin(name).installHint)
      )
    }
  }

  /// One addition: whatever the provider, four numbers must come back larger by one.
  private static func runTinyModel(on provider: ExecutionProvider, _ runtime: OnnxRuntime) throws {
    let options = SessionOptions(providers: .list([provider]), sharesModel: false)
    let session = try InferenceSession(
      runtime: runtime, bytes: TinyModel.addOne(shape: [1, 4]).bytes, name: "trial", options: options)
    let numbers = try session.run([Tensor(shape: [1, 4], elements: [Float](arrayLiteral: 1, 2, 3, 4))])
    guard numbers.first?.floats == [2, 3, 4, 5] else {
      throw InferenceError(.runFailed, "It computes wrongly: 1, 2, 3, 4 plus 1 gave \(numbers.first?.floats ?? []).")
    }
  }

  private static func gain(_ provider: ExecutionProvider) -> String {
    switch provider {
    case .cuda: "Networks run on NVIDIA cards."
    case .tensorrt: "Networks run on NVIDIA cards as compiled engines: a longer first start, then faster."
    case .rocm, .migraphx: "Networks run on AMD cards."
    case .openvino: "Networks run on Intel's graphics and neural units."
    case .qnn: "Networks run on Qualcomm's neural units."
    case .directml: "Networks run on any card under Windows."
    case .coreml: "Networks run on Apple's graphics and neural units."
    case .cpu: "Networks run on the processor."
    case .plugin(let name): "Networks run on what the library \(name) is for."
    }
  }
}
