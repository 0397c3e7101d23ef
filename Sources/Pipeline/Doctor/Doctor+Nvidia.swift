import Foundation
import Inference

/// How the parts of NVIDIA's software are opened; tests hand in others.
struct NvidiaParts {
  var driver: () throws -> CUDADriver = CUDADriver.open
  var management: () throws -> NvidiaManagement = NvidiaManagement.open
  var compiler: () throws -> KernelCompiler = KernelCompiler.open
}

extension Doctor {
  /// The CUDA release that the runtime's published GPU build is made for, as the driver counts them.
  private static let runtimeCUDA = 13_000
  private static let setup = "Run ./scripts/setup --gpu"

  func examineNvidia(_ parts: NvidiaParts = NvidiaParts()) -> [Finding] {
    do {
      let driver = try parts.driver()
      let management = Result { try parts.management() }
      let cards = Result { try driver.devices() }
      return [Self.describe(driver, management)] + Self.age(driver) + Self.describe(cards, management)
        + [compiling(parts.compiler, for: (try? cards.get()) ?? []), Self.describe(management), sharing]
        + libraries.map(library)
    } catch {
      return [
        Finding(
          "driver", .missing, Self.words(error).text, brings: "Networks, pictures and video on NVIDIA cards.",
          remedy: Self.driverRemedy)
      ]
    }
  }

  // MARK: Driver and cards

  private static func describe(_ driver: CUDADriver, _ management: Result<NvidiaManagement, any Error>) -> Finding {
    let release = (try? management.get()).map { "\($0.driverVersion), " } ?? ""
    return Finding("driver", .works, "\(release)for CUDA up to \(version(driver))")
  }

  private static func version(_ driver: CUDADriver) -> String {
    "\(driver.version / 1000).\(driver.version % 1000 / 10)"
  }

  private static func age(_ driver: CUDADriver) -> [Finding] {
    guard driver.version < runtimeCUDA else { return [] }
    return [
      Finding(
        "driver's age", .fails, "it knows CUDA up to \(version(driver))",
        brings: "The GPU build of ONNX Runtime 1.31 is made for CUDA 13.", remedy: "Install release 580 or newer.")
    ]
  }

  private static func describe(
    _ cards: Result<[CUDADevice], any Error>, _ management: Result<NvidiaManagement, any Error>
  ) -> [Finding] {
    do {
      return try cards.get().map { card in
        var parts = ["\(card.name), compute capability \(card.capability)", size(card.totalMemory)]
        if let memory = try? management.get().memory(uuid: card.uuid) { parts.append("\(size(memory.free)) free") }
        if let busy = try? management.get().busyPercent(uuid: card.uuid) { parts.append("\(busy) % busy") }
        if let count = try? management.get().processes(uuid: card.uuid)?.count, count > 0 {
          parts.append("\(count) \(count == 1 ? "process" : "processes") computing on it")
        }
        parts.append(card.isInstance ? "instance of a divided card (MIG)" : mode(card, management))
        return Finding("card \(card.ordinal)", .works, (parts + [card.uuid]).joined(separator: ", "))
      }
    } catch {
      let words = words(error)
      return [
        Finding(
          "cards", .missing, words.text, brings: "Networks, pictures and video on the card.",
          remedy: words.advice ?? "Check CUDA_VISIBLE_DEVICES and nvidia-smi.")
      ]
    }
  }

  private static func mode(_ card: CUDADevice, _ management: Result<NvidiaManagement, any Error>) -> String {
    guard let managed = try? management.get().device(uuid: card.uuid) else { return "MIG not known" }
    return managed.isDivided ? "divided (MIG): name an instance" : "not divided (MIG off)"
  }

  /// Whether several processes may use a card at the same moment.
  private var sharing: Finding {
    let folder = environment["CUDA_MPS_PIPE_DIRECTORY"] ?? "/tmp/nvidia-mps"
    let isOn = FileManager.default.fileExists(atPath: "\(folder)/control")
    return Finding(
      "MPS", .info,
      isOn ? "on (\(folder)): processes use a card side by side" : "off: several processes on a card take turns")
  }

  // MARK: Compiler and libraries

  /// NVRTC, tried by compiling a kernel for every card.
  private func compiling(_ open: () throws -> KernelCompiler, for cards: [CUDADevice]) -> Finding {
    let gain = "Frames stay on the card: the kernels that cut, swap and paste are compiled with it."
    do {
      let compiler = try open()
      let text = "extern \"C\" __global__ void trial(int *number) { *number += 1; }"
      let targets = try Set(cards.map(\.capability)).sorted().map { capability in
        let target = try compiler.target(for: capability)
        _ = try compiler.compile(KernelSource(name: "trial.cu", text: text), for: target)
        return "\(target)"
      }
      let tried = targets.isEmpty ? "" : ", a kernel compiled for \(targets.joined(separator: ", "))"
      return Finding("NVRTC", .works, compiler.version + tried)
    } catch {
      let isMissing = (error as? InferenceError)?.code == .libraryMissing
      let words = Self.words(error)
      return Finding(
        "NVRTC", isMissing ? .missing : .fails, words.text, brings: gain,
        remedy: words.advice ?? "\(Self.setup), or install the CUDA toolkit.")
    }
  }

  private static func describe(_ management: Result<NvidiaManagement, any Error>) -> Finding {
    do {
      return Finding("NVML", .works, "release \(try management.get().driverVersion)")
    } catch {
      return Finding(
        "NVML", .missing, words(error).text, brings: "Memory and load of the cards are watched.",
        remedy: "It comes with NVIDIA's driver; a container needs NVIDIA_DRIVER_CAPABILITIES=all.")
    }
  }

  /// A library that a provider of the runtime needs.
  private struct Needed {
    let name: String
    let files: [String]
    let gain: String
    let remedy: String
  }

  private var libraries: [Needed] {
    [
      Needed(
        name: "cuBLAS", files: ["libcublasLt.so.13", "libcublasLt.so.12"], gain: "The provider cuda needs it.",
        remedy: "\(Self.setup), or install the CUDA toolkit."),
      Needed(
        name: "cuDNN", files: ["libcudnn.so.9"], gain: "The provider cuda needs it.",
        remedy: "\(Self.setup), or install cuDNN 9."),
      Needed(
        name: "TensorRT", files: ["libnvinfer.so.11", "libnvinfer.so.10"],
        gain: "The provider tensorrt needs it: compiled engines, faster networks after a longer first start.",
        remedy: Self.tensorRTRemedy),
    ]
  }

  /// Looked for where the set-up puts such libraries, then where the system does.
  private func library(_ needed: Needed) -> Finding {
    let own = needed.files.map { "\(home)/lib/cuda/\($0)" }
    guard let found = SystemLibrary(anyOf: own + needed.files) else {
      return Finding(
        needed.name, .missing, "none of \(needed.files.joined(separator: ", ")) can be opened", brings: needed.gain,
        remedy: needed.remedy)
    }
    return Finding(needed.name, .works, found.path)
  }
}
