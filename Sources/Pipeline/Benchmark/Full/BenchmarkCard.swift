import Inference

/// The card that the networks of a benchmark run on.
struct BenchmarkCard: Sendable {
  /// For people: name, memory, compute capability.
  let name: String
  /// Share of the last moments in which the card worked, 0…100; nil when it does not say.
  let busy: @Sendable () -> Double?

  /// - Parameters:
  ///   - device: as `--execution-device-ids` names it.
  ///   - management: opens NVML; without it the card does not say how busy it is.
  /// - Throws: What the driver throws when there is no such card.
  init(
    device: String, driver: CUDADriver, management open: () throws -> NvidiaManagement = NvidiaManagement.open
  ) throws {
    let device = try driver.device(named: device)
    let memory = Doctor.size(device.totalMemory)
    name = "\(device.name), \(memory), compute capability \(device.capability)"
    let management = try? open()
    busy = { [uuid = device.uuid] in
      // The outer nil: it cannot be asked; the inner one: it does not know.
      (try? management?.busyPercent(uuid: uuid)).flatMap { $0 }.map(Double.init)
    }
  }
}
