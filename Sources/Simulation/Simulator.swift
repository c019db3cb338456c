import Domain
import Ledger
import OrderRouter
import SimulatedVenue
import Wire

/// The gate's shape, the link, the router, its disk, the network and the venue in one thread under
/// a virtual clock, with the faults of one seed.
///
/// Invariants:
/// 1. Everything that happens is a function of the scenario: no clock, no chance but the seed's.
/// 2. Nothing is known to a life of the router but what its disk kept and what it heard itself.
/// 3. From `healAt` on nothing is broken any more.
package final class Simulator {
  enum Happening {
    case market
    case venueDue
    case arrival(Sending, isRepeat: Bool)
    case report(life: Int, tag: UInt64, VenueOutcome, stamp: WallTime?)
    case turn(life: Int)
    case routerStart
    case hears(life: Int, RouterLife.Input)
    case toGate(life: Int, LinkFrame)
    case gateTick
    case proposal(Int)
    case disturbance(Int)
    case disturbanceEnd(Int)
    case flood(Int, left: Int)
    case heal(HealingStep)
  }

  /// A request on its way, with what will become of it.
  struct Sending {
    let life: Int
    let tag: UInt64
    let request: VenueRequest
    let fate: RequestFate
  }

  /// Virtual milliseconds 0 in wall time.
  static let epoch: Int64 = 1_764_000_000_000
  static let account = AccountID(unchecked: "simulated")
  static let requestTimeout: Int64 = 3000

  let scenario: Scenario
  let end: Int64
  var now: Int64 = 0
  var queue = EventQueue<Happening>()
  var chance: SplitMix
  var tally = SeedTally()
  var judge = Judge()
  var desk: VenueDesk
  var disk: Disk
  var gate = Gate()
  var life: RouterLife?
  var lives = 0
  let database: Database?

  // The world
  var prices: [Price] = []
  var isFrozen = false
  /// Instrument → direction in which its price is driven in the end.
  var driven: [Int: Int64] = [:]
  var wallOffset: Int64 = 0
  var latchFile = LatchView.clear
  var outageUntil: Int64 = -1
  var stale: (request: VenueRequest, outcome: VenueOutcome)?
  var venueDueAt: Int64?
  var heldFor: [Int64: Sending] = [:]
  var gateTickAt: Int64?
  var decisions: [Judge.EntryKey: Gate.Decision] = [:]
  var lastSetup: [String: SetupID] = [:]

  // Crashes
  var nextCrash = 0
  var crashTimes: [Int64] = []

  // The idle restart
  var lastChangeAt: Int64 = 0
  var isWatchingIdle = false

  let sabotage: Sabotage?
  var commits = 0
  var hasForgotten = false
  let isTracing: Bool
  var trace: [String] = []
  var digest: UInt64 = 0xCBF2_9CE4_8422_2325

  package init(_ scenario: Scenario, isTracing: Bool = false, sabotage: Sabotage? = nil) {
    self.scenario = scenario
    self.sabotage = sabotage
    self.isTracing = isTracing
    end = scenario.healAt + Scenario.healing
    chance = SplitMix(seed: SplitMix.mixed(scenario.seed &+ 0xC0FFEE))
    guard let mark = InstallationMark(bytes: [0x51, 0x4D, 0x00, 0x01]) else {
      fatalError("invariant broken: a mark has four bytes")
    }
    disk = Disk(installation: mark)
    desk = VenueDesk(
      machine: VenueMachine(book: VenueBook(contracts: scenario.contracts), seed: scenario.seed),
      hidesTriggerSize: scenario.hidesTriggerSize)
    database = scenario.usesLedger ? Database(account: Self.account) : nil
  }

  // MARK: - Clocks

  var venueTime: VenueTime {
    VenueTime(
      wall: WallTime(milliseconds: Self.epoch + now),
      market: MarketTime(milliseconds: Self.epoch + now))
  }

  var wall: WallTime { WallTime(milliseconds: Self.epoch + now + wallOffset) }
  var machineTime: MachineTime { MachineTime(nanoseconds: now * 1_000_000) }
  var isHealed: Bool { now >= scenario.healAt }

  func routerTime(_ life: RouterLife) -> RouterTime {
    RouterTime(
      wall: wall, machine: machineTime,
      venue: VenueMoment(
        earliest: life.clock.earliest(at: machineTime) ?? WallTime(milliseconds: 0),
        now: life.clock.now(at: machineTime) ?? wall,
        objection: life.clock.objection(wall: wall, at: machineTime)))
  }

  // MARK: - The run

  /// Runs the seed to its end.
  package func run() -> SeedReport {
    prepare()
    while let (at, happening) = queue.next(), at <= end {
      now = at
      mix(UInt64(bitPattern: at))
      happen(happening)
    }
    now = end
    conclude()
    tally.seeds = 1
    tally.failing_seeds = judge.findings.isEmpty ? 0 : 1
    tally.simulated_seconds = Int(end / 1000)
    return SeedReport(
      seed: scenario.seed, findings: judge.findings, tally: tally, trace: trace, digest: digest)
  }

  private func prepare() {
    if scenario.faults.contains(.wallSkew) {
      wallOffset = Int64(chance.whole(-4500...4500))
      tally.faults[FaultKind.wallSkew.rawValue, default: 0] += 1
    }
    desk.play { machine in
      machine.setPolicies(scenario.policies, now: venueTime)
      machine.deposit(Money(micros: 10_000_000_000_000), now: venueTime)
    }
    prices = scenario.contracts.map { Price(ticks: Self.startTicks[$0.symbol, default: 20_000]) }
    moveMarket()
    queue.schedule(.routerStart, at: 100)
    for (index, proposal) in scenario.proposals.enumerated() {
      queue.schedule(.proposal(index), at: proposal.at)
    }
    for (index, disturbance) in scenario.disturbances.enumerated() {
      queue.schedule(.disturbance(index), at: disturbance.at)
      queue.schedule(.disturbanceEnd(index), at: disturbance.until)
    }
    for step in HealingStep.allCases {
      queue.schedule(.heal(step), at: scenario.healAt + step.delay)
    }
    scheduleGate()
  }

  private func happen(_ happening: Happening) {
    switch happening {
    case .market: moveMarket()
    case .venueDue: releaseHeld()
    case .arrival(let sending, let isRepeat): arrive(sending, isRepeat: isRepeat)
    case .report(let number, let tag, let outcome, let stamp):
      report(number, tag, outcome, stamp)
    case .turn(let number):
      if let life, life.number == number, life.turnAt == now { turn(life) }
    case .routerStart: startRouter()
    case .hears(let number, let input):
      if let life, life.number == number { hear(life, input) }
    case .toGate(let number, let frame):
      if gate.life == number {
        gate.receive(frame, now: machineTime)
        scheduleGate()
      }
    case .gateTick: tickGate()
    case .proposal(let index): propose(scenario.proposals[index], isFresh: false)
    case .disturbance(let index): begin(scenario.disturbances[index])
    case .disturbanceEnd(let index): finish(scenario.disturbances[index])
    case .flood(let instrument, let left): flood(instrument, left: left)
    case .heal(let step): heal(step)
    }
  }

  // MARK: - Telling

  func say(_ text: @autoclosure () -> String) {
    if isTracing { trace.append("\(now) \(text())") }
  }

  func mix(_ value: UInt64) { digest = (digest ^ value) &* 0x0000_0100_0000_01B3 }

  func count(_ fault: FaultKind) {
    tally.faults[fault.rawValue, default: 0] += 1
    mix(UInt64(fault.rawValue.utf8.count))
  }
}
