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

  init(_ host: StageHost) throws(Fatal) {
    self.host = host
    let options = host.options
    let settings = host.configuration.venue
    run = options.runDirectory.map { RunFiles($0) }
    let predecessor = try run?.readVenue()
    isSameRun = predecessor != nil
    listen = try Self.address(
      options.listen, predecessor?.url, settings.listen, flag: "--listen")
    admin = try Self.address(options.admin, predecessor?.admin, settings.admin, flag: "--admin")
    state = options.stateDirectory.map { "\($0)/venue" }
    authentication = try Self.authentication(options)
    choice = try MarketChoice.load(
      paths: options.markets, symbols: settings.symbols, seed: options.seed ?? settings.seed,
      instruments: options.instruments ?? settings.instruments)
    for sentence in choice.leftAside { host.log.info("left aside", ["file": sentence]) }
  }

  /// The flag, else where the predecessor in this run was, else the configuration.
  private static func address(
    _ given: String?, _ predecessor: String?, _ configured: String, flag: String
  ) throws(Fatal) -> ListenAddress {
    let known = predecessor?.split(separator: "/").last.map(String.init)
    return try ListenAddress(given ?? known ?? configured, flag: flag)
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
    guard let made = Authentication(key: credentials.key, base64Secret: credentials.secret) else {
      throw Fatal(.misuse, "--secret: not base64: give the secret as the venue hands it out")
    }
    return made
  }

  /// The state of this life: book, clock and machine as they are on disk.
  func openState() throws(Fatal) -> sending VenueCore.State {
    var records: [BookRecord] = []
    var file: BookFile?
    var lock: FileLock?
    if let state {
      try Folder.prepare(state, flag: "--state-dir")
      lock = try FileLock(
        "\(state)/book.lock", remedy: "stop it, or give --state-dir another folder")
      records = try BookFile.read("\(state)/book.jsonl")
      file = try BookFile("\(state)/book.jsonl")
    }
    let listed = choice.markets.values.map(\.instrument)
    let traded = Set(records.compactMap(\.instrument)).subtracting(listed.map(\.id))
    // What the book knows of a contract that is not played today must still be valued.
    let known = traded.compactMap { choice.contract($0)?.instrument }
    guard known.count == traded.count else {
      throw Fatal(
        .badConfiguration,
        "unable to use \(state ?? ""): its book has contracts that are not known: give --state-dir "
          + "another folder")
    }
    var book = VenueBook(instruments: listed + known)
    for record in records { book.apply(record) }
    let wall = WallTime(milliseconds: Clock.wallMilliseconds())
    let clock = try VenueClockFile.open(
      state.map { "\($0)/clock.json" }, isSameRun: isSameRun, choice: choice,
      book: book, speed: host.options.speed ?? 1, wall: wall)
    var machine = VenueMachine(
      book: book, seed: host.options.seed ?? host.configuration.venue.seed)
    if records.isEmpty {
      machine.open(
        balance: Money(micros: host.configuration.venue.initialBalanceUSD * 1_000_000))
    } else {
      machine.reopen(at: wall)
    }
    // Everything up to the last record was played; what the market did since, while this venue was
    // away, is played at once, so that no trigger is passed over.
    let resumed = clock.market(at: isSameRun ? book.lastWallTime ?? wall : wall)
    let played = max(choice.start, min(resumed, choice.end ?? resumed))
      .advanced(byMilliseconds: -1)
    return VenueCore.State(
      machine: machine, markets: choice.markets, clock: clock, end: choice.end,
      authentication: authentication, file: file, lock: lock, played: played)
  }
}

/// The key of a simulated venue.
enum VenueCredentials {
  private static let secretBytes = 64

  /// Those in the file at `path`; a new random key and secret are written when there is none.
  static func open(_ path: String) throws(Fatal) -> Credentials {
    if !FileManager.default.fileExists(atPath: path) {
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
    switch self {
    case .order(let order): order.instrument
    case .fill(let fill): fill.instrument
    case .account, .ended, .edited, .repeated, .reopened: nil
    }
  }
}
