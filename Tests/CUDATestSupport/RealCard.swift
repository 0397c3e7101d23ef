public import Inference

/// The first NVIDIA card of this machine, for comparisons that only a card can make.
public enum RealCard {
  /// nil without driver, card or NVRTC.
  public static let context: CUDAContext? = {
    guard (try? KernelCompiler.open()) != nil, let driver = try? CUDADriver.open(),
      let device = try? driver.devices().first
    else { return nil }
    return try? CUDAContext(device, driver: driver)
  }()
}
