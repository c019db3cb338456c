/// One payload that arrived on a link and waits for its verdict.
package struct LinkDelivery: Hashable, Sendable {
  /// Names the payload in the acknowledgement.
  package struct Key: Hashable, Sendable {
    package let source: String
    package let epoch: UInt64
    package let sequence: UInt64

    package init(source: String, epoch: UInt64, sequence: UInt64) {
      self.source = source
      self.epoch = epoch
      self.sequence = sequence
    }
  }

  package let key: Key
  package let payload: [UInt8]

  package init(key: Key, payload: [UInt8]) {
    self.key = key
    self.payload = payload
  }

  package var source: String { key.source }
}
