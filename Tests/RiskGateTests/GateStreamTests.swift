import Domain
import Testing
import Wire

@testable import RiskGate

@Suite("the gate and its neighbours' streams")
struct GateStreamTests {
  @Test func `a ledger event that is missing is asked for, and nothing is judged without it`() {
    var drive = GateDrive.ready()
    let a = Sample.signal("a", symbol: "PF_ETHUSD")
    drive.write(.intentAccepted(Sample.hash(1), Sample.intent(a)))
    drive.write(.account(Sample.account()))
    drive.tell(.position(Position(instrument: a.instrument, signedLots: 5)))
    #expect(drive.ledgerAsks.last == 2)
    #expect(drive.machine.openPositions == 0)
    drive.step(.offer(1, Sample.signal()))
    #expect(drive.forwarded.isEmpty)
    drive.replay(count: 1)
    #expect(drive.forwarded.isEmpty, "one more is missing")
    drive.replay()
    #expect(drive.machine.openPositions == 1)
    #expect(drive.forwarded.count == 1)
  }

  @Test func `one question about the ledger is under way at a time, however many events are heard`()
  {
    var drive = GateDrive()
    drive.write(.account(Sample.account()))
    for lots in 1...1500 {
      drive.write(.position(Position(instrument: Sample.id("PF_ETHUSD"), signedLots: Int64(lots))))
    }
    drive.step(.tick)
    for lots in 1...200 {
      drive.tell(.position(Position(instrument: Sample.id("PF_XBTUSD"), signedLots: Int64(lots))))
    }
    #expect(drive.ledgerAsks == [1])
    drive.clock += 1000
    drive.step(.tick)
    #expect(drive.ledgerAsks == [1, 1], "an answer that does not come is asked for again")
    drive.replay(count: 1000)
    for _ in 0..<10 { drive.step(.tick) }
    #expect(drive.ledgerAsks == [1, 1, 1001])
  }

  @Test func `a gate catches up though events never cease`() {
    var drive = GateDrive.ready()
    for _ in 0..<10 {
      drive.write(.position(Position(instrument: Sample.id("PF_AUSD"), signedLots: 1)))
    }
    drive.step(.ledgerLost)
    // The router answered before these; the gate hears them before the answer.
    let answer = StreamReply(
      epoch: 1, sequence: 1, newestEvent: Int64(drive.ledger.count),
      events: Array(drive.ledger.dropFirst(1)))
    for lots in 2...4 {
      drive.tell(.position(Position(instrument: Sample.id("PF_BUSD"), signedLots: Int64(lots))))
    }
    #expect(drive.machine.missing == ["ledger"])
    drive.step(.replay(answer))
    #expect(drive.machine.missing.isEmpty)
    #expect(drive.machine.openPositions == 2)
    #expect(drive.ledgerAsks.count == 2, "nothing was missing, so nothing was asked for")
  }

  @Test func `an event that was heard and could not be kept is not forgotten`() {
    var drive = GateDrive.ready()
    drive.step(.ledgerLost)
    let answer = StreamReply(epoch: 1, sequence: 1, newestEvent: 1, events: [])
    drive.write(.position(Position(instrument: Sample.id("PF_AUSD"), signedLots: 1)))
    drive.tell(.position(Position(instrument: Sample.id("PF_BUSD"), signedLots: 1)))
    drive.step(.replay(answer))
    #expect(drive.machine.missing == ["ledger"], "event 3 is known, event 2 is not")
    drive.clock += 500
    drive.step(.tick)
    drive.replay()
    #expect(drive.machine.openPositions == 2)
  }

  @Test func `an event heard twice counts once`() {
    var drive = GateDrive.ready()
    let a = Sample.signal("a", symbol: "PF_ETHUSD")
    drive.tell(.position(Position(instrument: a.instrument, signedLots: 5)))
    drive.tell(.position(Position(instrument: a.instrument, signedLots: 0)))
    drive.step(.ledger(drive.ledger[1]))
    drive.replay()
    #expect(drive.machine.openPositions == 0)
  }

  @Test func `a silent router is asked again and again, and its return is enough`() {
    var drive = GateDrive()
    for _ in 0..<20 {
      drive.clock += 250
      drive.step(.tick)
    }
    #expect((4...6).contains(drive.ledgerAsks.count))
    #expect((8...12).contains(drive.marketAsks))
    drive.write(.account(Sample.account()))
    drive.replay()
    #expect(drive.machine.equity == Sample.account().equity)
  }

  @Test func `a ledger that is shorter than what was read is read anew, loudly`() {
    var drive = GateDrive.ready()
    drive.tell(.position(Position(instrument: Sample.id("PF_ETHUSD"), signedLots: 5)))
    drive.step(.ledgerLost)
    drive.ledger = [Sample.event(1, .account(Sample.account()))]
    drive.replay()
    #expect(drive.alerts.count == 1)
    #expect(drive.ledgerAsks.last == 1)
    drive.replay()
    #expect(drive.machine.openPositions == 0)
    #expect(drive.machine.missing.isEmpty)
  }

  @Test func `an answer made before an event that was heard meanwhile does no harm`() {
    var drive = GateDrive.ready()
    drive.step(.ledgerLost)
    let before = StreamReply(epoch: 1, sequence: 1, newestEvent: 1, events: [])
    drive.tell(.position(Position(instrument: Sample.id("PF_ETHUSD"), signedLots: 5)))
    drive.step(.replay(before))
    #expect(drive.alerts.isEmpty)
    #expect(drive.machine.openPositions == 1)
  }

  @Test func `a wall clock that was set back keeps no older price in the way`() {
    var drive = GateDrive.ready()
    drive.clock = 3_600_000
    let ahead = Sample.reading(at: 3_600_000)
    drive.step(.market(.ticker(ahead.ticker, readAt: ahead.readAt)))
    drive.clock = 1000
    let now = Sample.reading(at: 1000)
    drive.step(.market(.ticker(now.ticker, readAt: now.readAt)))
    drive.step(.offer(1, Sample.signal()))
    #expect(drive.forwarded.count == 1, "\(drive.decisions)")
  }

  @Test func `a missed market message makes the gate ask; an older snapshot changes nothing`() {
    var drive = GateDrive.ready()
    let asked = drive.marketAsks
    drive.step(.marketLost)
    #expect(drive.marketAsks == asked + 1)
    drive.clock = 4000
    let fresh = Sample.reading(at: 4000)
    drive.step(.market(.ticker(fresh.ticker, readAt: fresh.readAt)))
    drive.step(
      .marketSnapshot(
        StreamReply(
          epoch: 1, sequence: 1, instruments: [Sample.instrument()],
          tickers: [Sample.reading(at: 0)])))
    drive.clock = 8000
    drive.step(.offer(1, Sample.signal()))
    #expect(drive.forwarded.count == 1)
  }

  @Test func `a wake is never in the past once what was due is done`() {
    var drive = GateDrive()
    for _ in 0..<50 {
      drive.clock += 137
      drive.step(.tick)
      #expect(drive.now.machine < drive.machine.wake)
    }
    drive = GateDrive.ready()
    drive.step(.tick)
    #expect(drive.now.machine < drive.machine.wake)
  }
}
