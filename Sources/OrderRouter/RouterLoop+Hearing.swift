import Daemon
import Domain
import Exchange
import Failpoint
import Ledger
import Wire

// What the router hears: the gate, the venue, the market, the latch.
extension RouterLoop {
  /// Messages of the market that are taken in one turn.
  private static let mostPerTurn = 4096

  func takeIntents(_ now: RouterTime) throws {
    guard draining == nil else { return }
    for delivery in intents.service(now: now.machine) {
      do {
        if let exit = try Codec.decodeExit(delivery.payload) {
          offers[nextOffer] = delivery.key
          heard.append(.offerExit(nextOffer, exit))
          nextOffer += 1
          continue
        }
        if let risk = try Codec.decodeRisk(delivery.payload) {
          offers[nextOffer] = delivery.key
          heard.append(.offerRisk(nextOffer, risk))
          nextOffer += 1
          continue
        }
        let intent = try Codec.decodeIntent(delivery.payload)
        failpoint(.routerIntentReceived)
        offers[nextOffer] = delivery.key
        let past = try ledger.past(of: intent.signal)
        heard.append(.offer(nextOffer, intent, past: past, refusal: ledger.refusal))
        nextOffer += 1
      } catch let error as WireError {
        host.log.warning("intent refused", ["reason": "\(error)"])
        intents.acknowledge(delivery.key, .denied([Denial(.malformed, "\(error)")]))
      }
    }
  }

  func hearVenue(_ ready: [PollDescriptor], _ now: RouterTime) throws {
    let reports = early + venue.advance(ready: ready, now: now.machine)
    early = []
    for report in reports {
      failpoint(.routerAnswerReceived)
      let known = try ledger.recall(machine.unexplained(in: report))
      heard.append(.report(report, known: known))
    }
    guard let stream else { return }
    if learnt != machine.instruments.count {
      learnt = machine.instruments.count
      stream.learn(machine.instruments.values.sorted { $0.id < $1.id })
    }
    for event in stream.advance(now: now.machine, wall: now.wall) {
      failpoint(.routerStreamReceived)
      heard.append(.stream(event))
    }
  }

  /// Only the newest prices of each instrument count.
  func hearMarket(_ now: RouterTime) {
    var newest: [InstrumentID: Ticker] = [:]
    for _ in 0..<Self.mostPerTurn {
      guard let reception = market.receive() else { break }
      if case .message(let message) = reception, case .ticker(let ticker, _) = message.body {
        newest[ticker.instrument] = ticker
      }
    }
    guard !newest.isEmpty else { return }
    heard.append(.tickers(newest.values.sorted { $0.instrument < $1.instrument }))
  }

  /// All of a turn in one step: what follows from it is looked at once, and one reading of the
  /// venue serves every intent that came with it.
  func decideWhatWasHeard(_ now: RouterTime) {
    let read = machine.readingsCompleted
    effects += machine.step(heard + [.tick], now: now)
    heard.removeAll(keepingCapacity: true)
    if machine.readingsCompleted != read { failpoint(.routerReadingAfter) }
  }

  // MARK: - The latch

  func readLatch(_ now: RouterTime) {
    let view = LatchView(latch.read())
    if view != machine.latch { decide(.latch(view), at: now) }
  }

  /// The last look, immediately before the first byte.
  func latchObjection(to placement: OrderPlacement) -> String? {
    let view = LatchView(latch.read())
    failpoint(.routerLatchAfter)
    let strategy = machine.book.orders[placement.clientOrderID]
      .flatMap { machine.book.intents[$0.intent]?.entry?.signal.strategy }
    return view.covers(strategy, placement.instrument) ? "latched: \(view.text)" : nil
  }

  // MARK: - The venue's history pool

  func restoreHistorySpending(_ contents: LedgerContents) {
    historyNoted = HistorySpending(text: contents.properties["history_spent_ms", default: ""])
    venue.restore(historyNoted)
  }

  /// A restart must not refill the pool: what was spent is committed with the turn that spent it.
  func noteHistorySpending(_ now: RouterTime) {
    let spent = venue.historySpending()
    guard !spent.isSame(as: historyNoted) else { return }
    historyNoted = spent
    decide(.note("history_spent_ms", spent.text), at: now)
  }
}

extension LatchView {
  /// A latch that cannot be believed stops everything.
  init(_ state: LatchFile.State) {
    switch state {
    case .clear: self = .clear
    case .unreadable(let why):
      self.init(scopes: [.everything], flattens: false, text: "unreadable: \(why)")
    case .active(let entries):
      self.init(
        scopes: entries.map(\.view), flattening: entries.filter(\.flatten).map(\.view),
        foreign: entries.filter(\.closesForeign).map(\.view),
        text: entries.map { "\($0.scope) by \($0.by): \($0.reason)" }.joined(separator: "; "))
    }
  }
}

extension LatchBlock.Entry {
  /// A scope that is not understood is everything.
  fileprivate var view: LatchView.Scope {
    let parts = scope.split(separator: ":", maxSplits: 1)
    guard parts.count == 2 else { return .everything }
    switch parts[0] {
    case "strategy": return StrategyID(parts[1]).map { .strategy($0) } ?? .everything
    case "instrument": return InstrumentID(parts[1]).map { .instrument($0) } ?? .everything
    default: return .everything
    }
  }
}
