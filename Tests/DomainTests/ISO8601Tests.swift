import Testing

@testable import Domain

@Suite("a moment as text")
struct ISO8601Tests {
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (1, "1970-01-01T00:00:00.001Z"),
      (951_782_400_000, "2000-02-29T00:00:00.000Z"),
      (1_767_225_600_000, "2026-01-01T00:00:00.000Z"),
      (1_709_164_799_999, "2024-02-28T23:59:59.999Z"),
      (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
      (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ] as [(Int64, String)])
  func `is known by hand`(milliseconds: Int64, text: String) {
    #expect(ISO8601.text(milliseconds: milliseconds) == text)
    #expect(ISO8601.milliseconds(text) == milliseconds)
  }

  @Test(arguments: seeds)
  func `reads back as itself and sorts like time`(seed: UInt64) {
    var random = SeededNumbers(seed: seed)
    var moments: [Int64] = []
    for _ in 0..<200 {
      moments.append(Int64.random(in: 0...253_402_300_799_999, using: &random))
    }
    for moment in moments {
      #expect(ISO8601.milliseconds(ISO8601.text(milliseconds: moment)) == moment)
    }
    let sorted = moments.sorted().map { ISO8601.text(milliseconds: $0) }
    #expect(sorted == sorted.sorted())
  }

  @Test(
    arguments: [
      ("2026-02-08T17:32:13.922599Z", 1_770_571_933_922),
      ("2026-02-08T17:32:13Z", 1_770_571_933_000),
      ("2026-02-08T17:32:13.9Z", 1_770_571_933_900),
      ("2026-02-08T17:32:13.999999999Z", 1_770_571_933_999),
    ] as [(String, Int64)])
  func `has no, some or many digits of a second`(text: String, milliseconds: Int64) {
    #expect(ISO8601.milliseconds(text) == milliseconds)
  }

  @Test(arguments: [
    "", "2026-02-08", "2026-02-08T17:32:13", "2026-02-08 17:32:13Z", "2026-02-30T00:00:00Z",
    "2025-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
    "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "1969-12-31T23:59:59Z",
    "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00.1234567890Z",
    "2026-01-01T00:00:00,5Z", "+026-01-01T00:00:00Z", "2026-01-01T00:00:00.-12Z", "日本日本日本日本Z",
  ])
  func `anything else is refused`(text: String) {
    #expect(ISO8601.milliseconds(text) == nil)
  }

  @Test(arguments: [-1, Int64.min, Int64.max, 253_402_300_800_000])
  func `a moment outside 1970 to 9999 is spelled as its number, not a crash`(milliseconds: Int64) {
    #expect(ISO8601.text(milliseconds: milliseconds) == "\(milliseconds) ms")
  }
}
