import Domain
import Testing
import Wire

@testable import RiskGate

@Suite("stale streams at the gate")
struct StaleStreamTests {
  private func note(_ state: String, _ detail: String) -> GateEvent {
    .market(.control(ControlNote(state: state, generation: 1, detail: detail)))
  }

  @Test func `a stream that market-data calls stale is a denial, though the ticker is current`() {
    var drive = GateDrive.ready()
    drive.step(note("stale", "PF_ETHUSD tickers, PF_XBTUSD trades"))
    drive.step(.offer(1, Sample.signal()))
    #expect(drive.lastReasons == [.staleMarketData])
    #expect(drive.forwarded.isEmpty)
    guard case .denied(let denials) = drive.decisions.last?.decision.verdict else {
      Issue.record("the signal was not denied")
      return
    }
    #expect(denials.first?.description.contains("streams=trades") == true, "\(denials)")
  }

  @Test func `another instrument's stale stream denies nothing here`() {
    var drive = GateDrive.ready()
    drive.step(note("stale", "PF_ETHUSD trades"))
    drive.step(.offer(1, Sample.signal()))
    #expect(drive.forwarded.count == 1)
  }

  @Test func `fresh ends it at once`() {
    var drive = GateDrive.ready()
    drive.step(note("stale", "PF_XBTUSD trades"))
    drive.step(note("fresh", "PF_XBTUSD trades"))
    drive.step(.offer(1, Sample.signal()))
    #expect(drive.forwarded.count == 1)
  }

  @Test func `what is not told again is forgotten, what is told again is not`() {
    var streams = StaleStreams()
    let id = Sample.id("PF_XBTUSD")
    func at(_ milliseconds: Int64) -> MachineTime {
      MachineTime(nanoseconds: milliseconds * 1_000_000)
    }
    func note(_ state: String) -> ControlNote {
      ControlNote(state: state, generation: 1, detail: "PF_XBTUSD trades, PF_XBTUSD tickers")
    }
    streams.hear(note("stale"), now: at(0))
    #expect(streams.names(id, now: at(4999)) == ["tickers", "trades"])
    #expect(streams.names(id, now: at(5000)) == [])
    streams.hear(note("stale"), now: at(4000))
    #expect(streams.names(id, now: at(8999)) == ["tickers", "trades"])
  }

  @Test func `notes that are none change nothing, and there is a bound`() {
    var streams = StaleStreams()
    let now = MachineTime(nanoseconds: 0)
    for detail in ["", ",", "PF_XBTUSD", "a b c", " , ,", "\u{0} \u{0}"] {
      streams.hear(ControlNote(state: "stale", generation: 1, detail: detail), now: now)
    }
    streams.hear(ControlNote(state: "source", generation: 1, detail: "PF_XBTUSD trades"), now: now)
    #expect(streams.names(Sample.id("PF_XBTUSD"), now: now) == [])
    for index in 0..<5000 {
      streams.hear(
        ControlNote(state: "stale", generation: 1, detail: "PF_C\(index)USD trades"), now: now)
    }
    #expect(streams.names(Sample.id("PF_C3999USD"), now: now) == ["trades"])
    #expect(streams.names(Sample.id("PF_C4000USD"), now: now) == [])
  }
}
