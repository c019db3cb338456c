import Foundation
import Glibc
import Testing

/// Anybody who reaches a socket may say anything, as often as he likes; nothing is lost by it.
@Suite("hostile connections", .serialized, .timeLimit(.minutes(10)))
struct HostileSocketTests {
  /// Waits at most a minute for a place in the listener's queue; nil when it is gone.
  private static func connect(_ path: String) -> Int32? {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    var patience = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    if result == 0 { return descriptor }
    close(descriptor)
    return nil
  }

  /// How many of `count` connections came about, all held at one time, each with some garbage.
  private static func flood(_ path: String, _ count: Int) -> Int {
    var held: [Int32] = []
    defer { for descriptor in held { close(descriptor) } }
    let garbage = (0..<512).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 7) }
    for _ in 0..<count {
      guard let descriptor = connect(path) else { break }
      _ = send(descriptor, garbage, garbage.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
      held.append(descriptor)
    }
    return held.count
  }

  private static func sockets(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).map { "\(folder)/\($0)" }
      .filter { path in
        var information = stat()
        return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFSOCK
      }.sorted()
  }

  @Test func `garbage and ten thousand connections on every socket`() async throws {
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var before = rlimit()
    getrlimit(resource, &before)
    var raised = before
    raised.rlim_cur = min(before.rlim_max, 16_384)
    setrlimit(resource, &raised)
    defer { setrlimit(resource, &before) }
    let most = min(10_000, Int(raised.rlim_cur) - 512)
    let pipeline = try Pipeline()
    try pipeline.start(["--speed", "180", "--summary", pipeline.summary.path])
    try await pipeline.waitUntilReady()
    try await Pipeline.until("the first order", seconds: 90) { try await pipeline.orders() > 0 }
    let paths =
      try Self.sockets("\(pipeline.runDirectory)/core")
      + Self.sockets("\(pipeline.runDirectory)/open")
    #expect(paths.count >= 10, "\(paths)")
    for path in paths {
      // On a thread of its own: the pool is for the test's own questions.
      let made = await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: Self.flood(path, most)) }
      }
      print("\(path.split(separator: "/").last ?? ""): \(made) connections")
      // A listener of libzmq's may have ended its process, which has come back then.
      #expect(made > 0, "\(path)")
      try await pipeline.waitUntilReady(seconds: 90)
    }
    let orders = try await pipeline.orders()
    try await Pipeline.until("an order afterwards", seconds: 90) {
      try await pipeline.orders() > orders
    }
    let run = try #require(pipeline.process)
    run.interrupt()
    try await Pipeline.ended(run, seconds: 120)
    let summary = try pipeline.readSummary()
    print("hostile connections, \(most) each: \(summary)")
    for key in ["duplicate_orders", "lost_intents", "held"] {
      #expect(summary[key] as? Int == 0, "\(key) in \(summary)")
    }
  }
}
