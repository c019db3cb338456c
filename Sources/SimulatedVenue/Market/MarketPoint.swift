package import Domain

/// The prices of one contract at one moment of market time.
package struct MarketPoint: Hashable, Sendable {
  package let time: MarketTime
  package let last: Price
  package let mark: Price
  package let index: Price
  package init(time: MarketTime, last: Price, mark: Price, index: Price) {
    self.time = time
    self.last = last
    self.mark = mark
    self.index = index
  }
}
