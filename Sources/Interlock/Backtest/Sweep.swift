import Daemon
import Dispatch
import Foundation
import Glibc
import Simulation
import Synchronization

/// Runs every combination of a sweep, as many at once as there are cores.
struct Sweep: Sendable {
  let file: SweepFile
  let input: BacktestOptions
  let base: String

  init(_ file: SweepFile, _ input: BacktestOptions) throws(Fatal) {
    self.file = file
    self.input = input
    base =
      try input.config.map { path throws(Fatal) in
        guard let data = FileManager.default.contents(atPath: path) else {
          throw Fatal(
            .badConfiguration, "unable to read configuration \(path): no readable file: check it")
        }
        return String(decoding: data, as: UTF8.self)
      } ?? ""
    // What is wrong with a parameter's name or bounds is said before anything runs.
    for index in 0..<file.count { _ = try configuration(index) }
    _ = try input.plan(try configuration(0))
  }

  private func configuration(_ index: Int) throws(Fatal) -> Configuration {
    try Configuration.parse(
      file.configuration(base, index), path: "combination \(index + 1) of the sweep",
      profile: .paper)
  }

  /// What makes this sweep this one: parameters, configuration, options, and the files by name and
  /// size.
  var identity: String {
    let sizes = (input.market + [input.archive].compactMap { $0 }).map { path -> String in
      var status = stat()
      let size = stat(path, &status) == 0 ? "\(status.st_size)" : "?"
      return "\(URL(fileURLWithPath: path).lastPathComponent) \(size)"
    }
    let told = input.told.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let parts = [
      file.text, base, sizes.joined(separator: "\n"), told.joined(separator: "\n"),
    ]
    return RunHash.of(parts.joined(separator: "\u{0}"))
  }

  /// Runs what is not in `log` yet and returns how many ran.
  ///
  /// `progress` is told how many have ended.
  func run(_ log: SweepLog, _ progress: @Sendable (Int) -> Void) throws(Fatal) -> Int {
    let done = log.done
    let left = (0..<file.count).filter { done[$0] == nil }
    let next = Mutex(0)
    let failure = Mutex<Fatal?>(nil)
    let workers = min(max(1, ProcessInfo.processInfo.activeProcessorCount), max(1, left.count))
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while failure.withLock({ $0 == nil }) {
        let place = next.withLock { next -> Int? in
          guard next < left.count else { return nil }
          defer { next += 1 }
          return next
        }
        guard let place else { return }
        do throws(Fatal) {
          try log.add(try row(left[place]))
          progress(log.done.count)
        } catch {
          failure.withLock { $0 = $0 ?? error }
        }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
    return left.count
  }

  private func row(_ index: Int) throws(Fatal) -> SweepLog.Row {
    let plan = try input.plan(try configuration(index))
    let report = BacktestReport(try plan.play { _ in }, settings: plan.told)
    do {
      return SweepLog.Row(
        index: index, hash: RunHash.of(try report.json()), report.account,
        report.trades)
    } catch {
      throw Fatal(.internalError, "unable to write combination \(index + 1): \(error)")
    }
  }

  /// The whole sweep as a table, in the order of its combinations.
  func table(_ rows: [Int: SweepLog.Row]) -> String {
    let names = file.parameters.map(\.name)
    let header =
      names + [
        "trades", "profit", "return", "max_drawdown", "sharpe", "win_rate", "profit_factor", "hash",
      ]
    let lines = (0..<file.count).compactMap { index -> String? in
      guard let row = rows[index] else { return nil }
      let figures = [
        "\(row.trades)", "\(row.profit)", "\(row.total_return)", "\(row.max_drawdown_share)",
        row.sharpe.map { "\($0)" } ?? "", row.win_rate.map { "\($0)" } ?? "",
        row.profit_factor.map { "\($0)" } ?? "", row.hash,
      ]
      return (file.values(of: index) + figures).joined(separator: ",")
    }
    return ([header.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
  }
}

extension SweepLog.Row {
  init(index: Int, hash: String, _ account: RunFigures, _ trades: TradeFigures) {
    self.init(
      index: index, hash: hash, trades: trades.trades,
      profit: NSDecimalNumber(decimal: account.profit).doubleValue,
      total_return: account.total_return, max_drawdown_share: account.max_drawdown_share,
      sharpe: account.sharpe, win_rate: trades.win_rate, profit_factor: trades.profit_factor)
  }
}
