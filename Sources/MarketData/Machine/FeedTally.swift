package import Wire

/// What a feed has published so far, in a form in which two runs can be compared.
///
/// Trades are counted; of everything else each byte counts.
package struct FeedTally: Hashable, Sendable {
  package private(set) var count: UInt64 = 0
  /// FNV-1a of 64 bits.
  package private(set) var digest: UInt64 = 0xcbf2_9ce4_8422_2325

  package init() {}

  package mutating func add(_ body: StreamBody) {
    count += 1
    if case .trade = body { return }
    let message = StreamMessage(source: "feed", epoch: 1, sequence: count, body: body)
    for byte in Codec.encode(message) {
      digest = (digest ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }
  }
}
