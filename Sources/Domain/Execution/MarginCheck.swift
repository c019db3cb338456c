/// Whether an account is margined as the configuration wants it, asked before a first entry.
///
/// Nothing is written to the account: an operator sets the venue, and this refuses to trade on
/// anything else. The caller reads `VenueRequest.marginModes`, tells the answer with `heard` and
/// asks `denial` for each entry; the check itself sends nothing and has no clock.
///
/// Invariants:
/// 1. Without a reading no older than `mostAgeMilliseconds` every entry is denied.
/// 2. A reading that failed takes nothing away: the one before it counts until it is too old.
/// 3. An instrument that is verified stays so while its reading is fresh; it is not judged by what
///    was read of another.
package struct MarginCheck: Hashable, Sendable {
  /// What an instrument has to be set to.
  package struct Requirement: Hashable, Sendable {
    /// For every instrument that `exceptions` does not name; nil takes whatever is set.
    package let standard: MarginMode?
    package let exceptions: [InstrumentID: MarginMode]

    package init(standard: MarginMode?, exceptions: [InstrumentID: MarginMode] = [:]) {
      self.standard = standard
      self.exceptions = exceptions
    }

    package func mode(of instrument: InstrumentID) -> MarginMode? {
      exceptions[instrument] ?? standard
    }

    /// Whether nothing has to be read at all.
    package var isEmpty: Bool { standard == nil && exceptions.isEmpty }
  }

  package let required: Requirement
  package let mostAgeMilliseconds: Int64
  private var modes: MarginModes?
  private var readAt: MachineTime?
  /// Why the newest reading failed; nil when it did not.
  private var failure: String?

  package init(required: Requirement, mostAgeMilliseconds: Int64) {
    invariant(mostAgeMilliseconds > 0, "a reading of margin modes is good for a while")
    self.required = required
    self.mostAgeMilliseconds = mostAgeMilliseconds
  }

  /// Takes the outcome of one `VenueRequest.marginModes` whose request left at `asked`.
  package mutating func heard(_ outcome: VenueOutcome, asked: MachineTime) {
    switch outcome {
    case .answer(.marginModes(let modes)):
      // An answer that was overtaken by a newer one says nothing.
      guard readAt.map({ $0 <= asked }) ?? true else { return }
      self.modes = modes
      readAt = asked
      failure = nil
    case .answer: failure = "the answer to another question"
    case .refused(let word): failure = "refused: \(word)"
    case .ambiguous(let why): failure = why
    }
  }

  /// Whether a reading is due, so that an entry finds one that is fresh enough.
  package func isDue(_ now: MachineTime) -> Bool {
    guard !required.isEmpty else { return false }
    return readAt.map { now.milliseconds(since: $0) > mostAgeMilliseconds / 2 } ?? true
  }

  /// Why an entry on `instrument` has to be denied at `now`; nil when it may leave.
  package func denial(_ instrument: InstrumentID, now: MachineTime) -> Denial? {
    guard let wanted = required.mode(of: instrument) else { return nil }
    guard let modes, let readAt else {
      return Denial(.marginUnread, "wanted=\(wanted.word) why=\(failure ?? "not read yet")")
    }
    let age = now.milliseconds(since: readAt)
    guard age <= mostAgeMilliseconds else {
      let why = failure.map { " why=\($0)" } ?? ""
      return Denial(.marginUnread, "age_ms=\(age) limit=\(mostAgeMilliseconds)\(why)")
    }
    let found = modes.mode(of: instrument)
    return found == wanted
      ? nil : Denial(.marginMode, "found=\(found.word) wanted=\(wanted.word)")
  }
}

extension MarginMode {
  /// `cross` or `isolated:5`, as the configuration writes it.
  package var word: String {
    switch self {
    case .cross: "cross"
    case .isolated(let leverage): "isolated:\(leverage)"
    }
  }

  /// The most leverage that may be asked for.
  package static let mostLeverage: Int64 = 100

  /// Nil for what is neither `cross` nor `isolated:` and a leverage above 0 and at most 100.
  package init?(word: String) {
    if word == "cross" {
      self = .cross
      return
    }
    let parts = word.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "isolated", let leverage = ExactDecimal(parts[1]),
      let most = ExactDecimal(mantissa: Self.mostLeverage, exponent: 0), leverage > .zero,
      leverage <= most
    else { return nil }
    self = .isolated(maxLeverage: leverage)
  }
}
