import Domain
import Testing

@testable import SignalService

@Suite("changes of structure")
struct ChangeTests {
  /// A market that falls in legs, wavers, and rises in legs.
  private static let turn: [Bar] = {
    let fall = Hours.zigzag(from: 20_000, up: 400, down: 800, legs: 9)
    let waver = Hours.zigzag(from: fall[fall.count - 1], up: 600, down: 600, legs: 4)
    let rise = Hours.zigzag(from: waver[waver.count - 1], up: 800, down: 400, legs: 9)
    return Hours.swinging(fall + waver.dropFirst() + rise.dropFirst())
  }()

  /// What the reference's tracker tells hour by hour.
  private static func events(_ bars: [Bar], every step: Int = 1) -> [ReferenceTracker.Change] {
    var tracker = ReferenceTracker()
    return stride(from: 30, through: bars.count, by: step).compactMap { end in
      tracker.update(BarWindow(bars, end: end, most: 300))
    }
  }

  @Test func `S-08: the reference loses a turn that passes through neutral, the memory keeps it`() {
    #expect(Self.events(Self.turn).isEmpty)
    var memory = StructureMemory()
    var detected: [Direction] = []
    for end in 30...Self.turn.count {
      let before = memory.change
      memory.take(BarWindow(Self.turn, end: end, most: 300), count: 2, expiry: 24)
      if let change = memory.change, change.detectedAt != before?.detectedAt {
        detected.append(change.direction)
      }
    }
    #expect(detected == [.long])
  }

  @Test func `a call that skips the neutral hours sees the flip, once`() {
    let bars = Self.turn
    var tracker = ReferenceTracker()
    _ = tracker.update(BarWindow(bars, end: 36, most: 300))
    #expect(tracker.state == .bearish)
    let change = tracker.update(BarWindow(bars, end: bars.count, most: 300))
    #expect(change?.direction == .long && tracker.state == .changing)
    #expect(tracker.update(BarWindow(bars, end: bars.count, most: 300)) == nil)
    #expect(tracker.state == .bullish)
  }

  @Test func `too few bars, or none that swings, leave the tracker as it was`() {
    var tracker = ReferenceTracker()
    #expect(tracker.update(BarWindow(Self.turn, end: 24, most: 300)) == nil)
    #expect(tracker.state == nil)
    _ = tracker.update(BarWindow(Self.turn, end: 36, most: 300))
    let flat = Hours.path(Array(repeating: 100, count: 40))
    #expect(tracker.update(Hours.window(flat)) == nil)
    #expect(tracker.state == .bearish)
  }

  @Test func `confirmation holds within half a percent, the last bars only`() {
    let bars = (0..<6).map { Hours.bar($0, open: 1000, high: 1005, low: 995, close: 1000) }
    let holds = { (direction: Direction, price: Int64, count: Int) in
      Confirmation.holds(Hours.window(bars), direction, breakPrice: price, count: count)
    }
    #expect(holds(.long, 1000, 6) && holds(.short, 1000, 6))
    #expect(!holds(.long, 1001, 6) && !holds(.short, 999, 6))
    #expect(!holds(.long, 1000, 7))
    let dip = bars + [Hours.bar(6, open: 1000, high: 1000, low: 900, close: 1000)]
    #expect(!Confirmation.holds(Hours.window(dip), .long, breakPrice: 1000, count: 1))
  }

  private static func settled(_ later: [Bar], count: Int, expiry: Int) -> [StructureChange.Stage?] {
    var memory = StructureMemory()
    var stages: [StructureChange.Stage?] = []
    let bars = turn + later
    for end in 30...bars.count {
      memory.take(BarWindow(bars, end: end, most: 300), count: count, expiry: expiry)
      stages.append(memory.change?.stage)
    }
    return stages
  }

  @Test func `S-06 and S-07: a change is tested on each later bar and only on later ones`() throws {
    let stages = Self.settled([], count: 3, expiry: 200)
    let detected = try #require(stages.firstIndex(of: .unconfirmed))
    let confirmed = try #require(stages.firstIndex(of: .confirmed))
    #expect(confirmed - detected >= 3, "three bars after the detection, none before")
    #expect(stages[detected..<confirmed].allSatisfy { $0 == .unconfirmed })
    // The reference would have tested it at its detection, and never again.
    #expect(confirmed > detected)
  }

  @Test func `S-09: a change is over after its time, and after an entry`() throws {
    let stages = Self.settled([], count: 2, expiry: 5)
    let detected = try #require(stages.firstIndex(of: .unconfirmed))
    #expect(stages[detected...].prefix(6).allSatisfy { $0 != nil })
    #expect(stages[detected + 6] == nil)
    var memory = StructureMemory()
    for end in 30...Self.turn.count {
      memory.take(BarWindow(Self.turn, end: end, most: 300), count: 2, expiry: 200)
    }
    #expect(memory.change != nil)
    memory.clear()
    #expect(memory.change == nil)
    // In the reference a ready change stays so for ever.
    var tracker = ReferenceTracker()
    _ = tracker.update(BarWindow(Self.turn, end: 36, most: 300))
    _ = tracker.update(Hours.window(Self.turn))
    tracker.becomeReady()
    for _ in 0..<500 { _ = tracker.update(Hours.window(Self.turn)) }
    #expect(tracker.readyDirection == .long)
  }

  @Test func `the opposite change takes the place of one that waits`() {
    let fall = Hours.zigzag(
      from: Self.turn[Self.turn.count - 1].close, up: 400, down: 800, legs: 9)
    let tail = Hours.swinging(fall).enumerated().map { index, bar in
      Hours.bar(
        Self.turn.count + index, open: bar.open, high: bar.high, low: bar.low, close: bar.close)
    }
    var memory = StructureMemory()
    let bars = Self.turn + tail
    var directions: [Direction] = []
    for end in 30...bars.count {
      memory.take(BarWindow(bars, end: end, most: 300), count: 2, expiry: 200)
      if let found = memory.change?.direction, directions.last != found { directions.append(found) }
    }
    #expect(directions == [.long, .short])
  }

  @Test func `a new change in the reference is not ready, whatever the last one was`() {
    var tracker = ReferenceTracker()
    _ = tracker.update(BarWindow(Self.turn, end: 36, most: 300))
    _ = tracker.update(Hours.window(Self.turn))
    tracker.becomeReady()
    _ = tracker.update(Hours.window(Self.turn))
    _ = tracker.update(BarWindow(Self.turn, end: 36, most: 300))
    #expect(tracker.change?.direction == .short && tracker.readyDirection == nil)
  }
}
