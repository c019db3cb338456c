import CLinux
import Glibc

/// One end of a lifeline, the packet socket between the supervisor and one stage.
///
/// Never blocks; a packet is delivered whole or not at all; the kernel tells either side at once
/// when the other is gone.
package final class LifelineEnd {
  package enum Received: Equatable, Sendable {
    case packet(LifelinePacket)
    /// Something arrived that is no packet of ours; it is counted, never obeyed.
    case malformed
    case nothing
    case closed
  }

  package enum Sent: Equatable, Sendable {
    case sent
    /// The other side is not reading at the moment.
    case full
    case closed
  }

  /// Longer packets are refused on both sides.
  static let longestPacket = 64 * 1024

  /// A packet up to this length is remembered: heartbeats mostly say what the last one said.
  private static let longestRemembered = 4096

  package let descriptor: Int32
  private let buffer = UnsafeMutableRawBufferPointer.allocate(
    byteCount: LifelineEnd.longestPacket, alignment: 16)
  private var last: (bytes: [UInt8], packet: LifelinePacket)?

  /// Takes over `descriptor` and closes it at the end.
  package init(_ descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
    buffer.deallocate()
  }

  /// Two connected ends, neither inherited by a child unless passed on.
  package static func pair() throws(Fatal) -> (LifelineEnd, LifelineEnd) {
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_SEQPACKET.rawValue) | UnixSocket.closeOnExec
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
      throw Fatal(.tryAgain, "unable to make a lifeline: \(SystemError.text()): close some files")
    }
    return (LifelineEnd(ends[0]), LifelineEnd(ends[1]))
  }

  package func send(_ packet: LifelinePacket) -> Sent {
    let bytes = JSONLine.encode(packet)
    while true {
      let count = Glibc.send(
        descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
      if count >= 0 { return .sent }
      switch errno {
      case EINTR: continue
      case EAGAIN, ENOBUFS, ENOMEM: return .full
      default: return .closed
      }
    }
  }

  package func receive() -> Received {
    while true {
      let flags = Int32(MSG_DONTWAIT) | Int32(MSG_TRUNC)
      let count = recv(descriptor, buffer.baseAddress, buffer.count, flags)
      if count == 0 { return .closed }
      if count > 0 {
        guard count <= buffer.count else { return .malformed }
        return packet(in: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
      switch errno {
      case EINTR: continue
      case EAGAIN: return .nothing
      default: return .closed
      }
    }
  }

  private func packet(in bytes: UnsafeRawBufferPointer) -> Received {
    if let last, last.bytes.count == bytes.count, last.bytes.elementsEqual(bytes) {
      return .packet(last.packet)
    }
    guard let packet = JSONLine.decode(LifelinePacket.self, bytes) else { return .malformed }
    if packet.type == .heartbeat, bytes.count <= Self.longestRemembered {
      last = (Array(bytes), packet)
    }
    return .packet(packet)
  }
}
