import Foundation

@testable import Daemon

/// One end of a control socket as a hostile or clumsy client would use it.
final class ControlPeer {
  let descriptor: Int32

  init(_ path: String) throws {
    descriptor = UnixSocket.stream()
    guard UnixSocket.connect(descriptor, path) else {
      throw Fatal(.tryAgain, "unable to connect to \(path): \(SystemError.text())")
    }
  }

  deinit { close(descriptor) }

  /// How many bytes the socket took.
  @discardableResult
  func send(_ text: String) -> Int {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty, let count = UnixSocket.send(descriptor, rest), count > 0 {
      rest = rest.dropFirst(count)
    }
    return text.utf8.count - rest.count
  }

  func endInput() { shutdown(descriptor, Int32(SHUT_WR)) }

  enum Heard: Equatable {
    case text(String)
    case nothing
    case closed
  }

  /// What is there now.
  func receive() -> Heard {
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
    if count > 0 { return .text(String(decoding: buffer.prefix(count), as: UTF8.self)) }
    return count < 0 && errno == EAGAIN ? .nothing : .closed
  }
}
