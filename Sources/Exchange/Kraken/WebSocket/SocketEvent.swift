import Domain

/// The two clocks at one moment of a session.
struct SocketTime: Hashable, Sendable {
  let machine: MachineTime
  let wall: WallTime
}

/// What happens to a session.
enum SocketEvent: Sendable {
  case tick
  case subscribe(StreamChannel, [InstrumentID])
  case unsubscribe(StreamChannel, [InstrumentID])
  case opened(UInt64)
  case closed(UInt64, why: String)
  case message(UInt64, [UInt8])
  /// Something came that is no message: a pong, a ping.
  case sign(UInt64)
  /// More came than may wait for us.
  case flooded(UInt64)
}

/// What a session wants done; connections are counted from 1.
enum SocketEffect: Hashable, Sendable {
  case connect(UInt64)
  case close(UInt64)
  case send(UInt64, String)
  case ping(UInt64)
  case tell(StreamEvent)
}

/// How patient a session is, in milliseconds.
struct SocketPatience: Hashable, Sendable {
  var ping: Int64 = 30_000
  /// The venue sends a heartbeat a second.
  var silence: Int64 = 5000
  /// For a connection, a challenge, a snapshot.
  var answer: Int64 = 10_000
  var firstRetry: Int64 = 100
  var longestRetry: Int64 = 10_000
  /// What has gone well for so long begins again with short waits.
  var steady: Int64 = 10_000
  /// Before a refused subscription is tried again.
  var refusal: Int64 = 60_000
}
