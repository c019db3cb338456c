import Daemon
import Foundation
import Glibc
import Synchronization

/// A venue that refuses every order at once and remembers when the last byte of one came.
final class OrderSink: Sendable {
  struct Heard {
    var orders = 0
    /// Machine time of the last byte of the newest order.
    var last: Int64 = 0
  }

  private static let instruments = """
    {"result":"success","serverTime":"2026-11-26T00:00:00.000Z","instruments":[{"symbol":"PF_XBTUSD",\
    "type":"flexible_futures","tickSize":0.5,"contractSize":1,"contractValueTradePrecision":4,\
    "maxPositionSize":1000000,"tradeable":true,"isin":"x","base":"BTC","quote":"USD","pair":"BTC:USD",\
    "impactMidSize":1,"retailMarginLevels":[{"numNonContractUnits":0,"initialMargin":0.02,\
    "maintenanceMargin":0.01}],"marginLevels":[{"numNonContractUnits":0,"initialMargin":0.02,\
    "maintenanceMargin":0.01}]}]}
    """
  private static let refusal = #"{"result":"error","error":"invalidArgument: bench"}"#

  private let listener: Int32
  let port: UInt16
  private let heard = Mutex(Heard())

  init() throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    listener = descriptor
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
        bind(descriptor, place, length) == 0 && listen(descriptor, 64) == 0
          && getsockname(descriptor, place, &length) == 0
      }
    }
    guard bound else { throw Fatal(.tryAgain, "unable to listen: \(SystemError.text())") }
    port = address.sin_port.bigEndian
  }

  var state: Heard { heard.withLock { $0 } }

  /// Each connection has a thread of its own, so that no order waits for another's answer.
  func serve() {
    Thread.detachNewThread { [self] in
      while true {
        let peer = accept(listener, nil, nil)
        guard peer >= 0 else { continue }
        var one: Int32 = 1
        setsockopt(peer, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(4))
        Thread.detachNewThread { self.serve(peer) }
      }
    }
  }

  private func serve(_ peer: Int32) {
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    var request: [UInt8] = []
    while true {
      let count = recv(peer, &buffer, buffer.count, 0)
      let now = Clock.machineNanoseconds()
      guard count > 0 else { break }
      request.append(contentsOf: buffer.prefix(count))
      while let (isOrder, length) = Self.whole(request) {
        request.removeFirst(length)
        if isOrder {
          heard.withLock { heard in
            heard.orders += 1
            heard.last = max(heard.last, now)
          }
        }
        let body = isOrder ? Self.refusal : Self.instruments
        let answer =
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
          + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        let bytes = Array(answer.utf8)
        send(peer, bytes, bytes.count, Int32(MSG_NOSIGNAL))
      }
    }
    close(peer)
  }

  /// Whether the first whole request in `bytes` is an order, and its length; nil when none is whole.
  private static func whole(_ bytes: [UInt8]) -> (isOrder: Bool, length: Int)? {
    let end = Array("\r\n\r\n".utf8)
    guard bytes.count >= 4,
      let head = (0...(bytes.count - 4)).first(where: { bytes[$0..<($0 + 4)].elementsEqual(end) })
    else { return nil }
    let lines = String(decoding: bytes[..<head], as: UTF8.self).split(separator: "\r\n")
    let length =
      lines.first { $0.lowercased().hasPrefix("content-length:") }
      .flatMap { Int($0.split(separator: ":")[1].filter { $0 != " " }) } ?? 0
    guard bytes.count >= head + 4 + length else { return nil }
    return (lines.first?.hasPrefix("POST") == true, head + 4 + length)
  }
}
