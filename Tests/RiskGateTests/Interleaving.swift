import Domain
import SimulatedVenue
import Wire

@testable import RiskGate

/// One random interleaving of signals, answers, fills, rejects and restarts between a gate, a
/// router's ledger and a venue; the venue's own account says whether a limit was passed.
///
/// Marks stand still, so that equity only falls: what is open at the venue may never be worth more
/// than the limit of what the account began with.
struct Interleaving {
  static let symbols = (0..<6).map { "PF_I\($0)USD" }

  private var chance: Chance
  private let limits: GateLimits
  private var drive: GateDrive
  private var venue: VenueMachine
  private let equity: Int64
  /// Intents on the link, and verdicts on their way back.
  private var link: [OrderIntent] = []
  private var verdicts: [(SignalID, Verdict)] = []
  /// Accepted, and not at the venue yet.
  private var sending: [(hash: IntentHash, intent: OrderIntent)] = []
  /// Ledger events that the gate has not heard.
  private var heard = 0
  private var offered = 0
  private var hashes: UInt64 = 0
  /// Places that the gate forgets at once: a gate that is wrong, for the test of the judge.
  private let isForgetful: Bool
  private(set) var violations: [String] = []
  private(set) var forwarded = 0
  private(set) var filled = 0
  private(set) var restarts = 0

  init(seed: UInt64, isForgetful: Bool = false) {
    var chance = Chance(seed)
    self.isForgetful = isForgetful
    equity = Int64(10_000 + chance.below(1_000_000))
    var limits = Sample.limits
    limits[.riskPerTrade] = Int64(100_000 + chance.below(2_000_000))
    limits[.maximumLoss] = 1_000_000_000_000_000
    limits[.maximumPositions] = Int64(1 + chance.below(4))
    limits[.aggregateNotional] = Int64(20_000_000 + chance.below(180_000_000))
    limits[.aggregateMargin] = Int64(10_000_000 + chance.below(70_000_000))
    limits[.maximumNotional] = Int64(1_000_000_000 + chance.below(400_000_000_000))
    limits[.instrumentNotional] = limits[.maximumNotional]
    limits[.entriesPerMinute] = 1000
    limits[.entriesPerTenSeconds] = 1000
    limits[.positionsDegraded] = 1000
    limits[.drawdownDegraded] = 90_000_000
    limits[.dailyLoss] = 90_000_000
    self.limits = limits
    self.chance = chance
    venue = VenueMachine(
      book: VenueBook(
        contracts: Self.symbols.map {
          VenueContract(
            instrument: Sample.instrument($0, most: 1_000_000_000),
            marginLevels: StandardInstruments.marginLevels)
        }), seed: seed)
    drive = GateDrive(limits)
    venue.deposit(Money(micros: equity * 1_000_000), now: time)
    for symbol in Self.symbols {
      let price = Price(ticks: 200_000)
      venue.jump(
        Sample.id(symbol),
        to: MarketPoint(time: time.market, last: price, mark: price, index: price))
    }
    account()
    begin()
  }

  private var time: VenueTime {
    VenueTime(wall: drive.now.wall, market: MarketTime(milliseconds: 60_000 + drive.clock))
  }

  // MARK: - The gate's life

  private mutating func begin() {
    drive.step(
      .marketSnapshot(
        StreamReply(
          epoch: 1, sequence: 1,
          instruments: Self.symbols.map { Sample.instrument($0, most: 1_000_000_000) },
          tickers: Self.symbols.map {
            Sample.reading($0, at: drive.clock, resting: 1_000_000_000, time: 60_000)
          })))
    drive.step(.tick)
    drive.replay()
    heard = drive.ledger.count
  }

  private mutating func restart() {
    restarts += 1
    var next = GateDrive(limits)
    next.clock = drive.clock
    next.ledger = drive.ledger
    drive = next
    // What the old life had on its link the router refuses to hear.
    link = []
    verdicts = []
    begin()
  }

  // MARK: - One step

  mutating func run(steps: Int) {
    for _ in 0..<steps where violations.isEmpty {
      drive.clock += Int64(chance.below(400))
      switch chance.below(20) {
      case 0...5: signal()
      case 6...8: routerTakes()
      case 9...11: venueTakes()
      case 12...13: verdictArrives()
      case 14...15: gateHears()
      case 16: close()
      case 17: loseSomething()
      case 18: if chance.below(4) == 0 { restart() } else { gateHears() }
      default: drive.step(.tick)
      }
      freshen()
      judge()
    }
  }

  private mutating func freshen() {
    for symbol in Self.symbols where chance.below(3) == 0 {
      let reading = Sample.reading(
        symbol, at: drive.clock, resting: 1_000_000_000, time: 60_000)
      drive.step(.market(.ticker(reading.ticker, readAt: reading.readAt)))
    }
    if drive.ledgerAsks.count > asksSeen, chance.below(2) == 0 { answerLedger() }
    take()
  }

  private var asksSeen = 0

  private mutating func answerLedger() {
    asksSeen = drive.ledgerAsks.count
    drive.replay()
    heard = drive.ledger.count
  }

  /// What the gate has forwarded goes on the link.
  private mutating func take() {
    if isForgetful { drive.machine.reservations = Reservations() }
    link += drive.forwarded
    forwarded += drive.forwarded.count
    drive.forwarded = []
  }

  private mutating func signal() {
    offered += 1
    let direction: Direction = chance.below(2) == 0 ? .long : .short
    let away = Int64(200 + chance.below(9000))
    drive.step(
      .offer(
        UInt64(offered),
        Sample.signal(
          "s\(offered)-\(drive.clock)", symbol: Self.symbols[chance.below(6)],
          direction: direction, worst: 200_000,
          stop: direction == .long ? 200_000 - away : 200_000 + away,
          valid: drive.clock + Int64(1000 + chance.below(8000)))))
  }

  private mutating func routerTakes() {
    guard !link.isEmpty else { return }
    let intent = link.remove(at: chance.below(link.count))
    let id = intent.signal.id
    hashes += 1
    let hash = Self.hash(hashes)
    guard intent.signal.validUntil > drive.now.wall, chance.below(5) > 0 else {
      let denial = Denial(.symbolLocked, "test=1")
      drive.write(.intentDenied(hash, id, denial))
      verdicts.append((id, .denied([denial])))
      return
    }
    drive.write(.intentAccepted(hash, intent))
    verdicts.append((id, .accepted(hash)))
    sending.append((hash, intent))
  }

  private mutating func venueTakes() {
    guard !sending.isEmpty else { return }
    let (hash, intent) = sending.remove(at: chance.below(sending.count))
    let signal = intent.signal
    guard chance.below(5) > 0 else {
      drive.write(Sample.execution(hash, signal, chance.below(2) == 0 ? .rejected : .notPlaced))
      return
    }
    // Some of it may never execute.
    let part = chance.below(3) == 0 ? max(1, intent.quantity.lots / 2) : intent.quantity.lots
    let request = OrderRequest(
      instrument: signal.instrument, side: signal.direction.entrySide, kind: .market,
      quantity: Quantity(lots: part))
    let before = venue.book.position(signal.instrument)
    _ = venue.place(request, now: time)
    let now = venue.book.position(signal.instrument)
    let moved = abs(now - before)
    filled += moved > 0 ? 1 : 0
    drive.write(Sample.execution(hash, signal, .cancelled, filled: moved))
    drive.write(.position(Position(instrument: signal.instrument, signedLots: now)))
    account()
  }

  private mutating func close() {
    guard let (id, lane) = venue.book.positions.first else { return }
    let side: Side = lane.signedLots > 0 ? .sell : .buy
    _ = venue.place(
      OrderRequest(
        instrument: id, side: side, kind: .market,
        quantity: Quantity(lots: abs(lane.signedLots)), reduceOnly: true), now: time)
    drive.write(
      .position(Position(instrument: id, signedLots: venue.book.position(id))))
    account()
  }

  private mutating func account() {
    _ = venue.takeRecords()
    drive.write(
      .account(
        AccountSnapshot(
          equity: venue.equity, availableMargin: venue.availableMargin, time: drive.now.wall)))
  }

  private mutating func verdictArrives() {
    guard !verdicts.isEmpty else { return }
    let (id, verdict) = verdicts.remove(at: chance.below(verdicts.count))
    drive.step(.verdict(id, verdict))
  }

  private mutating func gateHears() {
    for _ in 0...chance.below(4) where heard < drive.ledger.count {
      drive.step(.ledger(drive.ledger[heard]))
      heard += 1
    }
  }

  /// A verdict, or an event of the stream; what has no answer is given up after its time.
  private mutating func loseSomething() {
    if chance.below(2) == 0, !verdicts.isEmpty {
      let (id, _) = verdicts.remove(at: chance.below(verdicts.count))
      drive.clock += 9000
      drive.step(.noVerdict(id))
    } else if chance.below(2) == 0, !link.isEmpty {
      let intent = link.remove(at: chance.below(link.count))
      drive.clock += 9000
      drive.step(.noVerdict(intent.signal.id))
    } else if heard < drive.ledger.count {
      heard += 1
      drive.step(.ledgerLost)
    }
  }

  // MARK: - The judge

  private mutating func judge() {
    let positions = venue.book.positions
    var total: Int64 = 0
    for (id, lane) in positions {
      // One lot at the mark is worth ten dollars.
      let worth = abs(lane.signedLots) * 10_000_000
      total += worth
      if worth > limits[.instrumentNotional] { violations.append("\(id) is worth \(worth)") }
    }
    if positions.count > Int(limits[.maximumPositions]) {
      violations.append("\(positions.count) positions of \(limits[.maximumPositions])")
    }
    let share = Share.of(total, equity * 1_000_000, .up) ?? .max
    if share > limits[.aggregateNotional] {
      violations.append("\(share) of \(limits[.aggregateNotional]) of equity")
    }
    let margin = Share.of(total, limits[.maximumLeverage], .up) ?? .max
    if Share.of(margin, equity * 1_000_000, .up) ?? .max > limits[.aggregateMargin] {
      violations.append("margin \(margin) of \(limits[.aggregateMargin])")
    }
  }

  private static func hash(_ number: UInt64) -> IntentHash {
    let bytes = (0..<32).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * ($0 % 8))) }
    guard let hash = IntentHash(bytes: bytes) else { fatalError("a hash has 32 bytes") }
    return hash
  }
}
