import CUDATestSupport
import Foundation
import Inference
import TestSupport
import Testing

private let source = KernelSource(name: "probe.cu", text: "extern \"C\" __global__ void probe_scale(int) {}")

@Suite struct KernelLibraryTests {
  private struct NoCompiler: Error {}

  @Test func kernelsAreCompiledOnceAndKept() throws {
    let machine = try EmulatedMachine()
    let folder = try TemporaryFolder()
    let context = try machine.context()
    func open(_ source: KernelSource = source) throws -> KernelLibrary {
      try KernelLibrary(source, on: context, compiler: machine.compiler, cacheFolder: folder.path)
    }
    #expect(try open().origin == .compiled)
    #expect(try open().origin == .cache)
    #expect(machine.counts.compilations == 1)
    // Another text, another header, another compiler: compiled again.
    #expect(try open(KernelSource(name: source.name, text: source.text + "\n")).origin == .compiled)
    #expect(try open(KernelSource(name: source.name, text: source.text, headers: ["a": "b"])).origin == .compiled)
    machine.setCompilerVersion(13, 5)
    #expect(try open().origin == .compiled)
    #expect(try open().origin == .cache)
    #expect(machine.counts.compilations == 4)
  }

  @Test func withoutACompilerWhatIsKeptDoes() throws {
    let machine = try EmulatedMachine()
    let folder = try TemporaryFolder()
    let context = try machine.context()
    #expect(throws: NoCompiler.self) {
      try KernelLibrary(source, on: context, compiler: { throw NoCompiler() }, cacheFolder: folder.path)
    }
    _ = try KernelLibrary(source, on: context, compiler: machine.compiler, cacheFolder: folder.path)
    let kept = try KernelLibrary(
      source, on: context, compiler: { throw NoCompiler() }, cacheFolder: folder.path)
    #expect(kept.origin == .cache)
    #expect(throws: Never.self) { try kept.kernel("probe_scale") }
  }

  @Test func aDamagedFileIsMadeAnew() throws {
    let machine = try EmulatedMachine()
    let folder = try TemporaryFolder()
    let context = try machine.context()
    _ = try KernelLibrary(source, on: context, compiler: machine.compiler, cacheFolder: folder.path)
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      try Data("damaged".utf8).write(to: URL(fileURLWithPath: folder.path + "/" + file))
    }
    let library = try KernelLibrary(source, on: context, compiler: machine.compiler, cacheFolder: folder.path)
    #expect(library.origin == .compiled)
    #expect(
      try KernelLibrary(source, on: context, compiler: machine.compiler, cacheFolder: folder.path).origin == .cache)
  }

  @Test func cardsTheCompilerDoesNotKnowGetPortableCode() throws {
    let machine = try EmulatedMachine([.init(capability: .init(major: 12, minor: 0))])
    let folder = try TemporaryFolder()
    let compiler = try machine.compiler()
    #expect(compiler.version == "12.9")
    #expect(try compiler.target(for: .init(major: 9, minor: 0)) == .binary(90))
    #expect(try compiler.target(for: .init(major: 12, minor: 0)) == .portable(100))
    #expect(try compiler.target(for: .init(major: 8, minor: 7)).description == "compute_86")
    let library = try KernelLibrary(
      source, on: machine.context(), compiler: machine.compiler, cacheFolder: folder.path)
    #expect(throws: Never.self) { try library.kernel("probe_scale") }
    let error = #expect(throws: InferenceError.self) { try compiler.target(for: .init(major: 5, minor: 2)) }
    #expect(error?.message.contains("5.2") == true)
  }

  @Test func aDriverThatRefusesMachineCodeGetsPortableCode() throws {
    let machine = try EmulatedMachine()
    let folder = try TemporaryFolder()
    machine.fail("cuModuleLoadData", result: 222)
    let library = try KernelLibrary(
      source, on: machine.context(), compiler: machine.compiler, cacheFolder: folder.path)
    #expect(library.origin == .compiled)
    #expect(machine.counts.compilations == 2)
  }

  @Test func theCompilersWordsAreInTheError() throws {
    let machine = try EmulatedMachine()
    let folder = try TemporaryFolder()
    let error = #expect(throws: InferenceError.self) {
      try KernelLibrary(
        KernelSource(name: "bad.cu", text: "#error no such card"), on: machine.context(), compiler: machine.compiler,
        cacheFolder: folder.path)
    }
    #expect(error?.code == .kernelRejected)
    #expect(error?.message.contains("bad.cu does not compile for sm_90") == true)
    #expect(error?.message.contains("#error no such card") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }
}
