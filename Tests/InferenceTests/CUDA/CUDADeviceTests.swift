import CUDATestSupport
import Inference
import Testing

@Suite struct CUDADeviceTests {
  private let two = [
    EmulatedMachine.Card(name: "First Card", mark: 0x1A, memory: 1000),
    EmulatedMachine.Card(
      name: "Second Card MIG 1g.5gb", mark: 0x2B, capability: .init(major: 8, minor: 0), memory: 2000),
  ]

  @Test func listsWhatTheDriverShows() throws {
    let machine = try EmulatedMachine(two)
    let devices = try machine.driver.devices()
    #expect(devices.map(\.name) == ["First Card", "Second Card MIG 1g.5gb"])
    #expect(devices[0].uuid == "GPU-1a1a1a1a-1a1a-1a1a-1a1a-1a1a1a1a1a1a")
    #expect(devices[1].uuid.hasPrefix("MIG-2b2b2b2b-"))
    #expect(devices.map(\.isInstance) == [false, true])
    #expect(devices.map(\.totalMemory) == [1000, 2000])
    #expect(devices[1].capability.description == "8.0")
    #expect(devices[1].capability.number == 80)
    #expect(machine.driver.version == 12090)
  }

  @Test func devicesAreFoundByNumberAndByUUID() throws {
    let machine = try EmulatedMachine(two)
    #expect(try machine.driver.device(named: "1").ordinal == 1)
    #expect(try machine.driver.device(named: "GPU-1a1a").ordinal == 0)
    #expect(try machine.driver.device(named: "mig-2B2B2B2B").ordinal == 1)
    for wrong in ["2", "GPU-77", "GPU-", "card"] {
      let error = #expect(throws: InferenceError.self) { try machine.driver.device(named: wrong) }
      #expect(error?.code == .deviceMissing)
      #expect(error?.message.contains("\(wrong)") == true)
      #expect(error?.message.contains("0 = First Card") == true)
    }
  }

  @Test func aNameOfSeveralCardsIsRefused() throws {
    let machine = try EmulatedMachine([.init(mark: 7), .init(mark: 7)])
    let error = #expect(throws: InferenceError.self) { try machine.driver.device(named: "GPU-0707") }
    #expect(error?.message.contains("several") == true)
  }

  @Test func aMachineWithoutCardsHasNoDriver() throws {
    let error = #expect(throws: InferenceError.self) { try EmulatedMachine([]) }
    #expect(error?.code == .deviceMissing)
    #expect(error?.message.contains("CUDA_ERROR_NO_DEVICE") == true)
  }

  @Test func memoryIsThatOfTheDevice() throws {
    let machine = try EmulatedMachine(two)
    machine.setOthers(300, card: 1)
    let context = try machine.context(1)
    #expect(try context.memory() == DeviceMemoryInfo(free: 1700, total: 2000))
    let block = try DeviceMemory(byteCount: 1000, on: context)
    #expect(try context.memory().free == 700)
    #expect(try machine.context(0).memory().free == 1000)
    #expect(try context.memory().used == 1300)
    withExtendedLifetime(block) {}
  }

  @Test func managementKnowsMemoryLoadAndProcesses() throws {
    let machine = try EmulatedMachine(two)
    let management = try machine.management()
    let devices = try management.devices()
    #expect(devices.map(\.name) == ["First Card", "Second Card MIG 1g.5gb"])
    #expect(management.driverVersion == "575.57.08")
    machine.setOthers(400)
    #expect(try management.memory(uuid: devices[0].uuid) == DeviceMemoryInfo(free: 600, total: 1000))
    #expect(try management.busyPercent(uuid: devices[0].uuid) == 37)
    #expect(try management.busyPercent(uuid: devices[1].uuid) == nil)
    let processes = try #require(try management.processes(uuid: devices[0].uuid))
    #expect(processes == [DeviceProcess(id: 101, memory: 0), DeviceProcess(id: 102, memory: nil)])
    let error = #expect(throws: InferenceError.self) { try management.memory(uuid: "GPU-none") }
    #expect(error?.code == .deviceMissing)
    #expect(try management.device(uuid: devices[1].uuid).name == "Second Card MIG 1g.5gb")
  }

  @Test func whatTheDriverSaysBecomesAnError() throws {
    let machine = try EmulatedMachine()
    for (result, code) in [(2, InferenceError.Code.deviceOutOfMemory), (101, .deviceMissing), (719, .deviceFailed)] {
      machine.fail("cuDevicePrimaryCtxRetain", result: result)
      let error = #expect(throws: InferenceError.self) { try machine.context() }
      #expect(error?.code == code)
    }
    #expect(throws: Never.self) { try machine.context() }
  }
}
