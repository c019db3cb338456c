import Domain
import Glibc
import Ledger

/// A ledger full of what is over, and what a start costs on it.
struct OpeningBench {
  let folder: String
  var name = "bench"

  private var path: String { "\(folder)/full.sqlite" }

  /// Writes so many ended intents and a few open ones, and leaves without closing, as SIGKILL does.
  func fill(_ count: Int) throws {
    let ledger = try LedgerBench.open(path, name: name)
    _ = try ledger.beginEpoch()
    var next = 0
    while next < count {
      let batch = (next..<min(count, next + 1000)).map { BenchTrade($0, instruments: 100) }
      // One lock an instrument: accepted and ended one after the other within a commit.
      try ledger.commit(
        batch.flatMap { $0.accepted + $0.ended }, now: BenchTrade.now)
      next += 1000
      while try ledger.idle(now: BenchTrade.now) != nil {}
    }
    for number in count..<(count + 10) {
      try ledger.commit(BenchTrade(number, instruments: 100).accepted, now: BenchTrade.now)
    }
    print("open: \(count) ended intents, 10 open, \(ledger.newestEvent) events")
    fflush(nil)
    _exit(0)
  }

  func open() throws {
    let start = LedgerBench.now()
    let ledger = try LedgerBench.open(path)
    let opened = LedgerBench.now()
    let contents = try ledger.beginEpoch()
    let loaded = LedgerBench.now()
    let violations = try ledger.audit(full: false)
    let audited = LedgerBench.now()
    let counts = try ledger.counts()
    let counted = LedgerBench.now()
    func milliseconds(_ from: Int64, _ to: Int64) -> String {
      LedgerBench.rounded(Double(to - from) / 1e6)
    }
    let parts: [String] = [
      "open: \(counts.intents) intents, \(contents.intents.count) loaded:",
      "\(milliseconds(start, audited)) ms = open \(milliseconds(start, opened))",
      "+ load \(milliseconds(opened, loaded)) + audit \(milliseconds(loaded, audited))",
      "(\(violations.count) violations); counts \(milliseconds(audited, counted)) ms;",
      "resident \(Self.resident()) kB",
    ]
    print(parts.joined(separator: " "))
    fflush(nil)
    // The next opening finds the log as a killed process leaves it.
    _exit(0)
  }

  private static func resident() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 128)
    guard fgets(&buffer, 128, file) != nil else { return 0 }
    let words = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
      .split(separator: " ")
    return words.count > 1 ? (Int(words[1]) ?? 0) * 4 : 0
  }
}
