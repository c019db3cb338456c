package import Domain
package import Ledger

/// What happens to the router.
package enum RouterEvent: Sendable {
  case started
  /// The gate offers an intent; `offer` names it in the acknowledgement.
  case offer(UInt64, OrderIntent, past: SetupPast, refusal: Denial?)
  /// The gate offers an exit of a strategy; `offer` names it in the acknowledgement.
  case offerExit(UInt64, ExitProposal)
  /// The gate has something to be journaled; `offer` names it in the acknowledgement.
  case offerRisk(UInt64, RiskProposal)
  /// An answer of the venue; `known` is what of it the ledger holds and memory does not.
  case report(VenueReport, known: Recalled = .nothing)
  /// The account's own stream.
  case stream(StreamEvent)
  /// The newest prices of instruments, as market data tells them.
  case tickers([Ticker])
  /// The kill latch, whenever it reads differently from before.
  case latch(LatchView)
  /// Something the next life has to know.
  case note(String, String)
  /// An operator; `command` names him in the answer.
  case command(UInt64, RouterCommand)
  case tick
}

/// What the router wants done, in order; records are durable before anything else is performed but
/// requests that only read.
package enum RouterEffect: Hashable, Sendable {
  case record(LedgerRecord)
  case request(VenueRequest, tag: UInt64)
  case acknowledge(offer: UInt64, Verdict)
  case answer(command: UInt64, CommandAnswer)
  /// No entry may leave until a person says so.
  case pressLatch(why: String)
  /// Entries may leave again, if the latch still reads like this; then the answer to the command.
  case clearLatch(command: UInt64, acknowledged: LatchView)
  case ready
  case alert(String)
}

extension VenueRequest {
  /// Whether doing it changes nothing at the venue, so that no record has to come first.
  package var onlyReads: Bool {
    switch self {
    case .place, .cancel, .amend: false
    case .orderStatus, .openOrders, .openPositions, .fills, .olderFills, .orderHistory, .account,
      .marginModes, .instruments, .tickers, .candles, .spotCandles:
      true
    }
  }
}

/// The clocks of one step, and what may leave in it.
package struct RouterTime: Hashable, Sendable {
  /// Our own wall clock; it stamps records.
  package let wall: WallTime
  package let machine: MachineTime
  /// The venue's clock: at least, probably, at most.
  package let venue: VenueMoment
  /// Protective requests that the rate limits leave room for at this moment; nil for no limit.
  package let protectiveRoom: Int?

  package init(
    wall: WallTime, machine: MachineTime, venue: VenueMoment, protectiveRoom: Int? = nil
  ) {
    self.wall = wall
    self.machine = machine
    self.venue = venue
    self.protectiveRoom = protectiveRoom
  }
}

/// What is known of the venue's clock at one moment.
package struct VenueMoment: Hashable, Sendable {
  package let earliest: WallTime
  package let now: WallTime
  /// Why no entry may leave by this clock; nil when it is known well enough.
  package let objection: String?

  package init(earliest: WallTime, now: WallTime, objection: String? = nil) {
    self.earliest = earliest
    self.now = now
    self.objection = objection
  }
}

/// How far the start has come; no entry leaves before `ready`.
///
///     loadingInstruments ─► reconciling ─► ready
package enum RouterPhase: String, Sendable {
  case loadingInstruments = "loading instruments"
  case reconciling
  case ready
}

/// Why a request was made; the other end of its tag.
enum RequestPurpose: Hashable, Sendable {
  case instruments
  case account
  case marginModes
  case marks
  case reading(Int, VenueReading.Source)
  case place(ClientOrderID)
  case cancel(ClientOrderID)
  case amend(ClientOrderID)
  /// A cancel of an order that our ledger holds to be over.
  case zombie(ClientOrderID)

  /// The order it acts on; nil for a read.
  var order: ClientOrderID? {
    switch self {
    case .place(let id), .cancel(let id), .amend(let id), .zombie(let id): id
    case .instruments, .account, .marginModes, .marks, .reading: nil
    }
  }
}
