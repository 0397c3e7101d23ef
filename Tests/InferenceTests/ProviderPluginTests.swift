import TestSupport
import Testing

@testable import Inference

/// The library of a plug-in stays registered for the life of the process, so each test uses names of its own.
@Suite(.serialized) struct ProviderPluginTests {
  let runtime: OnnxRuntime
  let folder: TemporaryFolder

  init() throws {
    runtime = try OnnxRuntime.open()
    folder = try TemporaryFolder()
  }

  @Test func readsNameAndPath() throws {
    let plugin = try ProviderPlugin(text: "mine=/opt/a=b/libmine.so")
    #expect(plugin == ProviderPlugin(name: "mine", path: "/opt/a=b/libmine.so"))
    #expect(plugin.provider == .plugin("mine"))
    #expect(plugin.provider.rawValue == "mine")
  }

  @Test(arguments: ["", "mine", "mine=", "=/opt/libmine.so", "cuda=/opt/libmine.so", "auto=/opt/libmine.so"])
  func refusesOtherForms(text: String) {
    let error = #expect(throws: InferenceError.self) { try ProviderPlugin(text: text) }
    #expect(error?.code == .providerUnavailable)
    #expect(error?.hint?.contains("NAME=PATH") == true)
  }

  @Test func aModelRunsThroughAPluginAndTellsWhatFellOff() throws {
    let path = try FakeProvider.make(named: "libtaker.so", in: folder)
    let plugin = ProviderPlugin(name: "taker", path: path)
    try runtime.register(plugin)
    try runtime.register(plugin)
    #expect(runtime.pluginProviders.contains(.plugin("taker")))
    var model = TinyModel()
    model.input("x", [2])
    model.node("Relu", ["x"], ["r"])
    model.node("Exp", ["r"], ["y"])
    model.output("y", [2])
    let session = try InferenceSession(
      runtime: runtime, bytes: model.bytes, name: "net",
      options: SessionOptions(providers: .list([.plugin("taker"), .cpu])))
    #expect(session.provider == .plugin("taker"))
    #expect(try session.run([Tensor(shape: [2], elements: [Float(-1), 0])])[0].floats == [1, 1])
    let placement = try #require(session.placement)
    #expect(placement.provider == "taker")
    #expect(placement.total == 2)
    #expect(placement.onDevice == 0)
    #expect(Set(placement.fallen.map(\.operation)) == ["Relu", "Exp"])
    #expect(placement.sentence?.hasPrefix("net: 2 of 2 nodes run on the processor instead of taker: ") == true)
    // Its one device is the processor.
    let error = #expect(throws: InferenceError.self) {
      try InferenceSession(
        runtime: runtime, bytes: model.bytes, name: "net",
        options: SessionOptions(providers: .list([.plugin("taker")]), deviceID: 7))
    }
    #expect(error?.code == .providerFailed)
    #expect(error?.message.contains("there is no number 7") == true)
  }

  @Test func anotherLibraryUnderTheSameNameIsRefused() throws {
    let path = try FakeProvider.make(named: "libone.so", in: folder)
    let other = try FakeProvider.make(named: "libtwo.so", in: folder)
    try runtime.register(ProviderPlugin(name: "named", path: path))
    let error = #expect(throws: InferenceError.self) {
      try runtime.register(ProviderPlugin(name: "named", path: other))
    }
    #expect(error?.message.contains("is taken") == true)
  }

  @Test func aLibraryWithoutADeviceIsAnError() throws {
    let path = try FakeProvider.make(named: "libnone.so", hasDevice: false, in: folder)
    let error = #expect(throws: InferenceError.self) {
      try runtime.register(ProviderPlugin(name: "none", path: path))
    }
    #expect(error?.code == .providerFailed)
    #expect(!runtime.pluginProviders.contains(.plugin("none")))
  }

  @Test func missingAndForeignLibrariesAreErrors() throws {
    let missing = #expect(throws: InferenceError.self) {
      try runtime.register(ProviderPlugin(name: "lost", path: "/nowhere/libep.so"))
    }
    #expect(missing?.code == .providerUnavailable)
    let path = try FakeLibrary.make(FakeLibrary.foreign, named: "libforeign.so", in: folder)
    let foreign = #expect(throws: InferenceError.self) {
      try runtime.register(ProviderPlugin(name: "foreign", path: path))
    }
    #expect(foreign?.code == .providerFailed)
    let unknown = #expect(throws: InferenceError.self) {
      try InferenceSession(
        runtime: runtime, bytes: TinyModel.identity().bytes, name: "tiny",
        options: SessionOptions(providers: .list([.plugin("never")])))
    }
    #expect(unknown?.code == .providerUnavailable)
    #expect(unknown?.hint?.contains("--execution-provider-library never=PATH") == true)
  }
}
