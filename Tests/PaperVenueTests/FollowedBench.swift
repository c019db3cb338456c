import Daemon
import Domain
import SimulatedVenue
import Testing

@testable import PaperVenue

/// A venue in this process whose market is what the test says another one said.
struct FollowedBench {
  let core: VenueCore
  let sample: FollowedSample
  let mailbox = FollowedMailbox(now: FollowedBench.machineNow)
  private let clock = TestClock(FollowedSample.start)
  private let authentication: Authentication

  static var machineNow: MachineTime { MachineTime(nanoseconds: Clock.machineNanoseconds()) }

  /// Whatever is asked of the other venue is answered with `answer`.
  init(
    silence: Int64 = 60_000,
    answer: @escaping @Sendable (VenueRequest) -> VenueOutcome = { _ in
      .ambiguous(why: "nobody is there")
    }
  ) throws {
    let sample = try FollowedSample()
    self.sample = sample
    let now = VenueTime(
      wall: WallTime(milliseconds: FollowedSample.start), market: FollowedSample.moment(-1))
    var machine = VenueMachine(book: VenueBook(contracts: [sample.contract]), seed: 1)
    machine.deposit(Money(micros: 100_000_000_000), now: now)
    let authentication = try #require(
      Authentication(key: "k", base64Secret: CoreBench.secret))
    self.authentication = authentication
    core = VenueCore(
      VenueCore.State(
        machine: machine, markets: [sample.id: sample.market()], listed: [sample.id],
        clock: MarketClock(
          marketAnchor: FollowedSample.moment(0), wallAnchor: now.wall, speed: 1), end: nil,
        following: Following(
          url: "http://127.0.0.1:1", mailbox: mailbox, silenceMilliseconds: silence,
          ask: { $1(answer($0)) }),
        admission: Admission(authentication, isRateLimited: false), journal: Journal(), lock: nil,
        played: now.market),
      log: Log("test", minimum: .error), wallClock: { [clock] in clock.now })
  }

  /// Time passes, then this is heard, and the venue does what is due.
  func hear(_ events: [StreamEvent], after milliseconds: Int64 = 10, at: MachineTime? = nil) {
    clock.pass(milliseconds)
    _ = mailbox.post(events, heardAt: at ?? Self.machineNow, counts: FollowedCounts())
    core.advance()
  }

  func ask(_ method: String, _ path: String, _ parameters: String = "") throws -> AnswerBox {
    let box = AnswerBox()
    let isRead = method == "GET"
    let code = authentication.signature(parameters: parameters, nonce: "", path: path)
    core.trading(
      VenueHTTPRequest(
        method: method, path: path, query: isRead ? parameters : "",
        body: isRead ? "" : parameters, headers: ["apikey": "k", "authent": code])
    ) { box.put($0) }
    return box
  }

  func get(_ name: String, _ parameters: String = "") throws -> [String: Any] {
    try #require(try ask("GET", "/derivatives/api/v3/\(name)", parameters).object)
  }

  /// The status word of an order, or of the error.
  func word(_ parameters: String) throws -> String? {
    let answer = try #require(
      try ask("POST", "/derivatives/api/v3/sendorder", "symbol=PF_XBTUSD&\(parameters)").object)
    let status = answer["sendStatus"] as? [String: Any] ?? answer
    return (status["status"] ?? status["error"]) as? String
  }

  func fills() throws -> [[String: Any]] {
    try #require(try get("fills")["fills"] as? [[String: Any]])
  }

  func source() throws -> [String: Any] {
    let box = AnswerBox()
    core.admin(
      VenueHTTPRequest(method: "GET", path: "/source", query: "", body: "", headers: [:])
    ) { box.put($0) }
    return try #require(try box.object)
  }
}
