extension Doctor {
  /// A library that a message names as not found: the system's loader with "libX.so.1: cannot open shared object file",
  /// FFmpeg with "Cannot load libX.so.1" or "Could not dynamically load CUDA".
  static func missingLibrary(in message: String) -> String? {
    if message.contains("Could not dynamically load CUDA") { return "libcuda.so.1" }
    let words = message.split { " ,()[]\"'".contains($0) }.map(String.init)
    func isLibrary(_ word: String) -> Bool { word.hasPrefix("lib") && word.contains(".so") }
    if message.contains("cannot open shared object file") {
      // The library that is asked for comes first, the one that it needs last.
      return words.last { isLibrary($0) && $0.hasSuffix(":") }.map { String($0.dropLast()) }
    }
    guard let place = words.firstIndex(of: "load"), words.indices.contains(place + 1) else { return nil }
    return isLibrary(words[place + 1]) ? words[place + 1] : nil
  }

  /// How to get a library; nil for one that is not NVIDIA's.
  static func remedy(forLibrary name: String) -> String? {
    func isOne(of names: String...) -> Bool { names.contains { name.hasPrefix("lib\($0)") } }
    if isOne(of: "cuda.so", "nvidia-ml", "nvidia-ptxjit") { return driverRemedy }
    if isOne(of: "nvidia-encode", "nvcuvid") {
      return "It comes with NVIDIA's driver; a container needs NVIDIA_DRIVER_CAPABILITIES=all, or video in it."
    }
    if isOne(of: "nvinfer", "nvonnxparser") { return tensorRTRemedy }
    if isOne(of: "cudnn", "cublas", "cudart", "curand", "cufft", "nvrtc", "nvJitLink") {
      return "Run ./scripts/setup --gpu, or install CUDA 13 and cuDNN 9."
    }
    return nil
  }

  static let driverRemedy =
    "Install NVIDIA's driver, release 580 or newer; start a container with its cards (--gpus all)."
  static let tensorRTRemedy =
    "Install TensorRT for the CUDA release of the runtime, and add its folder to LD_LIBRARY_PATH."
}
