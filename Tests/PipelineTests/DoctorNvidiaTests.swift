import CUDATestSupport
import Inference
import Testing

@testable import Pipeline

/// NVIDIA's part of the doctor, on emulated cards.
@Suite struct DoctorNvidiaTests {
  private func findings(_ machine: EmulatedMachine) -> [DoctorReport.Finding] {
    Doctor(comparesDigests: false).examineNvidia(
      NvidiaParts(driver: { machine.driver }, management: machine.management, compiler: machine.compiler))
  }

  private func named(_ name: String, _ findings: [DoctorReport.Finding]) throws -> DoctorReport.Finding {
    try #require(findings.first { $0.name == name }, "\(name)")
  }

  @Test func cardsAreDescribed() throws {
    let machine = try EmulatedMachine([
      .init(name: "Fast Card", mark: 7, capability: .init(major: 9, minor: 0), memory: 8_000_000_000),
      .init(name: "Fast Card MIG 1g.5gb", mark: 8, memory: 2_000_000_000),
    ])
    let found = findings(machine)
    let whole = try named("card 0", found)
    #expect(whole.state == .works)
    for part in ["Fast Card", "9.0", "8.0 GB", "GPU-07070707-"] { #expect(whole.detail.contains(part), "\(part)") }
    let instance = try named("card 1", found)
    #expect(instance.detail.contains("instance of a divided card") && instance.detail.contains("MIG-08080808-"))
    #expect(try named("NVML", found).state == .works)
    let compiler = try named("NVRTC", found)
    #expect(compiler.state == .works && compiler.detail.contains("a kernel compiled for"))
    #expect(machine.counts.compilations >= 1)
    for name in ["cuBLAS", "cuDNN", "TensorRT"] {
      let library = try named(name, found)
      #expect(library.state == .works || library.remedy != nil)
    }
  }

  @Test func aFailingCompilerIsNamed() throws {
    let machine = try EmulatedMachine([.init(capability: .init(major: 3, minor: 0))])
    let compiler = try named("NVRTC", findings(machine))
    #expect(compiler.state == .fails)
    #expect(compiler.detail.contains("3.0"))
    #expect(compiler.brings != nil && compiler.remedy != nil)
  }

  @Test func withoutADriverThereIsOneFinding() throws {
    let failure = InferenceError(.deviceMissing, "There is no driver.")
    let found = Doctor(comparesDigests: false).examineNvidia(NvidiaParts(driver: { throw failure }))
    #expect(found.map(\.name) == ["driver"])
    #expect(found[0].state == .missing && found[0].detail == "There is no driver.")
    #expect(found[0].brings != nil && found[0].remedy?.contains("580") == true)
  }

  @Test func withoutManagementTheRestIsStillTold() throws {
    let machine = try EmulatedMachine()
    let failure = InferenceError(.libraryMissing, "There is no NVML.")
    let found = Doctor(comparesDigests: false).examineNvidia(
      NvidiaParts(driver: { machine.driver }, management: { throw failure }, compiler: { throw failure }))
    #expect(try named("NVML", found).state == .missing)
    #expect(try named("NVRTC", found).state == .missing)
    #expect(try named("card 0", found).detail.contains("MIG not known"))
  }
}
