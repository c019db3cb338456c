import CZeroMQ
package import Domain
import Glibc

/// Waits for sockets, plain descriptors and a moment at once: the one place where a stage sleeps.
package final class Poller {
  package struct Ready {
    /// Those of the given descriptors on which something happened.
    package let descriptors: [PollDescriptor]
  }

  package init() {}

  /// Returns when a socket or descriptor is ready, or at `until`; at once when that has passed.
  ///
  /// Waiting is rounded up to whole milliseconds, so that the last one is not spent spinning. A
  /// descriptor on which an error or a hang-up happened counts as readable.
  package func wait(
    sockets: [SocketHandle], descriptors: [PollDescriptor], until: MachineTime, now: MachineTime
  ) throws(WireError) -> Ready {
    var items = sockets.map {
      zmq_pollitem_t(socket: $0.raw, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
    }
    for descriptor in descriptors {
      let events = (descriptor.readable ? ZMQ_POLLIN : 0) | (descriptor.writable ? ZMQ_POLLOUT : 0)
      items.append(
        zmq_pollitem_t(
          socket: nil, fd: descriptor.descriptor, events: Int16(events), revents: 0))
    }
    let left = max(0, until.nanoseconds - now.nanoseconds)
    let milliseconds = left / 1_000_000 + (left % 1_000_000 == 0 ? 0 : 1)
    let count = zmq_poll(&items, Int32(items.count), Int(milliseconds))
    guard count >= 0 || zmq_errno() == EINTR else { throw ZMQ.failure("poll", "the sockets") }
    guard count > 0 else { return Ready(descriptors: []) }
    let ready = zip(descriptors, items.dropFirst(sockets.count)).compactMap { given, item in
      item.revents == 0
        ? nil
        : PollDescriptor(
          descriptor: given.descriptor,
          readable: item.revents & Int16(ZMQ_POLLIN | ZMQ_POLLERR) != 0,
          writable: item.revents & Int16(ZMQ_POLLOUT) != 0)
    }
    return Ready(descriptors: ready)
  }
}
