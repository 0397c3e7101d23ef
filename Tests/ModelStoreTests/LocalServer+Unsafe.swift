import Foundation
import Synchronization

/// A web server on a free port of this machine. Each connection has a thread that reads one request and calls the
/// handler, which may answer byte by byte as badly as it likes.
final class LocalServer: Sendable {
  struct Request: Sendable {
    let method: String
    let target: String
    /// By name in lower case.
    let headers: [String: String]
  }

  typealias Handler = @Sendable (Request, Connection) -> Void

  let port: Int
  private let listener: Int32
  private let seen = Mutex<[Request]>([])

  var base: String { "http://127.0.0.1:\(port)" }
  var requests: [Request] { seen.withLock { $0 } }

  func requests(to target: String) -> [Request] { requests.filter { $0.target == target } }

  init(_ handler: @escaping Handler) throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
      }
    }
    guard isBound else { throw POSIXError(.EADDRINUSE) }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread { [weak self] in
      while true {
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else {
          // Only here: a number that is closed while this thread still listens may already be another server's.
          close(listener)
          return
        }
        let connection = Connection(descriptor)
        Thread { [weak self] in
          guard let request = connection.readRequest() else { return }
          self?.seen.withLock { $0.append(request) }
          handler(request, connection)
        }.start()
      }
    }.start()
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
  }

  /// One client. The connection ends with the last reference.
  final class Connection: Sendable {
    private let descriptor: Int32

    fileprivate init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit {
      // What the client still sends is read, or closing would take back what was sent to it.
      shutdown(descriptor, Int32(SHUT_WR))
      close(descriptor)
    }

    /// Reads up to the empty line behind the headers; nil when the client left.
    func readRequest() -> Request? {
      var text = ""
      var byte: UInt8 = 0
      while !text.hasSuffix("\r\n\r\n") {
        guard recv(descriptor, &byte, 1, 0) == 1 else { return nil }
        text.unicodeScalars.append(Unicode.Scalar(byte))
      }
      let lines = text.components(separatedBy: "\r\n").filter { !$0.isEmpty }
      let words = lines[0].split(separator: " ").map(String.init)
      let fields = lines.dropFirst().map { line -> (String, String) in
        let colon = line.firstIndex(of: ":") ?? line.endIndex
        return (line[..<colon].lowercased(), line[colon...].dropFirst().trimmingCharacters(in: .whitespaces))
      }
      return Request(
        method: words[0], target: words[1], headers: Dictionary(fields, uniquingKeysWith: { first, _ in first }))
    }

    func send(_ bytes: [UInt8]) {
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes {
          Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
      }
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    /// A head with `Content-Length` as given, whatever follows.
    func sendHead(_ status: Int, length: Int?, _ headers: [String: String] = [:]) {
      var head = "HTTP/1.1 \(status) Whatever\r\nConnection: close\r\n"
      if let length { head += "Content-Length: \(length)\r\n" }
      for (name, value) in headers { head += "\(name): \(value)\r\n" }
      send(head + "\r\n")
    }

    func respond(_ status: Int = 200, _ body: [UInt8] = [], _ headers: [String: String] = [:]) {
      sendHead(status, length: body.count, headers)
      send(body)
    }

    /// Answers as a good server does, with what was asked for by `Range` and `If-Range`.
    func serve(_ body: [UInt8], _ request: Request, etag: String = "\"one\"") {
      let fresh = request.headers["if-range"].map { $0 == etag } ?? true
      guard fresh, let range = request.headers["range"], range.hasPrefix("bytes="),
        let first = Int(range.dropFirst(6).prefix { $0 != "-" })
      else { return respond(200, body, ["ETag": etag]) }
      guard first < body.count else { return respond(416, [], ["Content-Range": "bytes */\(body.count)"]) }
      respond(
        206, Array(body[first...]),
        ["ETag": etag, "Content-Range": "bytes \(first)-\(body.count - 1)/\(body.count)"])
    }

    /// Says nothing until the client leaves.
    func stall() {
      var byte: UInt8 = 0
      while recv(descriptor, &byte, 1, 0) == 1 {}
    }
  }
}
