import Synchronization

/// Gives each piece of work, such as a run's workers, to the device that has the fewest under way; of equals, to the
/// first in the order given.
public final class DeviceChooser: Sendable {
  /// The devices' numbers, in the order of `--execution-device-ids`.
  public let devices: [Int]
  private let loads: Mutex<[Int]>

  /// - Parameter devices: one or more, without repetition.
  public init(devices: [Int]) {
    precondition(!devices.isEmpty, "a chooser needs a device")
    self.devices = devices
    loads = Mutex(Array(repeating: 0, count: devices.count))
  }

  /// Frames under way on each device, in the order of ``devices``.
  public var underWay: [Int] { loads.withLock { $0 } }

  /// The device for the next frame, counted as busy until the lease goes.
  public func next() -> DeviceLease {
    let index = loads.withLock { loads in
      var best = 0
      for index in loads.indices where loads[index] < loads[best] { best = index }
      loads[best] += 1
      return best
    }
    return DeviceLease(chooser: self, index: index, device: devices[index])
  }

  fileprivate func giveBack(_ index: Int) { loads.withLock { $0[index] -= 1 } }
}

/// One frame's place on a device.
public final class DeviceLease: Sendable {
  /// The place in ``DeviceChooser/devices``.
  public let index: Int
  /// The device's number.
  public let device: Int
  private let chooser: DeviceChooser

  fileprivate init(chooser: DeviceChooser, index: Int, device: Int) {
    self.chooser = chooser
    self.index = index
    self.device = device
  }

  deinit { chooser.giveBack(index) }
}

extension DeviceChooser {
  /// The devices that a user names by number or by UUID (`GPU-…`, `MIG-…`), in the order given.
  ///
  /// - Throws: `deviceMissing` for a device that is not there or not clear, `invalidOption` for the same one twice.
  public static func devices(named names: [String], driver: CUDADriver) throws -> [CUDADevice] {
    var found: [CUDADevice] = []
    for name in names {
      let device = try driver.device(named: name)
      guard !found.contains(device) else {
        throw InferenceError(
          .invalidOption, "--execution-device-ids names the device \(device.ordinal) twice.",
          hint: "Name each one once.")
      }
      found.append(device)
    }
    return found
  }
}
