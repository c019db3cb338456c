import Testing

@testable import TapRelay

@Suite("the relay's memory")
struct TapMemoryTests {
  private static func frame(_ number: UInt64, _ length: Int) -> [UInt8] {
    var frame = [UInt8](repeating: 0, count: max(8, length))
    for place in 0..<8 { frame[place] = UInt8(truncatingIfNeeded: number >> (8 * UInt64(place))) }
    return frame
  }

  private static func number(_ frame: [UInt8]) -> UInt64 {
    (0..<8).reduce(0) { $0 | UInt64(frame[$1]) << (8 * UInt64($1)) }
  }

  /// Everything from `first` on, asked for piece by piece.
  private func all(_ memory: TapMemory, from first: UInt64) -> [UInt64] {
    var numbers: [UInt64] = []
    var next = first
    while next <= memory.newest {
      let (begin, frames) = memory.frames(from: next)
      #expect(!frames.isEmpty && begin >= next)
      numbers += frames.map(Self.number)
      next = begin + UInt64(frames.count)
    }
    return numbers
  }

  @Test func `nothing yet is nothing to tell`() {
    let memory = TapMemory()
    #expect(memory.newest == 0 && memory.oldest == 1 && memory.frames(from: 1).frames.isEmpty)
    #expect(memory.frames(from: 99).frames.isEmpty)
  }

  @Test func `the newest stay, numbered one after the other, within both bounds`() {
    var memory = TapMemory()
    for number in 1...70_000 as ClosedRange<UInt64> { memory.add(number, Self.frame(number, 8)) }
    #expect(memory.newest == 70_000 && memory.count == TapMemory.mostFrames)
    #expect(memory.oldest == 70_001 - UInt64(TapMemory.mostFrames))
    #expect(all(memory, from: 1) == Array(memory.oldest...70_000))
    #expect(all(memory, from: 69_998) == [69_998, 69_999, 70_000])
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `whatever the sizes, it holds the newest that fit`(_ seed: UInt64) {
    var random = seed
    var memory = TapMemory()
    var sizes: [Int] = []
    for number in 1...400 as ClosedRange<UInt64> {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let size = max(8, Int(random >> 40) % 300_000)
      sizes.append(size)
      memory.add(number, Self.frame(number, size))
      var kept = 0
      var bytes = 0
      for size in sizes.reversed() {
        guard bytes + size <= TapMemory.mostBytes else { break }
        bytes += size
        kept += 1
      }
      #expect(memory.count == kept, "at \(number)")
    }
    #expect(all(memory, from: 1) == Array(memory.oldest...400))
  }

  @Test func `one frame longer than all room is forgotten, and the numbers go on`() {
    var memory = TapMemory()
    memory.add(1, Self.frame(1, 8))
    memory.add(2, [UInt8](repeating: 0, count: TapMemory.mostBytes + 1))
    #expect(memory.count == 0 && memory.oldest == 3 && memory.frames(from: 1).frames.isEmpty)
    memory.add(3, Self.frame(3, 8))
    #expect(all(memory, from: 1) == [3])
  }
}
