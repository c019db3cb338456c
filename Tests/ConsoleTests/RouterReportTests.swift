import Daemon
import Domain
import Foundation
import Testing
import Wire

@testable import Console

/// What the router measures of itself, on its way to `/metrics` and the page.
@Suite("console: what the router measures")
struct RouterReportTests {
  /// As the router writes it into its answer to `status`.
  static let json = """
    {"clock":{"skew_ms":-40,"trusted":true,"uncertainty_ms":3},
     "commits":{"bounds_ms":[0.25,1,5],"counts":[1,2,0,1],"sum_ms":12.5},
     "tokens_left":{"entries":150,"history":0},"uncovered_ms":2500,
     "venue_errors":{"no_answer":2,"not_sent":0},"venue_requests":90}
    """

  static func report(_ json: String = json) throws -> RouterReport {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(RouterReport.self, from: Data(json.utf8))
  }

  private func metrics(_ state: ConsoleState) -> [String] {
    MetricsText(state: state, now: StateDrive.now, refused: [:], isOpenMetrics: false).text
      .split(separator: "\n").map(String.init)
  }

  @Test func `commits, failures, budget, clock and time without a stop are told`() throws {
    let lines = metrics(try StateDrive.busy())
    for line in [
      "interlock_commit_seconds_bucket{le=\"0.00025\"} 1",
      "interlock_commit_seconds_bucket{le=\"0.005\"} 3",
      "interlock_commit_seconds_bucket{le=\"+Inf\"} 4", "interlock_commit_seconds_sum 0.0125",
      "interlock_commit_seconds_count 4", "interlock_unprotected_seconds_total 2.5",
      "interlock_venue_requests_total 90",
      "interlock_venue_errors_total{class=\"no_answer\"} 2",
      "interlock_venue_errors_total{class=\"not_sent\"} 0",
      "interlock_rate_budget_tokens{share=\"history\"} 0", "interlock_venue_clock_trusted 1",
      "interlock_venue_clock_skew_seconds -0.04",
    ] {
      #expect(lines.contains(line), "\(line)")
    }
    let page = try StateDrive.busy().system(pages: 1, skipped: 0).text
    #expect(page.contains("a commit of the ledger") && page.contains("\"uncovered_ms\":2500"))
  }

  @Test func `a router that does not tell, or tells what is no histogram, is unknown`() throws {
    var state = try StateDrive.busy()
    state.pipeline.router?.meter = nil
    #expect(!metrics(state).contains { $0.hasPrefix("interlock_venue") })
    let odd = Self.json.replacingOccurrences(of: "[1,2,0,1]", with: "[1,2]")
    state.pipeline.router?.meter = try Self.report(odd)
    #expect(!metrics(state).contains { $0.contains("interlock_commit_seconds") })
    #expect(metrics(state).contains("interlock_venue_requests_total 90"))
  }

  @Test func `counters of trades begin when the ledger's history has been read`() throws {
    var state = ConsoleState(configuration: .defaults(profile: .demo), now: 0)
    let trade = LedgerEvent.Body.tradeClosed(try StateDrive.trade())
    let past = [StateDrive.event(1, trade), StateDrive.event(2, trade)]
    state.hear(replay: StreamReply(epoch: 1, sequence: 1, newestEvent: 2, events: past))
    let before = metrics(state)
    #expect(before.contains("interlock_closed_trades_total{end=\"stop\"} 0"))
    #expect(before.contains("interlock_fees_usd_total 0"))
    state.hear(StateDrive.relayed(.event(StateDrive.event(3, trade))), now: 0)
    #expect(metrics(state).contains("interlock_closed_trades_total{end=\"stop\"} 1"))
    #expect(metrics(state).contains("interlock_fees_usd_total 2.5"))
  }

  @Test func `what a publisher sent while the relay was away is counted as lost`() throws {
    var board = StreamBoard()
    func hear(_ sequence: UInt64, epoch: UInt64 = 1, relay: UInt64) {
      let inner = StreamMessage(
        source: "market-data", epoch: epoch, sequence: sequence,
        body: StateDrive.ticker(mark: 1))
      board.hear(
        .message(
          StreamMessage(source: "tap-relay", epoch: relay, sequence: 1, body: .relayed(inner))),
        now: 0)
    }
    hear(100, relay: 1)
    #expect(board.missed == 0, "what was sent before the console listened is not lost")
    hear(101, relay: 1)
    hear(105, relay: 2)
    #expect(board.missed == 3 && board.sources["market-data"]?.missed == 3)
    hear(2, epoch: 2, relay: 2)
    #expect(board.missed == 3 && board.sources["market-data"]?.restarts == 1)
  }
}
