import CUDATestSupport
import Testing

@testable import Inference

@Suite struct DeviceChooserTests {
  @Test func takesTheLeastLoadedAndOfEqualsTheFirst() {
    let chooser = DeviceChooser(devices: [2, 0, 1])
    var leases = (0..<3).map { _ in chooser.next() }
    #expect(leases.map(\.device) == [2, 0, 1])
    #expect(chooser.underWay == [1, 1, 1])
    leases.append(chooser.next())
    #expect(leases[3].device == 2)
    // The device 0 finishes its frame and is the least loaded one now.
    leases.remove(at: 1)
    #expect(chooser.underWay == [2, 0, 1])
    #expect(chooser.next().device == 0)
    leases.removeAll()
    #expect(chooser.underWay == [0, 0, 0])
    #expect(chooser.next().index == 0)
  }

  @Test func devicesAreNamedByNumberOrUUID() throws {
    let machine = try EmulatedMachine([.init(mark: 0xAA), .init(mark: 0xAB), .init(mark: 0xCC)])
    defer { withExtendedLifetime(machine) {} }
    let uuids = try machine.driver.devices().map(\.uuid)
    for (names, numbers) in [
      (["0"], [0]), (["2", "0"], [2, 0]), ([uuids[1]], [1]), ([String(uuids[2].prefix(6)), "1"], [2, 1]), ([], []),
    ] as [([String], [Int])] {
      #expect(try DeviceChooser.devices(named: names, driver: machine.driver).map(\.ordinal) == numbers)
    }
    for (names, code) in [
      (["3"], InferenceError.Code.deviceMissing), (["GPU-a"], .deviceMissing), (["0", uuids[0]], .invalidOption),
    ] {
      let error = #expect(throws: InferenceError.self) {
        try DeviceChooser.devices(named: names, driver: machine.driver)
      }
      #expect(error?.code == code)
    }
  }
}
