import Domain
import Testing
import Wire

@testable import RiskGate

@Suite("the gate")
struct GateMachineTests {
  @Test func `a signal becomes one intent and gets the router's verdict`() throws {
    var drive = GateDrive.ready()
    drive.step(.offer(1, Sample.signal()))
    #expect(drive.forwarded.count == 1)
    #expect(drive.forwarded.first?.quantity.lots == 5000)
    #expect(drive.forwarded.first?.equity == Sample.account().equity)
    #expect(drive.decisions.isEmpty, "nothing is said before the router has answered")
    drive.step(.verdict(SignalID(unchecked: "s1"), .accepted(Sample.hash(1))))
    let decided = try #require(drive.decisions.first)
    #expect(decided.offers == [1])
    #expect(decided.decision.verdict == .accepted(Sample.hash(1)))
    #expect(decided.decision.quantity.lots == 5000)
    #expect(drive.machine.accepted == 1 && drive.machine.inFlight == 0)
  }

  @Test func `a denied signal is not forwarded and hears every reason`() {
    var drive = GateDrive.ready()
    drive.clock = 7000
    drive.step(.offer(1, Sample.signal(worst: 210_000, stop: 209_999)))
    #expect(drive.forwarded.isEmpty)
    #expect(
      Set(drive.lastReasons)
        == [.staleMarketData, .dataUnhealthy, .priceCollar, .stopTooClose])
    #expect(drive.machine.denials[.priceCollar] == 1)
  }

  @Test func `offered again while it is at the router, it stays one intent with one verdict`() {
    var drive = GateDrive.ready()
    drive.step(.offer(1, Sample.signal()))
    drive.clock = 3000
    drive.step(.offer(2, Sample.signal(valid: 13_000)))
    #expect(drive.forwarded.count == 1)
    drive.step(.verdict(SignalID(unchecked: "s1"), .accepted(Sample.hash(1))))
    #expect(drive.decisions.map(\.offers) == [[1, 2]])
  }

  @Test func `offered again after it was decided, it hears the same and nothing is sent`() {
    var drive = GateDrive.ready()
    drive.step(.offer(1, Sample.signal()))
    drive.step(.verdict(SignalID(unchecked: "s1"), .accepted(Sample.hash(1))))
    drive.step(.offer(2, Sample.signal(valid: 20_000)))
    #expect(drive.forwarded.count == 1 && drive.decisions.count == 1)
    #expect(drive.answers.first?.offer == 2)
    #expect(drive.answers.first?.verdict == .accepted(Sample.hash(1)))
  }

  @Test func `the same name with other content is refused and disturbs nothing`() {
    var drive = GateDrive.ready()
    drive.step(.offer(1, Sample.signal()))
    drive.step(.offer(2, Sample.signal(stop: 197_000)))
    #expect(drive.lastReasons == [.contentMismatch])
    #expect(drive.decisions.last?.offers == [2])
    drive.step(.verdict(SignalID(unchecked: "s1"), .accepted(Sample.hash(1))))
    #expect(drive.decisions.last?.offers == [1])
    drive.step(.offer(3, Sample.signal(setup: "other")))
    #expect(drive.lastReasons == [.contentMismatch])
    #expect(drive.forwarded.count == 1)
  }

  @Test func `what the ledger knows is answered from it, after a restart too`() {
    var limits = Sample.limits
    // Room beside what is pending there.
    limits[.instrumentNotional] = 100_000_000_000
    limits[.positionShare] = 50_000_000
    var drive = GateDrive(limits)
    drive.write(.account(Sample.account()))
    drive.write(.intentAccepted(Sample.hash(3), Sample.intent(Sample.signal())))
    drive.write(.intentDenied(Sample.hash(4), SignalID(unchecked: "s2"), Denial(.symbolLocked)))
    drive.write(.intentDenied(Sample.hash(4), SignalID(unchecked: "s2"), Denial(.intentPending)))
    drive.step(
      .marketSnapshot(
        StreamReply(
          epoch: 1, sequence: 1, instruments: [Sample.instrument()],
          tickers: [Sample.reading()])))
    drive.replay()
    drive.step(.offer(1, Sample.signal()))
    drive.step(.offer(2, Sample.signal("s2")))
    drive.step(.offer(3, Sample.signal("s1x", setup: "new")))
    #expect(drive.decisions.first?.decision.verdict == .accepted(Sample.hash(3)))
    #expect(drive.lastReasons == [.symbolLocked, .intentPending])
    #expect(drive.forwarded.map(\.signal.id.text) == ["s1x"])
  }

  @Test func `a gate that has only begun lets signals wait, then says what is missing`() {
    var drive = GateDrive()
    drive.step(.offer(1, Sample.signal()))
    drive.clock = 1999
    drive.step(.tick)
    #expect(drive.decisions.isEmpty)
    drive.clock = 2000
    drive.step(.tick)
    #expect(drive.lastReasons == [.gateNotReady])
    guard case .denied(let denials) = drive.decisions.last?.decision.verdict else { return }
    #expect(denials.first?.detail == "missing=ledger,account,instruments,tickers")
  }

  @Test func `a waiting signal is judged as soon as everything is there`() {
    var drive = GateDrive()
    drive.step(.offer(1, Sample.signal()))
    drive.write(.account(Sample.account()))
    drive.replay()
    #expect(drive.forwarded.isEmpty)
    drive.step(
      .marketSnapshot(
        StreamReply(
          epoch: 1, sequence: 1, instruments: [Sample.instrument()],
          tickers: [Sample.reading()])))
    #expect(drive.forwarded.count == 1)
  }

  @Test func `a signal that expires while it waits is denied as such`() {
    var drive = GateDrive()
    drive.step(.offer(1, Sample.signal(valid: 500)))
    drive.clock = 500
    drive.step(.tick)
    #expect(drive.lastReasons == [.gateNotReady, .expired])
  }

  @Test func `intents under way and positions count against the largest number`() {
    var limits = Sample.limits
    limits[.maximumPositions] = 2
    let symbols = ["PF_AUSD", "PF_BUSD", "PF_CUSD"]
    var drive = GateDrive.ready(limits, symbols: symbols)
    drive.step(.offer(1, Sample.signal("a", symbol: "PF_AUSD")))
    drive.step(.offer(2, Sample.signal("b", symbol: "PF_BUSD")))
    drive.step(.offer(3, Sample.signal("c", symbol: "PF_CUSD")))
    #expect(drive.forwarded.count == 2)
    #expect(drive.lastReasons == [.maxPositions])
    // Accepted, ended without a fill: its place is free again.
    let a = Sample.signal("a", symbol: "PF_AUSD")
    drive.tell(.intentAccepted(Sample.hash(1), Sample.intent(a)))
    drive.step(.verdict(a.id, .accepted(Sample.hash(1))))
    drive.step(.offer(4, Sample.signal("c2", symbol: "PF_CUSD")))
    #expect(drive.lastReasons == [.maxPositions])
    drive.tell(Sample.execution(Sample.hash(1), a, .cancelled))
    drive.step(.offer(5, Sample.signal("c3", symbol: "PF_CUSD")))
    #expect(drive.forwarded.map(\.signal.id.text) == ["a", "b", "c3"])
  }

  @Test func `a router that does not answer is a denial, unless its ledger shows the intent`() {
    var drive = GateDrive.ready()
    drive.step(.offer(1, Sample.signal()))
    drive.step(.offer(2, Sample.signal("e", symbol: "PF_ETHUSD")))
    drive.clock = 10_000
    drive.step(.noVerdict(SignalID(unchecked: "s1")))
    #expect(drive.lastReasons == [.expired])
    let late = Sample.signal("e", symbol: "PF_ETHUSD")
    drive.tell(.intentAccepted(Sample.hash(9), Sample.intent(late)))
    drive.step(.noVerdict(late.id))
    #expect(drive.decisions.last?.decision.verdict == .accepted(Sample.hash(9)))
    #expect(drive.alerts.isEmpty)
    // It comes out later that the first one was accepted after all.
    drive.tell(.intentAccepted(Sample.hash(8), Sample.intent(Sample.signal())))
    #expect(drive.alerts.count == 1)
    drive.step(.offer(3, Sample.signal()))
    #expect(drive.answers.last?.verdict == .accepted(Sample.hash(8)))
  }

  @Test func `an intent that could not be handed on is denied`() {
    var drive = GateDrive.ready()
    drive.step(.offer(1, Sample.signal()))
    drive.step(.notForwarded(SignalID(unchecked: "s1")))
    #expect(drive.lastReasons == [.gateNotReady])
    #expect(drive.machine.inFlight == 0)
  }

  @Test func `a verdict on nothing, or a second one, says nothing`() {
    var drive = GateDrive.ready()
    drive.step(.verdict(SignalID(unchecked: "x"), .accepted(Sample.hash(1))))
    drive.step(.offer(1, Sample.signal()))
    drive.step(.verdict(SignalID(unchecked: "s1"), .accepted(Sample.hash(1))))
    drive.step(.verdict(SignalID(unchecked: "s1"), .denied([Denial(.expired)])))
    #expect(drive.decisions.count == 1)
  }
}
