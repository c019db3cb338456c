import Domain
import Testing

@testable import Exchange
@testable import PaperVenue

@Suite("a book of a stream that fails")
struct BookPropertyTests {
  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func `a rebuilt book is never crossed and no number is skipped unnoticed`(_ seed: UInt64) throws {
    var chances = VirtualPipeline.Chances()
    chances.gap = 300
    chances.drop = 3000
    chances.framesSwapped = 40
    chances.frameTwice = 40
    var pipeline = try VirtualPipeline(speed: 60, seed: seed, chances: chances)
    pipeline.wantsBook = true
    var rebuilt: [InstrumentID: OrderBook] = [:]
    var compared = 0
    var read = 0
    for _ in 0..<1200 {
      pipeline.run(VirtualPipeline.turn)
      for event in pipeline.events[read...] { follow(event, &rebuilt) }
      read = pipeline.events.count
      for (id, book) in rebuilt where book.isKnown {
        #expect(!book.isCrossed, "\(id): seed \(seed)")
        let tracker = try #require(pipeline.session.trackers[StreamID(.book, id)])
        #expect(tracker.phase == .live, "a book is used that has not begun")
        // With every change taken it is the venue's own depth.
        guard let depth = pipeline.depth(id), depth.number == tracker.number else { continue }
        #expect(levels(book, .buy) == depth.book.bids, "\(id): seed \(seed)")
        #expect(levels(book, .sell) == depth.book.asks, "\(id): seed \(seed)")
        #expect(pipeline.session.books[id] == book)
        compared += 1
      }
    }
    let faults = try #require(pipeline.faults)
    let gaps = pipeline.events.count { if case .gap = $0 { true } else { false } }
    #expect(faults.suppressed["book", default: 0] > 10 && gaps > 10, "seed \(seed): \(faults)")
    #expect(compared > 500, "seed \(seed)")
  }

  private func follow(_ event: StreamEvent, _ books: inout [InstrumentID: OrderBook]) {
    switch event {
    case .book(let snapshot): books[snapshot.instrument, default: OrderBook()].take(snapshot)
    case .level(let change): books[change.instrument]?.apply(change)
    case .gap(let stream, _):
      if stream.channel == .book, let id = stream.instrument { books[id] = nil }
    case .disconnected: books = [:]
    default: break
    }
  }

  private func levels(_ book: OrderBook, _ side: Side) -> [DepthLevel] {
    book.levels(side).map { DepthLevel(price: $0.price, quantity: $0.quantity) }
  }
}
