import Daemon
import Domain
import Exchange
import Foundation
import Glibc
import Ledger
import Wire

/// `order-router --check`: what only the router may look at, for `interlock doctor`.
///
/// Starts no life, sends no order and changes no file. Invariants:
/// 1. The key is used only while no router holds the ledger: a second user of its nonces could make
///    the venue refuse a stop.
/// 2. What it asks the venue is bounded in number and time; the one request that needs the right to
///    trade takes away an order whose id was made up a moment ago.
final class RouterCheck {
  private static let patienceMilliseconds: Int64 = 5000
  private static let readings = 3

  private let host: StageHost
  private let state: String
  private let keyPath: String
  private var rows: [CheckRow] = []
  private var isOwned = false

  init(_ host: StageHost) throws(Fatal) {
    self.host = host
    state = try host.options.requireStateDirectory()
    keyPath = try host.options.keyPath()
  }

  /// Writes one JSON list of rows to standard output.
  func run() {
    rows = [Self.sqlite(LedgerLibrary.version), Self.curl(TransportLibrary.version)]
    checkLedger()
    let credentials = checkKeyFile()
    checkVenue(credentials)
    Output.write(JSONLine.text(rows) + "\n", to: STDOUT_FILENO)
  }

  // MARK: - Libraries

  /// Debian 12's has the WAL-reset fault, which needs a second connection; we have one.
  static func sqlite(_ version: String) -> CheckRow {
    guard let found = LibraryVersion(version), let least = LibraryVersion("3.37") else {
      return .fail("sqlite", "version \(version) is not understood", "install libsqlite3-0")
    }
    guard found >= least else {
      return .fail("sqlite", "\(version) has no STRICT tables", "install SQLite 3.37 or newer")
    }
    let isRepaired = [("3.51.3", "99"), ("3.50.7", "3.51"), ("3.44.6", "3.45")].contains { range in
      guard let from = LibraryVersion(range.0), let to = LibraryVersion(range.1) else {
        return false
      }
      return from <= found && found < to
    }
    guard !isRepaired else { return .ok("sqlite", version) }
    return .ok(
      "sqlite",
      "\(version): may spoil a WAL that two connections reset; the ledger has one, exclusive"
    )
  }

  static func curl(_ text: String) -> CheckRow {
    let word = text.split(separator: " ").first ?? ""
    guard word.hasPrefix("libcurl/"), let found = LibraryVersion(word.dropFirst(8)),
      let least = LibraryVersion("7.85")
    else {
      return .fail("libcurl", "version \(text) is not understood", "install libcurl4")
    }
    guard found >= least else {
      return .fail(
        "libcurl", "\(found) does not know CURLOPT_PROTOCOLS_STR", "install libcurl 7.85 or newer")
    }
    return .ok(
      "libcurl", "\(text): sends a POST again by itself; a second sending is refused by our guard")
  }

  // MARK: - Ledger and key

  private func checkLedger() {
    let path = Ledger.path(state)
    guard access(path, F_OK) == 0 else {
      return rows.append(.ok("ledger", "none yet: the first start makes \(path)"))
    }
    do throws(LedgerError) {
      let violations = try Ledger.check(
        path: path, account: AccountID(unchecked: host.options.account),
        profile: host.options.profile.rawValue)
      guard let first = violations.first else {
        return rows.append(.ok("ledger", "audited whole, every law holds"))
      }
      rows.append(
        .fail(
          "ledger", "\(violations.count) violations, the first: \(first.law): \(first.what)",
          first.remedy))
    } catch .owned {
      isOwned = true
      rows.append(.ok("ledger", "a router holds it and audits it when it is idle"))
    } catch {
      rows.append(
        .fail(
          "ledger", "\(error)", "see docs/ledger.md: restore a copy, or use another --state-dir"))
    }
  }

  private func checkKeyFile() -> APICredentials? {
    let path = keyPath
    if host.options.profile.usesPaperVenue, access(path, F_OK) != 0 {
      rows.append(.skip("key", "the paper venue makes one at its first start"))
      return nil
    }
    do throws(Fatal) {
      let credentials = try APICredentials(path: path)
      rows.append(.ok("key", "\(path) is ours alone and holds a key"))
      return credentials
    } catch {
      rows.append(.fail("key", error.message, "give --secret-file the file of key and secret"))
      return nil
    }
  }

  // MARK: - Venue

  private func checkVenue(_ credentials: APICredentials?) {
    do {
      guard let (url, isPaper) = try venueURL() else {
        for name in ["venue", "skew", "rate_budget", "instruments", "key_rights"] {
          rows.append(.skip(name, "the paper venue runs only with the pipeline"))
        }
        return
      }
      let usable = isOwned || (host.options.profile == .paper && !isPaper) ? nil : credentials
      let venue = try KrakenFutures(
        VenueSettings.check(host, url: url, isPaper: isPaper), credentials: usable)
      let round = VenueRound(venue, patienceMilliseconds: Self.patienceMilliseconds)
      rows += VenueRows.publicRows(
        round, url: url, readings: Self.readings,
        wanted: host.configuration.marketData.instruments)
      rows.append(rights(round, usable))
    } catch {
      rows.append(.fail("venue", "\(error)", "correct venue.url and exchange in the configuration"))
    }
  }

  private func rights(_ round: VenueRound, _ credentials: APICredentials?) -> CheckRow {
    if isOwned { return .skip("key_rights", "the running router uses the key; see its phase") }
    guard credentials != nil else { return .skip("key_rights", "there is no key to try") }
    return VenueRows.rights(round)
  }

  /// The venue that orders would go to, or for `paper` the one whose market is followed; nil when
  /// that is a paper venue that does not run.
  private func venueURL() throws(Fatal) -> (url: String, isPaper: Bool)? {
    guard host.options.profile.usesPaperVenue else { return (host.configuration.venue.url, false) }
    if let run = host.options.runDirectory, let venue = try RunFiles(run).readVenue(),
      ProcessMark(pid: venue.pid) != nil
    {
      return (venue.url, true)
    }
    guard host.options.profile == .paper else { return nil }
    return (host.configuration.venue.publicURL, false)
  }
}
