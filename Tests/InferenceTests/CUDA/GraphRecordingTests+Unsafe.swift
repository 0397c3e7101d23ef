import CCUDA
import CUDATestSupport
import Foundation
import Synchronization
import Testing

@testable import Inference

/// What happens beside another library, such as ONNX Runtime, that records a graph.
@Suite struct GraphRecordingTests {
  private let machine: EmulatedMachine
  private let context: CUDAContext
  private let stream: CUDAStream

  init() throws {
    machine = try EmulatedMachine()
    context = try machine.context()
    stream = try CUDAStream(on: context)
  }

  /// Runs the body on a thread of its own while a graph is recorded for all threads, as ONNX Runtime does.
  private func whileRecording<Result: Sendable>(_ body: @escaping @Sendable () -> Result) -> Result? {
    let result = Mutex<Result?>(nil)
    let api = context.driver.api
    #expect(
      api.cuStreamBeginCapture_v2(OpaquePointer(bitPattern: stream.address)!, Int32(LIKENESS_CUDA_CAPTURE_GLOBAL)) == 0)
    let isDone = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      let value = body()
      result.withLock { $0 = value }
      isDone.signal()
    }
    isDone.wait()
    var graph: OpaquePointer?
    #expect(api.cuStreamEndCapture(OpaquePointer(bitPattern: stream.address)!, &graph) == 0)
    if let graph { _ = api.cuGraphDestroy(graph) }
    return result.withLock { $0 }
  }

  @Test func aThreadOfOursGoesOn() throws {
    let context = context
    let count = whileRecording {
      (try? DeviceMemory(byteCount: 100, on: context))?.byteCount
    }
    #expect(count == 100)
    #expect(machine.counts.violations == 0)
  }

  /// Holds the emulator to the driver's rule.
  @Test func anyOtherThreadIsRefused() {
    let (api, handle) = (context.driver.api, context.address)
    let result = whileRecording { () -> Int32 in
      guard api.cuCtxSetCurrent(OpaquePointer(bitPattern: handle)) == 0 else { return -1 }
      var address: UInt64 = 0
      return api.cuMemAlloc_v2(&address, 100)
    }
    #expect(result == 900)
  }
}
