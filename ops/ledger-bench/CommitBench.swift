import GRDB
import Ledger

/// One intent a commit, interleaved with one bare row a commit on the same disk.
struct CommitBench {
  let folder: String

  func run(_ count: Int) throws {
    let ledger = try LedgerBench.open("\(folder)/commits.sqlite")
    _ = try ledger.beginEpoch()
    let floor = try BareSQLite("\(folder)/floor.sqlite")
    var ours: [Int64] = []
    var bare: [Int64] = []
    for number in 0..<count {
      let records = BenchTrade(number).accepted
      let start = LedgerBench.now()
      try ledger.commit(records, now: BenchTrade.now)
      let middle = LedgerBench.now()
      try floor.commit(number)
      let end = LedgerBench.now()
      ours.append(middle - start)
      bare.append(end - middle)
      if number % 500 == 499 { while try ledger.idle(now: BenchTrade.now) != nil {} }
    }
    let mine = LedgerBench.quantiles(ours)
    let theirs = LedgerBench.quantiles(bare)
    print(
      "commits: \(count) accepted and sent, one commit each: p50 \(LedgerBench.rounded(mine.p50)) µs"
        + ", p99 \(LedgerBench.rounded(mine.p99)) µs")
    print(
      "commits: bare SQLite FULL commit of one row between them: p50 "
        + "\(LedgerBench.rounded(theirs.p50)) µs, p99 \(LedgerBench.rounded(theirs.p99)) µs")
    print(
      "commits: ratio p50 \(LedgerBench.rounded(mine.p50 / theirs.p50, 2)), p99 "
        + "\(LedgerBench.rounded(mine.p99 / theirs.p99, 2))")
  }
}

/// The floor: one table, one row a commit, WAL and FULL, through the same library.
private struct BareSQLite {
  private let queue: DatabaseQueue

  init(_ path: String) throws {
    var configuration = Configuration()
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
      _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
      try db.execute(sql: "PRAGMA synchronous = FULL")
    }
    queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.write { db in
      try db.execute(sql: "CREATE TABLE bare (number INTEGER PRIMARY KEY, text TEXT) STRICT")
    }
  }

  func commit(_ number: Int) throws {
    try queue.write { db in
      try db.cachedStatement(sql: "INSERT INTO bare VALUES (?, ?)")
        .execute(arguments: [number, "one row of a hundred bytes or so, as short as rows are"])
    }
  }
}
