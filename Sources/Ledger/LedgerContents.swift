package import Domain

/// Everything the router has to know to go on after a restart; what is long over stays in the file.
package struct LedgerContents: Sendable {
  /// The newest fills whose ids are kept in memory, so that none is counted twice.
  ///
  /// The venue's newest page has 100 fills of the whole account, so ours among them are among ours
  /// newest.
  package static let executionBound = 4096

  /// Intents that are not closed, in the order of writing.
  package var intents: [IntentRow] = []
  /// Their orders.
  package var orders: [OrderRow] = []
  package var positions: [PositionRow] = []
  /// Instrument → intent that holds its lock.
  package var locks: [InstrumentID: IntentHash] = [:]
  /// Instrument → why no entry may be made.
  package var frozen: [InstrumentID: String] = [:]
  /// Ids of the newest fills, oldest first.
  package var executions: [ExecutionID] = []
  package var properties: [String: String] = [:]
  package var risk = RiskBook()
  /// How many intent hashes the file holds.
  package var intentHashes = 0
  package var installation: InstallationMark
  /// Number of this life of the router.
  package var epoch: Int64

  package init(installation: InstallationMark, epoch: Int64) {
    self.installation = installation
    self.epoch = epoch
  }
}
