/// What a compiled model depends on besides the model: the device and its driver.
public struct DeviceIdentity: Sendable, Hashable {
  public var name: String
  /// The driver's own, `GPU-…` or `MIG-…`; empty for other devices.
  public var uuid: String
  /// nil where the device is no NVIDIA card.
  public var capability: ComputeCapability?
  public var driver: String

  public init(name: String, uuid: String, capability: ComputeCapability?, driver: String) {
    self.name = name
    self.uuid = uuid
    self.capability = capability
    self.driver = driver
  }

  var description: String {
    "\(name), \(uuid), compute capability \(capability?.description ?? "none"), driver \(driver)"
  }
}

extension DeviceIdentity {
  /// The device that a provider computes on; its number alone where there is no driver to ask.
  static func installed(_ provider: ExecutionProvider, index: Int) -> DeviceIdentity {
    let number = DeviceIdentity(name: "device \(index)", uuid: "", capability: nil, driver: "")
    guard provider.usesCUDA, let driver = try? CUDADriver.open() else { return number }
    return (try? DeviceIdentity(driver: driver, index: index, kernelDriver: NvidiaCards.installed.driver)) ?? number
  }

  /// - Parameter kernelDriver: the driver's own version, which the CUDA interface does not tell.
  /// - Throws: `deviceMissing`.
  init(driver: CUDADriver, index: Int, kernelDriver: String) throws {
    let device = try driver.device(named: String(index))
    self.init(
      name: device.name, uuid: device.uuid, capability: device.capability,
      driver: "\(kernelDriver), CUDA \(driver.version / 1000).\(driver.version % 1000 / 10)")
  }
}
