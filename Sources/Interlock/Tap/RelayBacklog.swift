import Daemon
import Foundation
import Wire

/// What the relay remembers from a number on, for a listener that was not there.
///
/// Invariants:
/// 1. From the number that was asked for on every message is handed on once and in order, the past
///    from the relay's memory, the present from the tap.
/// 2. What the relay has forgotten, or its last life knew, is a gap that is handed on as one.
struct RelayBacklog {
  private struct Past: Decodable {
    let epoch: UInt64
    let first: UInt64
    let newest: UInt64
    let frames: [String]
  }

  /// Number of the newest message that was handed on, of the life `epoch` of the relay.
  private(set) var newest: UInt64
  private var epoch: UInt64?
  /// Whether the tap goes on where the memory ended.
  private var isJoined = false
  private let client: ControlClient

  /// `from` is the first number that is wanted.
  init(from: UInt64, _ client: ControlClient) {
    newest = from - 1
    self.client = client
  }

  /// Hands on what is remembered; `heard` says whether more is wanted.
  mutating func read(
    _ heard: (Subscriber.Reception) throws -> Bool
  ) throws {
    while true {
      let answer = try client.ask("past", ["from": "\(newest + 1)"])
      guard let past = JSONLine.decode(Past.self, Array(answer.utf8)) else {
        throw Fatal(.internalError, "unable to read the past of tap-relay: another build's")
      }
      if past.epoch != epoch || past.newest < newest {
        // A number of an earlier life says nothing in this one, which is told from its beginning.
        let isOther = past.newest < newest
        epoch = past.epoch
        if isOther {
          newest = 0
          guard try heard(.restarted(source: "tap-relay", epoch: past.epoch)),
            try heard(.gap(source: "tap-relay", missed: 0))
          else { return }
          continue
        }
      }
      if past.first > newest + 1 {
        let missed = past.first - newest - 1
        newest = past.first - 1
        guard try heard(.gap(source: "tap-relay", missed: missed)) else { return }
      }
      for text in past.frames {
        guard let frame = Data(base64Encoded: text) else {
          throw Fatal(.internalError, "unable to read the past of tap-relay: another build's")
        }
        let message = try Codec.decodeMessage(Array(frame))
        newest = message.sequence
        guard try heard(.message(message)) else { return }
      }
      if newest >= past.newest { return }
    }
  }

  /// Hands on what was heard on the tap, after whatever lies between it and what was read.
  mutating func join(
    _ reception: Subscriber.Reception, _ heard: (Subscriber.Reception) throws -> Bool
  ) throws {
    guard case .message(let message) = reception else {
      // Before the first message a gap of the tap is none of ours: the memory fills it.
      if isJoined { _ = try heard(reception) }
      return
    }
    if message.epoch == epoch {
      if message.sequence > newest + 1, !isJoined { try read(heard) }
      guard message.sequence > newest else { return }
    }
    isJoined = true
    epoch = message.epoch
    newest = message.sequence
    _ = try heard(reception)
  }
}
