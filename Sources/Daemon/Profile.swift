/// Against what the pipeline trades.
package enum Profile: String, CaseIterable, Codable, Sendable {
  /// The paper venue replays a market file or generates one: no keys, no network.
  case demo
  /// Real public market data, fills by the paper venue.
  case paper
  /// The real venue and real money.
  case live

  /// Whether our own venue on loopback takes the orders.
  package var usesPaperVenue: Bool { self != .live }
}
