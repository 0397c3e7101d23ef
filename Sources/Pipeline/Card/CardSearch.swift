import Faces
import Inference
import Logging
import ModelStore
import Processors
import Synchronization

/// Looks whether the frames of a run can be put onto cards.
struct CardSearch: Sendable {
  /// Where cards come from; nil = the machine's driver.
  let system: CardSystem?
  let logger: Logger
  let stop: StopToken

  /// The cards of `--execution-device-ids`; nil where the networks run elsewhere, or nothing of the run works on frames
  /// on a card. A card whose kernels cannot be made is told of in one line, and the frames stay on the host.
  ///
  /// - Throws: `deviceMissing` for a card that is not there.
  func cards(_ options: RunOptions, runtime: OnnxRuntime, models: any ModelLoading) throws -> RunCards? {
    guard options.needs.contains(.card) else { return nil }
    guard try system != nil || runsOnCard(options, runtime, models) else { return nil }
    let system = try system ?? CardSystem(driver: CUDADriver.open())
    let devices = try DeviceChooser.devices(named: options.devices.map(String.init), driver: system.driver)
    do {
      let cards = try RunCards(
        devices, system: system, runtime: runtime, models: models, session: options.session, workers: options.workers,
        logger: logger)
      // The token keeps what it is to wake; weakly held, neither outlives the run.
      stop.onStop { [weak stop, weak cards] in
        if let reason = stop?.reason { cards?.stop(reason) }
      }
      logger.info("Frames are put onto \(devices.map(\.name).joined(separator: ", ")).")
      return cards
    } catch let error as InferenceError where [.kernelRejected, .libraryMissing].contains(error.code) {
      logger.info("The networks run on the card, the frames stay on the host: \(error.message)")
      return nil
    }
  }

  /// Whether the provider of a card really starts: asked with a network that the run needs anyway.
  private func runsOnCard(_ options: RunOptions, _ runtime: OnnxRuntime, _ models: any ModelLoading) throws -> Bool {
    guard runtime.availableProviders.contains(.cuda) || runtime.availableProviders.contains(.tensorrt) else {
      return false
    }
    let asked = Mutex<ExecutionProvider?>(nil)
    let networks = FaceNetworks(runtime: runtime, models: models, session: options.session) { session, _ in
      asked.withLock { $0 = session.provider }
    }
    _ = try networks.detector(options.faces)
    let provider = asked.withLock { $0 }
    return provider == .cuda || provider == .tensorrt
  }
}
