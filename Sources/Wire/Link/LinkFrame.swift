package import Domain
import Foundation

/// What travels on an acknowledged link.
///
///     sender → receiver   hello (until welcome), data
///     receiver → sender   welcome, acknowledgement, refusal, report
package enum LinkFrame: Hashable, Sendable {
  case hello(LinkHello)
  case welcome(epoch: UInt64, receiverEpoch: UInt64)
  case data(epoch: UInt64, sequence: UInt64, payload: [UInt8])
  case acknowledgement(epoch: UInt64, sequence: UInt64, Verdict)
  case refusal(epoch: UInt64, reason: String)
  /// What became of the sender's own decisions; not acknowledged, told anew after a hello.
  case report(epoch: UInt64, StrategyReport)

  static let longestPayload = 64 * 1024
  private static let longestToken = 64

  func encode() -> [UInt8] {
    var proto = ProtoLinkFrame()
    proto.version = Codec.version
    switch self {
    case .hello(let hello):
      proto.hello.epoch = hello.epoch
      proto.hello.token = Data(hello.token)
      proto.hello.build = hello.build
      proto.hello.source = hello.source
      proto.hello.reportsAfter = hello.reportsAfter
    case .welcome(let epoch, let receiverEpoch):
      proto.welcome.epoch = epoch
      proto.welcome.receiverEpoch = receiverEpoch
    case .data(let epoch, let sequence, let payload):
      proto.data.epoch = epoch
      proto.data.sequence = sequence
      proto.data.payload = Data(payload)
    case .acknowledgement(let epoch, let sequence, let verdict):
      proto.acknowledgement.epoch = epoch
      proto.acknowledgement.sequence = sequence
      proto.acknowledgement.verdict = Data(Codec.encode(verdict))
    case .refusal(let epoch, let reason):
      proto.refusal.epoch = epoch
      proto.refusal.reason = Bounds.clip(reason)
    case .report(let epoch, let report): proto.report = report.proto(epoch: epoch)
    }
    return Codec.bytes(proto)
  }

  init(_ frame: [UInt8]) throws(WireError) {
    let proto = try Codec.message(ProtoLinkFrame.self, frame)
    try Codec.check(proto.version)
    switch proto.body {
    case .hello(let hello):
      guard hello.token.count <= Self.longestToken else {
        throw .malformed("a token of \(hello.token.count) bytes")
      }
      self = .hello(
        LinkHello(
          epoch: hello.epoch, token: Array(hello.token),
          build: try Bounds.text(hello.build, most: Bounds.shortText),
          source: try Bounds.word(hello.source, "source"), reportsAfter: hello.reportsAfter))
    case .welcome(let welcome):
      self = .welcome(epoch: welcome.epoch, receiverEpoch: welcome.receiverEpoch)
    case .data(let data):
      guard data.payload.count <= Self.longestPayload, data.sequence > 0 else {
        throw .malformed("data \(data.sequence) of \(data.payload.count) bytes")
      }
      self = .data(epoch: data.epoch, sequence: data.sequence, payload: Array(data.payload))
    case .acknowledgement(let answer):
      self = .acknowledgement(
        epoch: answer.epoch, sequence: answer.sequence,
        try Codec.decodeVerdict(Array(answer.verdict)))
    case .refusal(let refusal):
      self = .refusal(epoch: refusal.epoch, reason: try Bounds.text(refusal.reason))
    case .report(let report): self = .report(epoch: report.epoch, try StrategyReport(report))
    case nil: throw .malformed("a link frame without a body")
    }
  }
}

/// How a sender introduces itself.
package struct LinkHello: Hashable, Sendable {
  let epoch: UInt64
  let token: [UInt8]
  let build: String
  let source: String
  /// Reports that the sender has heard; 0 asks for none that are past.
  let reportsAfter: UInt64

  package init(
    epoch: UInt64, token: [UInt8], build: String, source: String, reportsAfter: UInt64 = 0
  ) {
    self.epoch = epoch
    self.token = token
    self.build = build
    self.source = source
    self.reportsAfter = reportsAfter
  }
}
