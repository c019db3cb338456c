import Testing

@testable import Console

@Suite("ring")
struct RingTests {
  @Test func `the oldest falls out, and numbers stay`() {
    var ring = Ring<String>(capacity: 3)
    for word in ["a", "b", "c"] { #expect(ring.append(word) == nil) }
    #expect(ring.append("d") == "a")
    #expect(ring.append("e") == "b")
    #expect(ring.all == ["c", "d", "e"])
    #expect(ring.first == 2 && ring.end == 5 && ring[3] == "d")
    #expect(!ring.holds(1) && ring.holds(2) && !ring.holds(5))
    #expect(ring.newest(2) == ["d", "e"] && ring.newest(9) == ["c", "d", "e"])
  }
}
