import CUDATestSupport
import Foundation
import TestSupport
import Testing

@testable import Inference

@Suite struct CompiledModelCacheTests {
  private static let device = DeviceIdentity(
    name: "NVIDIA H100", uuid: "GPU-1", capability: ComputeCapability(major: 9, minor: 0), driver: "580.65.06")

  private func cache(
    _ base: String, model: String = "net", bytes: [UInt8] = [1, 2, 3], device: DeviceIdentity = device,
    runtime: String = "1.31.1", options: SessionOptions = SessionOptions()
  ) -> CompiledModelCache {
    CompiledModelCache(
      base: base, model: model, digest: ContentDigest(bytes), device: device, runtimeVersion: runtime, options: options)
  }

  @Test func isFoundAgainByTheSameKey() throws {
    let folder = try TemporaryFolder()
    let first = cache(folder.path).folder(for: .tensorrt)
    #expect(cache(folder.path).folder(for: .tensorrt) == first)
    let key = try String(contentsOfFile: first + "/key.txt", encoding: .utf8)
    for part in ["net", "3 bytes", "NVIDIA H100", "GPU-1", "9.0", "580.65.06", "1.31.1", "tensorrt"] {
      #expect(key.contains(part))
    }
  }

  @Test func everyPartOfTheKeyLeadsToAnotherFolder() throws {
    let folder = try TemporaryFolder()
    var devices = Array(repeating: Self.device, count: 4)
    devices[0].name = "NVIDIA L4"
    devices[1].uuid = "GPU-2"
    devices[2].capability = ComputeCapability(major: 8, minor: 9)
    devices[3].driver = "570.1"
    let others =
      devices.map { cache(folder.path, device: $0) } + [
        cache(folder.path), cache(folder.path, bytes: [1, 2, 4]), cache(folder.path, bytes: [1, 2, 3, 0]),
        cache(folder.path, runtime: "1.30.0"), cache(folder.path, options: SessionOptions(precision: .fp16)),
        cache(folder.path, options: SessionOptions(deviceID: 1)),
        cache(
          folder.path, options: SessionOptions(providerOptions: [.tensorrt: ["trt_builder_optimization_level": "5"]])),
      ]
    let folders = others.map { $0.folder(for: .tensorrt) } + [cache(folder.path).folder(for: .migraphx)]
    #expect(Set(folders).count == folders.count)
    // Timings do not depend on the model, but on the device.
    let timings = others.compactMap { $0.timingFolder(for: .tensorrt) }
    #expect(Set(timings).count == 6)
    #expect(cache(folder.path).timingFolder(for: .migraphx) == nil)
  }

  @Test func aStreamOrAnotherPlaceOfTheCacheIsNoOtherEngine() throws {
    let folder = try TemporaryFolder()
    let plain = cache(folder.path).folder(for: .tensorrt)
    #expect(cache(folder.path, options: SessionOptions(cuda: CUDAOptions(stream: 64))).folder(for: .tensorrt) == plain)
  }

  @Test func theDeviceIsAskedOfTheDriver() throws {
    let machine = try EmulatedMachine([.init(), .init(capability: ComputeCapability(major: 7, minor: 5))])
    defer { withExtendedLifetime(machine) {} }
    let identity = try DeviceIdentity(driver: machine.driver, index: 1, kernelDriver: "580.65.06")
    let device = try machine.driver.devices()[1]
    #expect(identity.name == device.name)
    #expect(identity.uuid == device.uuid)
    #expect(identity.capability == ComputeCapability(major: 7, minor: 5))
    #expect(identity.driver.hasPrefix("580.65.06, CUDA 1"))
    #expect(throws: InferenceError.self) { try DeviceIdentity(driver: machine.driver, index: 2, kernelDriver: "") }
    #expect(DeviceIdentity.installed(.cpu, index: 3).name == "device 3")
  }

  @Test func aFolderOfAnotherKeyIsLeftAlone() throws {
    let folder = try TemporaryFolder()
    let first = cache(folder.path).folder(for: .tensorrt)
    try Data("somebody else's".utf8).write(to: URL(fileURLWithPath: first + "/key.txt"))
    let second = cache(folder.path).folder(for: .tensorrt)
    #expect(second == first + "-1")
    #expect(cache(folder.path).folder(for: .tensorrt) == second)
  }

  @Test func digestsTellSmallChangesApart() {
    var seen: Set<String> = []
    for length in 0..<20 {
      for value in [UInt8(0), 1, 255] { seen.insert(ContentDigest(Array(repeating: value, count: length)).hex) }
    }
    // Zeros of different lengths differ by their tails; none at all is the same for each value.
    #expect(seen.count == 19 * 3 + 1)
    #expect(seen.allSatisfy { $0.count == 32 })
  }
}
