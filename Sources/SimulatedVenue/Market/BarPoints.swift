package import Domain

/// All prices of one bar at its four turning points.
struct BarPoints: Hashable, Sendable {
  let open: MarketPoint
  let firstExtreme: MarketPoint
  let secondExtreme: MarketPoint
  let close: MarketPoint

  /// `place` makes each point out of its moment and the last price there, in order.
  @inline(__always)
  init(
    _ openTime: MarketTime, _ path: IntrabarPath,
    _ place: (MarketTime, MarketPoint) -> MarketPoint
  ) {
    func make(_ turn: IntrabarPath.TurningPoint) -> MarketPoint {
      let time = openTime.advanced(byMilliseconds: turn.offset)
      return place(
        time, MarketPoint(time: time, last: turn.price, mark: turn.price, index: turn.price))
    }
    open = make(path.open)
    firstExtreme = make(path.firstExtreme)
    secondExtreme = make(path.secondExtreme)
    close = make(path.close)
  }

  /// The prices at `time`; those of the ends before and after the bar.
  func point(at time: MarketTime) -> MarketPoint {
    if time < firstExtreme.time { return open.towards(firstExtreme, at: time) }
    if time < secondExtreme.time { return firstExtreme.towards(secondExtreme, at: time) }
    return secondExtreme.towards(close, at: time)
  }

  /// The bar of one price, as far as it has come at `now`; `bar` itself for the last price.
  func bar(of price: MarketPrice, like bar: Bar, now: MarketTime) -> Bar {
    var prices = Extremes(price.value(open))
    for point in [firstExtreme, secondExtreme, close] where point.time <= now {
      prices.add(price.value(point))
    }
    if now < close.time { prices.add(price.value(point(at: now))) }
    return Bar(
      openTime: bar.openTime, open: price.value(open), high: prices.high, low: prices.low,
      close: prices.newest, volume: .zero)
  }
}

/// The highest, the lowest and the newest of some prices.
private struct Extremes {
  private(set) var high: Price
  private(set) var low: Price
  private(set) var newest: Price

  init(_ price: Price) {
    high = price
    low = price
    newest = price
  }

  mutating func add(_ price: Price) {
    high = max(high, price)
    low = min(low, price)
    newest = price
  }
}

extension MarketPrice {
  /// This price at a point.
  package func value(_ point: MarketPoint) -> Price {
    switch self {
    case .trade: point.last
    case .mark: point.mark
    case .spot: point.index
    }
  }
}
