import Daemon
import Domain
import Foundation
import SimulatedVenue

/// What a life of the paper venue begins with: its flags understood, its files read.
struct VenuePremises {
  let listen: ListenAddress
  let admin: ListenAddress
  /// The run directory, when there is one.
  let run: RunFiles?
  private let host: StageHost
  private let isSameRun: Bool
  private let choice: MarketChoice
  private let authentication: Authentication
  private let state: String?
  /// The venue whose market this one has; nil when it plays one.
  private let followed: FollowedPremises?

  init(_ host: StageHost) throws(Fatal) {
    self.host = host
    let options = host.options
    let settings = host.configuration.venue
    run = options.runDirectory.map { RunFiles($0) }
    let predecessor = try run?.readVenue()
    isSameRun = predecessor != nil
    listen = try Self.address(
      options.listen, predecessor?.url, settings.listen, flag: "--listen",
      anywhere: options.listenAnywhere)
    // The admin port may forge the venue's behaviour: it stays on this machine in any case.
    admin = try Self.address(
      options.admin, predecessor?.admin, settings.admin, flag: "--admin", anywhere: false)
    state = options.stateDirectory.map { "\($0)/venue" }
    authentication = try Self.authentication(options)
    followed = try FollowedPremises.begin(host, state: state)
    if let followed {
      choice = followed.choice
    } else {
      choice = try MarketChoice.load(
        paths: options.markets, symbols: settings.symbols, seed: options.seed ?? settings.seed,
        instruments: options.instruments ?? settings.instruments,
        progress: { host.stillStarting() })
    }
    for sentence in choice.leftAside { host.log.info("left aside", ["file": sentence]) }
  }

  /// The flag, else where the predecessor in this run was, else the configuration.
  private static func address(
    _ given: String?, _ predecessor: String?, _ configured: String, flag: String, anywhere: Bool
  ) throws(Fatal) -> ListenAddress {
    let known = predecessor?.split(separator: "/").last.map(String.init)
    return try ListenAddress(given ?? known ?? configured, flag: flag, anywhere: anywhere)
  }

  private static func authentication(_ options: StageOptions) throws(Fatal) -> Authentication {
    let credentials: Credentials
    if let key = options.key, let secret = options.secret {
      credentials = Credentials(key: key, secret: secret)
    } else if let path = options.secretFile {
      credentials = try VenueCredentials.open(path)
    } else {
      throw Fatal(
        .misuse, "--key: missing: give --key and --secret, or --secret-file for a file of both")
    }
    guard let made = Authentication(key: credentials.key, base64Secret: credentials.secret.exposed)
    else {
      throw Fatal(.misuse, "--secret: not base64: give the secret as the venue hands it out")
    }
    return made
  }

  /// The state of this life: book, clock and machine as they are on disk.
  func openState() throws(Fatal) -> sending VenueCore.State {
    var lock: FileLock?
    if let state {
      try Folder.prepare(state, flag: "--state-dir")
      lock = try FileLock(
        "\(state)/book.lock", remedy: "stop it, or give --state-dir another folder")
    }
    // What the book knows of a contract that is not played today must still be valued.
    let listed = choice.markets.values.map(\.contract)
    let missing = Set(StandardInstruments.ids).union(choice.listed.keys)
      .subtracting(listed.map(\.id))
    var book = VenueBook(contracts: listed + missing.compactMap { choice.contract($0) })
    let contents = try state.map { state throws(Fatal) in try read(Self.journal(state), &book) }
    let journal =
      if let state, let contents {
        try Journal(Self.journal(state), contents)
      } else {
        Journal()
      }
    let wall = WallTime(milliseconds: Clock.wallMilliseconds())
    let clock = try openClock(book, wall)
    // Everything up to the last record was played; what the market did since, while this venue was
    // away, is played at once, so that no trigger is passed over.
    let known = isAtWallTime ? book.lastMarketTime : nil
    let resumed = known ?? clock.market(at: isSameRun ? book.lastWallTime ?? wall : wall)
    let played = max(choice.start, min(resumed, choice.end ?? resumed))
      .advanced(byMilliseconds: -1)
    let machine = try begin(book, VenueTime(wall: wall, market: played))
    return VenueCore.State(
      machine: machine, markets: choice.markets, listed: choice.markets.keys.sorted(), clock: clock,
      end: choice.end, following: followed?.following,
      admission: Admission(
        authentication,
        isRateLimited: host.configuration.venue.rateLimits && !host.options.noRateLimits),
      journal: journal, lock: lock, played: played)
  }

  /// Begins to hear the market, if it is another venue's.
  func follow() throws(Fatal) {
    guard let followed else { return }
    try followed.start()
  }

  private var isAtWallTime: Bool {
    host.options.markets.isEmpty && (host.options.speed ?? 1) == 1
  }

  /// A generated market at wall speed is at the present moment: clients that ask for candles by
  /// their own clock find them.
  private func openClock(_ book: VenueBook, _ wall: WallTime) throws(Fatal) -> MarketClock {
    let speed = host.options.speed ?? 1
    if isAtWallTime {
      return MarketClock(
        marketAnchor: MarketTime(milliseconds: wall.milliseconds), wallAnchor: wall, speed: 1)
    }
    return try VenueClockFile.open(
      state.map { "\($0)/clock.json" }, isSameRun: isSameRun, choice: choice, book: book,
      speed: speed, wall: wall)
  }

  private static func journal(_ state: String) -> String { "\(state)/book.jsonl" }

  /// Moves the book on by everything in the journal at `path`.
  private func read(_ path: String, _ book: inout VenueBook) throws(Fatal) -> Journal.Contents {
    var read = book
    var unknown: InstrumentID?
    let contents = try Journal.read(path) { record in
      guard unknown == nil else { return }
      if record.number % 1000 == 0 { host.stillStarting() }
      if let id = record.instrument, read.contracts[id] == nil {
        unknown = id
      } else {
        read.apply(record)
      }
    }
    if let unknown {
      throw Fatal(
        .badConfiguration,
        "unable to use \(path): it has trades of \(unknown), which is not known here: give "
          + "--state-dir another folder")
    }
    book = read
    return contents
  }

  /// Gives the account what `venue.collateral` lists, at the prices of the moment it begins.
  private func deposit(
    _ collateral: [String: String], _ machine: inout VenueMachine, _ now: VenueTime
  ) throws(Fatal) {
    for (code, text) in collateral.sorted(by: { $0.key < $1.key }) {
      guard let currency = CollateralCurrency.named(code) else {
        let codes = CollateralCurrency.all.map(\.code).joined(separator: ", ")
        throw Fatal(
          .badConfiguration,
          "venue.collateral: \(code) is no collateral of the paper venue: give \(codes)")
      }
      if let id = currency.contract, var market = choice.markets[id],
        let point = market.point(at: now.market.advanced(byMilliseconds: 1))
      {
        machine.jump(id, to: point)
      }
      guard let quantity = ExactDecimal(text).flatMap({ Money($0, rounding: .down) })?.micros,
        machine.deposit(currency, quantity, now: now)
      else {
        throw Fatal(
          .badConfiguration,
          "venue.collateral: \(code): \(text) is no quantity: give one above 0 and up to "
            + "1000000, with at most 6 decimals")
      }
    }
  }

  private func policies() throws(Fatal) -> VenuePolicies {
    switch PoliciesEntry.read(host.configuration.venue.policies) {
    case .success(let entry): return entry.applied(to: VenuePolicies()) ?? VenuePolicies()
    case .failure(let unknown):
      let names = PoliciesEntry.CodingKeys.allCases.map(\.rawValue).joined(separator: ", ")
      throw Fatal(
        .badConfiguration,
        "venue.policies: \(unknown.text) is no policy of the paper venue: docs/paper-venue.md has "
          + "the values of \(names)")
    }
  }

  /// The machine over the book; within one run the policies are those that were set last, a new run
  /// begins with the configured ones.
  private func begin(_ book: VenueBook, _ now: VenueTime) throws(Fatal) -> VenueMachine {
    let settings = host.configuration.venue
    var machine = VenueMachine(book: book, seed: host.options.seed ?? settings.seed)
    if book.recordCount == 0 {
      machine.deposit(Money(micros: settings.initialBalanceUSD * 1_000_000), now: now)
      try deposit(settings.collateral, &machine, now)
    } else {
      machine.reopen(now: now)
    }
    if book.recordCount == 0 || !isSameRun {
      machine.setPolicies(try policies(), now: now)
    }
    return machine
  }
}

/// The key of a simulated venue.
enum VenueCredentials {
  private static let secretBytes = 64

  /// Those in the file at `path`; a new random key and secret are written when there is none.
  static func open(_ path: String) throws(Fatal) -> Credentials {
    if !FileManager.default.fileExists(atPath: path) {
      try Folder.prepareParent(of: path)
      let secret = try RandomToken.make(length: secretBytes)
      let key = RandomToken.hexadecimal(try RandomToken.make())
      try Credentials(key: key, secret: Data(secret).base64EncodedString()).write(to: path)
    }
    return try Credentials.read(from: path)
  }
}

extension BookRecord {
  /// The contract the record is about, if it names one.
  fileprivate var instrument: InstrumentID? {
    switch change {
    case .order(let order, _, _), .fill(_, _, let order): order.instrument
    case .cash(let flow): flow.instrument
    case .condition(let id, _): id
    case .deposit, .collateral, .trailed, .repeated, .reopened, .deadMan, .policies, .preferences:
      nil
    }
  }
}
