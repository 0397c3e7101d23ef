import Foundation
import Inference
import TestSupport
import Testing

@testable import Pipeline

@Suite struct DoctorTests {
  @Test func processorsAreRead() {
    let server = ProcessorFacts(
      cpuinfo: """
        processor\t: 0
        model name\t: EPYC: the quick one
        flags\t\t: fpu sse2 avx avx2 fma avx512f avx512_vnni
        processor\t: 1
        flags\t\t: fpu
        """)
    #expect(server.name == "EPYC: the quick one")
    #expect(server.features == ["AVX2", "FMA", "AVX-512", "AVX-512 VNNI"])
    let arm = ProcessorFacts(cpuinfo: "Features\t: fp asimd sve")
    #expect(arm.name == "unknown processor")
    #expect(arm.features == ["NEON", "SVE"])
  }

  @Test func memoryIsRead() {
    let text = "MemTotal:       24568740 kB\nMemAvailable:\t 1024 kB\nHugePages_Total:       0\n"
    #expect(memoryBytes("MemTotal", in: text) == 24_568_740 * 1024)
    #expect(memoryBytes("MemAvailable", in: text) == 1_048_576)
    #expect(memoryBytes("MemFree", in: text) == nil)
    #expect(Doctor.size(1_500_000_000) == "1.5 GB")
    #expect(Doctor.size(93_400_000) == "93 MB")
  }

  @Test func aWholeInstallationWorks() throws {
    let report = Doctor(comparesDigests: false).examine()
    #expect(report.works, "\(report.summary)")
    #expect(report.summary.contains("cpu"))
    #expect(report.finding("Networks", "provider cpu")?.state == .works)
    #expect(report.finding("Networks", "provider tensorrt") != nil)
    #expect(report.finding("Models", "open pack")?.detail.contains("there") == true)
    #expect(report.finding("Video and sound", "video encoders")?.detail.contains("libx264") == true)
    #expect(report.finding("Safeguards", "policy")?.state == .works)
    let broken = report.sections.flatMap(\.findings).filter { $0.state == .missing || $0.state == .fails }
    for finding in broken where finding.name != "policy" {
      #expect(finding.brings != nil && finding.remedy != nil, "\(finding.name)")
    }
  }

  @Test func anEmptyFolderIsNotEnough() throws {
    let home = try TemporaryFolder()
    let report = Doctor(home: home.path, comparesDigests: false).examine()
    #expect(!report.works)
    let missing = try #require(report.finding("Models", "model centerface"))
    #expect(missing.state == .missing && missing.isHindrance)
    #expect(missing.remedy?.contains("likeness models pull") == true)
    #expect(report.summary.contains("model centerface"))
    #expect(report.finding("Safeguards", "audit log")?.state == .info)
    // Looking leaves nothing behind.
    #expect(home.contents.isEmpty)
  }

  @Test func aForeignFileIsNoRuntime() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("no library", to: "libonnxruntime.so")
    let report = Doctor(runtimePath: path, comparesDigests: false).examine()
    let finding = try #require(report.finding("Networks", "ONNX Runtime"))
    #expect(finding.state == .fails && finding.isNeeded)
    #expect(finding.detail.contains(path))
    #expect(!report.works)
  }

  @Test func whatWorksNeedsNoAdvice() {
    let fine = DoctorReport.Finding("a", .works, "1", brings: "b", remedy: "c", isNeeded: true)
    #expect(fine.brings == nil && fine.remedy == nil && !fine.isHindrance)
    let extra = DoctorReport.Finding("a", .missing, "1", brings: "b", remedy: "c")
    #expect(extra.brings == "b" && extra.remedy == "c" && !extra.isHindrance)
    let report = DoctorReport(
      program: "p", build: "b", sections: [.init(title: "t", findings: [fine, extra])], providers: ["cuda", "cpu"])
    #expect(report.works && report.summary.contains("cuda or cpu"))
  }
}
