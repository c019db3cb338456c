import Foundation

/// `FIRST..LAST` or `FIRST..LAST/STRIDE`, hours counted from 0.
struct HourRange: Hashable, Sendable {
  let first: Int
  let last: Int
  let stride: Int

  /// More hours than a file can hold.
  private static let most = 10_000_000

  /// Nil unless 0 ≤ first ≤ last and the stride is at least 1.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let dots = parts[0].range(of: "..") else { return nil }
    guard let first = Self.number(parts[0][..<dots.lowerBound]),
      let last = Self.number(parts[0][dots.upperBound...]), first <= last,
      let stride = parts.count == 2 ? Self.number(parts[1]) : 1, stride >= 1
    else { return nil }
    self.first = first
    self.last = last
    self.stride = stride
  }

  private static func number(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int(text), number <= most
    else { return nil }
    return number
  }
}
