import Domain
import Testing
import Wire

@testable import RiskGate

@Suite("reservations")
struct ReservationTests {
  private func gate() -> GateDrive {
    var limits = Sample.limits
    limits[.maximumPositions] = 1
    return GateDrive.ready(limits)
  }

  private let first = Sample.signal("a")
  private let other = Sample.signal("b", symbol: "PF_ETHUSD")

  private func isRefused(_ drive: inout GateDrive) -> Bool {
    let before = drive.forwarded.count
    let name = "probe\(drive.decisions.count)"
    drive.step(
      .offer(
        99, Sample.signal(name, symbol: "PF_ETHUSD", valid: drive.clock + 20_000, setup: name)))
    return drive.forwarded.count == before && drive.lastReasons.contains(.maxPositions)
  }

  @Test func `a place is taken when the intent leaves`() {
    var drive = gate()
    drive.step(.offer(1, first))
    #expect(drive.machine.reserved == 1)
    #expect(isRefused(&drive))
  }

  @Test func `an acceptance keeps it until the ledger shows the intent, which keeps it then`() {
    var drive = gate()
    drive.step(.offer(1, first))
    drive.step(.verdict(first.id, .accepted(Sample.hash(1))))
    #expect(drive.machine.inFlight == 0 && drive.machine.reserved == 1)
    #expect(isRefused(&drive))
    drive.tell(.intentAccepted(Sample.hash(1), Sample.intent(first)))
    #expect(drive.machine.reserved == 0)
    #expect(isRefused(&drive))
    drive.tell(Sample.execution(Sample.hash(1), first, .rejected))
    #expect(!isRefused(&drive))
  }

  @Test func `the router's denial gives it back, on the link or in the ledger`() {
    for isOnLink in [true, false] {
      var drive = gate()
      drive.step(.offer(1, first))
      if isOnLink {
        drive.step(.verdict(first.id, .denied([Denial(.symbolLocked)])))
      } else {
        drive.tell(.intentDenied(Sample.hash(1), first.id, Denial(.symbolLocked)))
      }
      #expect(drive.machine.reserved == 0)
      #expect(!isRefused(&drive))
    }
  }

  @Test func `without an answer only the router's ledger, asked afterwards, gives it back`() {
    var drive = gate()
    drive.step(.offer(1, first))
    drive.clock = 10_000
    drive.refresh()
    drive.replay()
    let asked = drive.ledgerAsks.count
    drive.step(.noVerdict(first.id))
    #expect(drive.lastReasons == [.expired])
    #expect(drive.machine.reserved == 1)
    #expect(drive.ledgerAsks.count == asked + 1, "it asks at once")
    #expect(isRefused(&drive))
    drive.replay()
    #expect(drive.machine.reserved == 0)
    #expect(!isRefused(&drive))
  }

  @Test func `a question that was asked before says nothing of an intent that came after it`() {
    var drive = gate()
    drive.clock = 6000
    drive.refresh()
    drive.step(.tick)
    let asked = drive.ledgerAsks.count
    drive.step(.offer(1, Sample.signal("a", valid: 7000)))
    drive.clock = 6900
    drive.step(.noVerdict(first.id))
    #expect(drive.ledgerAsks.count == asked, "one question at a time")
    drive.replay()
    #expect(drive.machine.reserved == 1)
    drive.clock = 7000
    drive.step(.tick)
    // The next question is a new one.
    drive.clock = 12_000
    drive.step(.tick)
    #expect(drive.ledgerAsks.count == asked + 1)
    drive.replay()
    #expect(drive.machine.reserved == 0)
  }

  @Test func `what the ledger shows after all is kept by the ledger`() {
    var drive = gate()
    drive.step(.offer(1, first))
    drive.clock = 10_000
    drive.refresh()
    drive.step(.noVerdict(first.id))
    drive.write(.intentAccepted(Sample.hash(1), Sample.intent(first)))
    drive.replay()
    #expect(drive.machine.reserved == 0)
    #expect(isRefused(&drive))
    #expect(drive.alerts.contains { $0.contains("accepted it") })
  }

  @Test func `an intent that never left gives it back`() {
    var drive = gate()
    drive.step(.offer(1, first))
    drive.step(.notForwarded(first.id))
    #expect(drive.machine.reserved == 0)
  }

  @Test func `after a restart the ledger holds the places before anything is judged`() {
    var drive = gate()
    drive.step(.offer(1, first))
    drive.tell(.intentAccepted(Sample.hash(1), Sample.intent(first)))
    var limits = Sample.limits
    limits[.maximumPositions] = 1
    var next = GateDrive(limits)
    next.ledger = drive.ledger
    next.step(
      .marketSnapshot(
        StreamReply(
          epoch: 1, sequence: 1,
          instruments: ["PF_XBTUSD", "PF_ETHUSD"].map { Sample.instrument($0) },
          tickers: ["PF_XBTUSD", "PF_ETHUSD"].map { Sample.reading($0) })))
    next.step(.offer(1, other))
    #expect(next.forwarded.isEmpty && next.decisions.isEmpty, "it waits for the ledger")
    next.replay(count: 1)
    #expect(next.forwarded.isEmpty && next.decisions.isEmpty)
    while next.machine.missing.contains("ledger") {
      next.step(.tick)
      next.replay(count: 1)
    }
    #expect(next.lastReasons == [.maxPositions])
  }

  @Test func `notional and margin are promised too`() {
    var limits = Sample.limits
    limits[.aggregateNotional] = 99_999_999
    var drive = GateDrive.ready(limits)
    drive.step(.offer(1, first))
    drive.step(.offer(2, other))
    #expect(drive.forwarded.count == 1)
    #expect(drive.lastReasons == [.aggregateNotional])
    limits[.aggregateNotional] = 100_000_000
    limits[.aggregateMargin] = 39_999_999
    drive = GateDrive.ready(limits)
    drive.step(.offer(1, first))
    drive.step(.offer(2, other))
    #expect(drive.lastReasons == [.aggregateMargin])
  }

  @Test func `a fill that is told before its position counts once, and at once`() {
    var fold = LedgerFold()
    func apply(_ body: LedgerEvent.Body) {
      let taken = fold.apply(Sample.event(fold.next, body))
      #expect(taken)
    }
    apply(.intentAccepted(Sample.hash(1), Sample.intent(first)))
    #expect(fold.exposures.map(\.lots) == [10])
    apply(Sample.execution(Sample.hash(1), first, .working, filled: 4))
    #expect(fold.exposures.map(\.lots) == [10])
    apply(.position(Position(instrument: first.instrument, signedLots: 4)))
    #expect(fold.exposures.map(\.lots) == [10])
    apply(Sample.execution(Sample.hash(1), first, .filled, filled: 10))
    #expect(fold.exposures.map(\.lots) == [10])
    apply(.position(Position(instrument: first.instrument, signedLots: 10)))
    #expect(fold.exposures.map(\.lots) == [10])
    apply(.position(Position(instrument: first.instrument, signedLots: 3)))
    #expect(fold.exposures.map(\.lots) == [10], "until it is flat the fill is the worst")
    apply(.position(Position(instrument: first.instrument, signedLots: 0)))
    #expect(fold.exposures.isEmpty)
  }
}

extension GateDrive {
  /// Prices of now.
  mutating func refresh() {
    for symbol in ["PF_XBTUSD", "PF_ETHUSD"] {
      let reading = Sample.reading(symbol, at: clock)
      step(.market(.ticker(reading.ticker, readAt: reading.readAt)))
    }
  }
}
