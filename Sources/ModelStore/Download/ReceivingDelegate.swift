import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Hands an answer on to a receiver.
final class ReceivingDelegate: HTTPClientResponseDelegate {
  typealias Response = Void

  /// Ends a transfer whose body is not wanted.
  enum Stop: Error { case unwanted }

  private let receiver: any FetchReceiving

  init(_ receiver: any FetchReceiving) { self.receiver = receiver }

  func didReceiveHead(task: HTTPClient.Task<Void>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
    let headers = Dictionary(
      head.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
    return task.eventLoop.makeCompletedFuture {
      let isWanted = try receiver.received(FetchHead(status: Int(head.status.code), headers: headers))
      if !isWanted { throw Stop.unwanted }
    }
  }

  func didReceiveBodyPart(task: HTTPClient.Task<Void>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
    task.eventLoop.makeCompletedFuture { try receiver.received([UInt8](buffer.readableBytesView)) }
  }

  func didFinishRequest(task: HTTPClient.Task<Void>) throws {}
}
