import Daemon
import Foundation
import Glibc

/// Presses the latch while orders leave, again and again, and looks what still came.
///
/// Judged: not one order is let out after the sender's acknowledgement. Reported: from the return of
/// the press, when the latch is on the disk, to the last order that the transport let out, and to
/// the last byte that the venue read, which adds how late the venue's thread was.
final class KillTrials {
  static let owner = LatchFile.owner(account: "bench", profile: .demo)
  private static let patience: Int64 = 30_000_000_000
  private static let quiet: Int64 = 20_000_000

  private let folder: String
  private let latch: LatchFile
  private let sink: OrderSink
  private let sender = Process()
  private let output = Pipe()
  private var rest = ""

  init(folder: String) throws {
    self.folder = folder
    latch = try LatchFile(stateDirectory: folder, owner: Self.owner, makes: true)
    sink = try OrderSink()
  }

  /// The exit code: 0, or 1 when an order left after an acknowledgement.
  func run(_ trials: Int) throws -> Int32 {
    sink.serve()
    sender.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    sender.arguments = ["send", folder, "\(sink.port)"]
    sender.standardOutput = output
    try sender.run()
    defer { sender.terminate() }
    var after: [Int64] = []
    var letOut: [Int64] = []
    var durable: [Int64] = []
    var late = 0
    var orders = 0
    for trial in 0..<trials {
      try hear("clear")
      let before = sink.state.orders
      try wait { sink.state.orders > before + 5 }
      poll(nil, 0, Int32.random(in: 1...10))
      let begun = Clock.machineNanoseconds()
      try latch.press(
        LatchBlock.Entry(
          scope: "all", by: "bench", reason: "\(trial)", since: Clock.wallMilliseconds()))
      let pressed = Clock.machineNanoseconds()
      let (allowed, last) = try hear("latched")
      // Long after the acknowledgement nothing more has come than was let out before it.
      try wait { Clock.machineNanoseconds() - max(self.sink.state.last, pressed) > Self.quiet }
      let heard = sink.state
      late += max(0, heard.orders - allowed)
      orders = heard.orders
      durable.append(pressed - begun)
      after.append(max(0, heard.last - pressed))
      letOut.append(max(0, last - pressed))
      guard try latch.clear(if: { _ in true }) else {
        throw Fatal(.internalError, "unable to clear the latch of trial \(trial)")
      }
    }
    report(trials, orders: orders, late: late, durable: durable, letOut: letOut, after: after)
    return late == 0 ? 0 : 1
  }

  private func report(
    _ trials: Int, orders: Int, late: Int, durable: [Int64], letOut: [Int64], after: [Int64]
  ) {
    print("kill: \(trials) trials, \(orders) orders at the venue, \(late) after an acknowledgement")
    print("kill: press, start to durable: \(Self.quantiles(durable))")
    print("kill: durable to the last order let out: \(Self.quantiles(letOut)); goal p99 5 ms")
    print("kill: durable to the last order byte read at the venue: \(Self.quantiles(after))")
    print("kill: presses after which a byte still came: \(after.count { $0 > 0 })")
  }

  private static func quantiles(_ values: [Int64]) -> String {
    let sorted = values.sorted()
    let at = { (part: Double) in
      let value = sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
      return "\(value / 1_000_000).\(String(1000 + value / 1000 % 1000).dropFirst()) ms"
    }
    return "p50 \(at(0.5)), p99 \(at(0.99)), max \(at(1))"
  }

  /// The numbers behind the sender's next `word`.
  @discardableResult
  private func hear(_ word: String) throws -> (count: Int, last: Int64) {
    let descriptor = output.fileHandleForReading.fileDescriptor
    let end = Clock.machineNanoseconds() + Self.patience
    while true {
      while let line = rest.firstIndex(of: "\n") {
        let words = rest[..<line].split(separator: " ")
        rest = String(rest[rest.index(after: line)...])
        if words.count == 3, words[0] == word, let count = Int(words[1]), let last = Int64(words[2])
        {
          return (count, last)
        }
      }
      var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard Clock.machineNanoseconds() < end, sender.isRunning else {
        throw Fatal(.tryAgain, "unable to hear \(word) from the sender")
      }
      guard poll(&item, 1, 100) > 0 else { continue }
      rest += String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    }
  }

  private func wait(_ isDone: () -> Bool) throws {
    let end = Clock.machineNanoseconds() + Self.patience
    while !isDone() {
      guard Clock.machineNanoseconds() < end, sender.isRunning else {
        throw Fatal(.tryAgain, "unable to go on: the sender does not")
      }
      usleep(200)
    }
  }
}
