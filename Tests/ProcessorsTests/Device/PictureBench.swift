import CUDATestSupport
import DeviceImaging
import Faces
import Imaging
import Inference
import ModelStore
import TestSupport
import Testing

@testable import Processors

/// Processors of pictures on an emulated card, held against the same on the processor.
struct PictureBench {
  let machine: EmulatedMachine
  let card: PictureCard
  let cards: CardNetworks
  let onCard: FaceNetworks
  let onHost: FaceNetworks

  init(_ models: any ModelLoading) throws {
    let runtime = try OnnxRuntime.open()
    machine = try EmulatedMachine([.init(memory: 1 << 33)])
    let folder = try TemporaryFolder()
    let imager = try DeviceImager(on: machine.context(), compiler: machine.compiler, cacheFolder: folder.path)
    card = PictureCard(stream: try CUDAStream(on: imager.context), imager: imager)
    let session = SessionOptions(providers: .list([.cpu]))
    cards = CardNetworks(
      runtime: runtime, models: models, session: session, imagers: [imager], capacity: 2, isHostMemory: true)
    onCard = FaceNetworks(runtime: runtime, models: models, session: session, card: cards)
    onHost = FaceNetworks(runtime: runtime, models: models, session: session)
  }

  /// A worker that was told its card.
  func worker(_ plan: any PictureProcessorPlan) throws -> any DevicePictureProcessing {
    let worker = try #require(try plan.makeWorker() as? any DevicePictureProcessing)
    try #require(try worker.use(card))
    return worker
  }

  /// A picture as it comes onto the card, and as its target.
  func work(_ picture: PixelBuffer8, _ faces: [Face], target: PixelBuffer8? = nil) throws -> DevicePictureWork {
    DevicePictureWork(
      card: card, picture: try DevicePicture(picture, on: card.stream),
      target: try DevicePicture(target ?? picture, on: card.stream), faces: faces, chosen: faces)
  }

  /// What both ways make of a picture: the largest difference, and how many samples differ.
  func compare(
    _ host: any PictureProcessing, _ device: any DevicePictureProcessing, _ picture: PixelBuffer8, _ faces: [Face]
  ) throws -> (largest: Int, share: Double, changed: Int) {
    var wanted = PictureWork(picture: picture, target: picture, faces: faces, chosen: faces)
    var work = try work(picture, faces)
    let count = try host.process(&wanted)
    #expect(try device.process(onCard: &work) == count)
    #expect(work.changed == wanted.changed)
    #expect(try work.isSound())
    let result = try work.picture.pixels(card.stream)
    let differences = zip(result.samples, wanted.picture.samples).map { abs(Int($0) - Int($1)) }
    #expect(machine.counts.violations == 0)
    return (
      differences.max() ?? 0, Double(differences.filter { $0 > 0 }.count) / Double(differences.count),
      zip(picture.samples, wanted.picture.samples).filter { $0 != $1 }.count
    )
  }
}
