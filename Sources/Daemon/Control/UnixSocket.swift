import CLinux
import Glibc

/// Unix stream sockets by path.
enum UnixSocket {
  /// The longest path a socket address holds beside its final zero.
  static let longestPath = 107

  static let nonBlocking = Int32(SOCK_NONBLOCK.rawValue)
  static let closeOnExec = Int32(SOCK_CLOEXEC.rawValue)

  /// A non-blocking stream socket.
  static func stream() -> Int32 {
    socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | nonBlocking | closeOnExec, 0)
  }

  static func bind(_ descriptor: Int32, _ path: String) -> Bool {
    withAddress(path) { Glibc.bind(descriptor, $0, $1) } == 0
  }

  static func connect(_ descriptor: Int32, _ path: String) -> Bool {
    withAddress(path) { Glibc.connect(descriptor, $0, $1) } == 0
  }

  /// Takes a name that is no file; the kernel gives it back with the descriptor.
  static func bindAbstract(_ descriptor: Int32, _ name: String) -> Bool {
    withAddress(name, isAbstract: true) { Glibc.bind(descriptor, $0, $1) } == 0
  }

  static func connectAbstract(_ descriptor: Int32, _ name: String) -> Bool {
    withAddress(name, isAbstract: true) { Glibc.connect(descriptor, $0, $1) } == 0
  }

  /// Sends what the socket takes now: the count, 0 when it takes nothing, nil when it is broken.
  static func send(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) -> Int? {
    let count = bytes.withUnsafeBytes {
      Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
    }
    if count >= 0 { return count }
    return errno == EAGAIN || errno == EINTR ? 0 : nil
  }

  private static func withAddress(
    _ path: String, isAbstract: Bool = false,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // An abstract name begins with a zero, and its length is part of it.
    let bytes = (isAbstract ? [0] : []) + Array(path.utf8)
    guard bytes.count <= longestPath else {
      errno = ENAMETOOLONG
      return -1
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        let used = MemoryLayout<sa_family_t>.size + bytes.count
        return body($0, socklen_t(isAbstract ? used : MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
