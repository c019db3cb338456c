import Testing

@testable import Domain

@Suite("the check of margin modes")
struct MarginCheckTests {
  private let bitcoin: InstrumentID
  private let ether: InstrumentID

  init() throws {
    bitcoin = try #require(InstrumentID("PF_XBTUSD"))
    ether = try #require(InstrumentID("PF_ETHUSD"))
  }

  private func mode(_ word: String) throws -> MarginMode { try #require(MarginMode(word: word)) }

  private func moment(_ milliseconds: Int64) -> MachineTime {
    MachineTime(nanoseconds: milliseconds * 1_000_000)
  }

  private func isolated(_ leverages: [InstrumentID: String]) throws -> VenueOutcome {
    let read = try leverages.mapValues { try #require(ExactDecimal($0)) }
    return .answer(.marginModes(MarginModes(isolated: read)))
  }

  private func check(_ standard: String?, _ exceptions: [InstrumentID: String] = [:]) throws
    -> MarginCheck
  {
    MarginCheck(
      required: .init(
        standard: try standard.map(mode), exceptions: try exceptions.mapValues(mode)),
      mostAgeMilliseconds: 60_000)
  }

  @Test func `before anything is read every entry is denied, with the reason it was not`() throws {
    var check = try check("cross")
    #expect(check.isDue(moment(0)))
    #expect(check.denial(bitcoin, now: moment(0))?.reason == .marginUnread)
    check.heard(.ambiguous(why: "timeout"), asked: moment(0))
    #expect(
      check.denial(bitcoin, now: moment(1))
        == Denial(.marginUnread, "wanted=cross why=timeout"))
    check.heard(.refused(word: "NOT_SENT: rate budget"), asked: moment(1))
    #expect(check.denial(bitcoin, now: moment(2))?.detail.contains("rate budget") == true)
    check.heard(.answer(.openOrders([])), asked: moment(2))
    #expect(check.denial(bitcoin, now: moment(3))?.reason == .marginUnread)
  }

  @Test func `what is set as wanted may enter, anything else may not`() throws {
    var check = try check("cross", [ether: "isolated:5"])
    check.heard(try isolated([ether: "5"]), asked: moment(0))
    #expect(check.denial(bitcoin, now: moment(1)) == nil)
    #expect(check.denial(ether, now: moment(1)) == nil)
    check.heard(try isolated([ether: "5.5", bitcoin: "2"]), asked: moment(2))
    #expect(
      check.denial(bitcoin, now: moment(3))
        == Denial(.marginMode, "found=isolated:2 wanted=cross"))
    #expect(
      check.denial(ether, now: moment(3))
        == Denial(.marginMode, "found=isolated:5.5 wanted=isolated:5"))
    // What is not listed is cross-margined.
    check.heard(try isolated([:]), asked: moment(4))
    #expect(check.denial(bitcoin, now: moment(5)) == nil)
    #expect(check.denial(ether, now: moment(5))?.reason == .marginMode)
  }

  @Test func `a reading is good for its age and no longer, and a failed one takes nothing away`()
    throws
  {
    var check = try check("cross")
    check.heard(try isolated([:]), asked: moment(0))
    #expect(!check.isDue(moment(30_000)))
    #expect(check.isDue(moment(30_001)))
    check.heard(.ambiguous(why: "503"), asked: moment(40_000))
    #expect(check.denial(bitcoin, now: moment(60_000)) == nil)
    #expect(
      check.denial(bitcoin, now: moment(60_001))
        == Denial(.marginUnread, "age_ms=60001 limit=60000 why=503"))
    check.heard(try isolated([:]), asked: moment(60_500))
    #expect(check.denial(bitcoin, now: moment(60_501)) == nil)
  }

  @Test func `an answer that was overtaken says nothing`() throws {
    var check = try check("cross")
    check.heard(try isolated([bitcoin: "3"]), asked: moment(10))
    check.heard(try isolated([:]), asked: moment(5))
    #expect(check.denial(bitcoin, now: moment(11))?.reason == .marginMode)
  }

  @Test func `who wants nothing reads nothing`() throws {
    let check = try check(nil)
    #expect(!check.isDue(moment(0)))
    #expect(check.denial(bitcoin, now: moment(0)) == nil)
    // One exception is judged, the rest is not.
    let partly = try self.check(nil, [ether: "cross"])
    #expect(partly.isDue(moment(0)))
    #expect(partly.denial(bitcoin, now: moment(0)) == nil)
    #expect(partly.denial(ether, now: moment(0))?.reason == .marginUnread)
  }

  @Test(arguments: ["cross", "isolated:5", "isolated:0.5", "isolated:100"])
  func `a mode is written as it is read`(_ word: String) throws {
    #expect(try mode(word).word == word)
  }

  @Test(arguments: [
    "", "Cross", "isolated", "isolated:", "isolated:0", "isolated:-1", "isolated:100.1",
    "isolated:1e3", "isolated:nan", "isolated:5:5", "cross:5", "isolated: 5",
  ])
  func `a word that is no mode is none`(_ word: String) {
    #expect(MarginMode(word: word) == nil)
  }
}
