import Domain

/// The venue's instruments as they were last read, and how the venue itself spells them.
///
/// Invariant: a name stands for one symbol of the venue. Of two symbols that come to one name
/// neither is listed, for an order could go to the wrong one.
struct InstrumentCatalogue: Hashable, Sendable {
  private(set) var instruments: [InstrumentID: Instrument] = [:]
  /// `PF_AAPLxUSD` for the instrument PF_AAPLXUSD: sent as the venue writes it.
  private(set) var spellings: [InstrumentID: String] = [:]
  /// When the list was made; nil before there is one.
  private(set) var readAt: MachineTime?

  var isEmpty: Bool { instruments.isEmpty }

  /// An instrument that is no longer listed stays known: a position in it may have to be read.
  mutating func learn(
    _ list: [Instrument], spellings: [InstrumentID: String], readAt: MachineTime
  ) {
    for instrument in list { instruments[instrument.id] = instrument }
    self.spellings.merge(spellings) { _, new in new }
    self.readAt = readAt
  }

  func ageMilliseconds(now: MachineTime) -> Int64? { readAt.map(now.milliseconds(since:)) }
}
