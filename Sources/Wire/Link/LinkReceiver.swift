package import Domain

/// Decides what the receiving end of an acknowledged link says and hands on; sends nothing itself.
///
/// Invariants:
/// 1. Nobody is heard who has not said hello with this instance's token and build; a program says
///    it with the token of its own name, and is heard under that name only.
/// 2. A payload is handed on once per life of the sender and of the receiver; a repeated one is
///    answered with the verdict it got, or not at all while there is none.
/// 3. An earlier life of a sender is refused once a later one was heard.
/// 4. Memory is bounded: so many sources, and for each the verdicts a sender can still ask for.
package struct LinkReceiver: Sendable {
  static let helloFirst = "hello first"
  /// Sixteen programs, as many as may be configured, and the stage that sends.
  static let mostSources = 17
  /// What the name of a strategy program begins with on a link.
  package static let programPrefix = "program/"
  /// What a sender's window can still reach back to.
  private static let remembered = 2 * LinkSender.window

  package typealias Peer = [UInt8]

  package enum Effect: Hashable, Sendable {
    case send(Peer, LinkFrame)
    case deliver(LinkDelivery)
    /// A sender has begun, or begun again, and has heard reports up to a number.
    case greeted(String, reportsAfter: UInt64)
  }

  private struct Sender: Sendable {
    var epoch: UInt64
    var peer: Peer
    var newest: UInt64 = 0
    /// Handed on, not yet decided and within the window.
    var pending: Set<UInt64> = []
    var verdicts: [UInt64: Verdict] = [:]
  }

  private let epoch: UInt64
  private let token: [UInt8]
  private let build: String
  /// The token of a program's name; nil where programs are not heard at all.
  private let programToken: (@Sendable (String) -> [UInt8])?
  private var senders: [String: Sender] = [:]
  /// Frames that were not obeyed.
  private(set) var refused: UInt64 = 0

  package init(
    epoch: UInt64, token: [UInt8], build: String,
    programToken: (@Sendable (String) -> [UInt8])? = nil
  ) {
    self.epoch = epoch
    self.token = token
    self.build = build
    self.programToken = programToken
  }

  /// How many payloads and verdicts are kept; at most `mostSources` times three windows.
  var memory: Int { senders.values.reduce(0) { $0 + $1.pending.count + $1.verdicts.count } }

  package mutating func receive(_ frame: LinkFrame, from peer: Peer) -> [Effect] {
    switch frame {
    case .hello(let hello): return greet(hello, peer)
    case .data(let epoch, let sequence, let payload):
      guard let source = senders.first(where: { $0.value.peer == peer })?.key,
        senders[source]?.epoch == epoch
      else { return refuse(peer, epoch, Self.helloFirst) }
      return take(source, sequence, payload)
    case .welcome, .acknowledgement, .refusal, .report:
      refused += 1
      return []
    }
  }

  package mutating func acknowledge(_ key: LinkDelivery.Key, _ verdict: Verdict) -> [Effect] {
    guard var sender = senders[key.source], sender.epoch == key.epoch,
      sender.pending.remove(key.sequence) != nil
    else { return [] }
    sender.verdicts[key.sequence] = verdict
    let floor = sender.newest > Self.remembered ? sender.newest - Self.remembered : 0
    sender.verdicts = sender.verdicts.filter { $0.key > floor }
    senders[key.source] = sender
    return [.send(sender.peer, .acknowledgement(epoch: key.epoch, sequence: key.sequence, verdict))]
  }

  private mutating func greet(_ hello: LinkHello, _ peer: Peer) -> [Effect] {
    if let objection = objection(to: hello) { return refuse(peer, hello.epoch, objection) }
    guard hello.epoch > 0, !hello.source.isEmpty else {
      return refuse(peer, hello.epoch, "a sender has a name and an epoch")
    }
    if let known = senders[hello.source] {
      guard hello.epoch >= known.epoch else {
        return refuse(peer, hello.epoch, "a later life of \(hello.source) was heard")
      }
    } else if senders.count >= Self.mostSources {
      return refuse(peer, hello.epoch, "there are \(senders.count) senders already")
    }
    if senders[hello.source]?.epoch == hello.epoch {
      senders[hello.source]?.peer = peer
    } else {
      senders[hello.source] = Sender(epoch: hello.epoch, peer: peer)
    }
    return [
      .send(peer, .welcome(epoch: hello.epoch, receiverEpoch: epoch)),
      .greeted(hello.source, reportsAfter: hello.reportsAfter),
    ]
  }

  /// A program knows the token of its own name and no other; it belongs to no build.
  private func objection(to hello: LinkHello) -> String? {
    if hello.source.hasPrefix(Self.programPrefix) {
      guard let programToken else { return "programs are not heard here" }
      let name = String(hello.source.dropFirst(Self.programPrefix.count))
      return hello.token == programToken(name) ? nil : "the token is not that of \(hello.source)"
    }
    guard hello.build == build else { return "build \(hello.build) is not \(build)" }
    return hello.token == token ? nil : "the token is not this instance's"
  }

  /// Tells a sender what became of its decision; nothing when it is not there.
  package func report(_ report: StrategyReport, to source: String) -> [Effect] {
    guard let sender = senders[source] else { return [] }
    return [.send(sender.peer, .report(epoch: sender.epoch, report))]
  }

  private mutating func take(
    _ source: String, _ sequence: UInt64, _ payload: [UInt8]
  ) -> [Effect] {
    guard var sender = senders[source], !sender.pending.contains(sequence) else { return [] }
    if let verdict = sender.verdicts[sequence] {
      let answer = LinkFrame.acknowledgement(
        epoch: sender.epoch, sequence: sequence, verdict)
      return [.send(sender.peer, answer)]
    }
    // Below the window its sender has its verdict, or has given it up: it never asks again.
    guard Self.isInWindow(sequence, newest: sender.newest) else {
      refused += 1
      return []
    }
    sender.newest = max(sender.newest, sequence)
    sender.pending = sender.pending.filter { Self.isInWindow($0, newest: sender.newest) }
    sender.pending.insert(sequence)
    let key = LinkDelivery.Key(source: source, epoch: sender.epoch, sequence: sequence)
    senders[source] = sender
    return [.deliver(LinkDelivery(key: key, payload: payload))]
  }

  private static func isInWindow(_ sequence: UInt64, newest: UInt64) -> Bool {
    sequence > newest || newest - sequence < LinkSender.window
  }

  private mutating func refuse(_ peer: Peer, _ epoch: UInt64, _ reason: String) -> [Effect] {
    refused += 1
    return [.send(peer, .refusal(epoch: epoch, reason: reason))]
  }
}
