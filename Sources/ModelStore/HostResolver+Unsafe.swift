import Foundation

/// Finds the addresses of a host as the system does.
enum HostResolver {
  /// In the order in which they should be tried; empty when the name is not known. Old notations of IPv4 addresses
  /// (`127.1`, `0x7f000001`) are understood as the system's connect would.
  static func addresses(of host: String) -> [HostAddress] {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var found: [HostAddress] = []
    var next = list
    while let info = next?.pointee {
      var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      let isNamed =
        getnameinfo(info.ai_addr, info.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
      let name = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      if isNamed, let address = HostAddress(name), !found.contains(address) { found.append(address) }
      next = info.ai_next
    }
    return found
  }
}
