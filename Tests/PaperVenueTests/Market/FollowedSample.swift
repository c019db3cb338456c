import Domain
import SimulatedVenue
import Testing

@testable import PaperVenue

/// Words of another venue about PF_XBTUSD.
struct FollowedSample {
  static let start: Int64 = 1_795_564_800_000

  let contract: VenueContract
  var id: InstrumentID { contract.id }

  init() throws {
    contract = try #require(
      InstrumentID("PF_XBTUSD").flatMap { StandardInstruments.contract($0) })
  }

  static func moment(_ milliseconds: Int64) -> MarketTime {
    MarketTime(milliseconds: start + milliseconds)
  }

  func market() -> FollowedMarket { FollowedMarket(contract: contract, firstNumber: 1000) }

  func began(_ channel: StreamChannel, _ coverage: StreamCoverage = .fromNow) -> StreamEvent {
    .began(StreamID(channel, id), coverage)
  }

  func ticker(
    _ last: Int64, mark: Int64, at time: Int64 = 0, delay: Int64 = 0, isSuspended: Bool = false,
    rate: String = "0.00001"
  ) -> StreamEvent {
    .ticker(
      Ticker(
        instrument: id, time: Self.moment(time), bid: Price(ticks: last - 1),
        ask: Price(ticks: last + 1), last: Price(ticks: last), mark: Price(ticks: mark),
        figures: TickerFigures(
          index: Price(ticks: mark), relativeFundingRate: ExactDecimal(rate),
          isSuspended: isSuspended)), delay: delay)
  }

  func trade(
    _ price: Int64, at time: Int64, _ name: String = "t", kind: TradeKind = .fill
  ) -> StreamEvent {
    .trade(
      Trade(
        id: TradeID(unchecked: "\(name)-\(time)"), instrument: id, time: Self.moment(time),
        price: Price(ticks: price), quantity: Quantity(lots: 5), taker: .buy, kind: kind))
  }

  func book(_ bids: [(Int64, Int64)], _ asks: [(Int64, Int64)], at time: Int64 = 0) -> StreamEvent {
    func levels(_ levels: [(Int64, Int64)]) -> [BookLevel] {
      levels.map { BookLevel(price: Price(ticks: $0.0), quantity: Quantity(lots: $0.1)) }
    }
    return .book(
      BookSnapshot(
        instrument: id, time: Self.moment(time), bids: levels(bids), asks: levels(asks)))
  }

  func level(_ side: Side, _ price: Int64, _ lots: Int64, at time: Int64 = 0) -> StreamEvent {
    .level(
      LevelChange(
        instrument: id, time: Self.moment(time), side: side,
        level: BookLevel(price: Price(ticks: price), quantity: Quantity(lots: lots))))
  }

  /// Everything that opens a market at `last`.
  func opening(_ last: Int64 = 50_000, at time: Int64 = 0) -> [StreamEvent] {
    [
      .connected, began(.tickers), ticker(last, mark: last, at: time), began(.trades),
      began(.book), book([(last - 5, 100)], [(last + 5, 100)], at: time),
    ]
  }
}
