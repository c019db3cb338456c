import Glibc

/// A decoder of bytes that anybody may send; `INTERLOCK_FUZZ_TARGET` names the one to try.
///
/// A target does not only look for crashes: each states a property and ends the process when an
/// input breaks it.
enum FuzzTarget: String, CaseIterable {
  case form, time, decimal, json, fault, match, address, nonce, websocket, candle, recording, stream
  // The venue's answers, as the door to it reads them.
  case place, cancel, amend, reads, instruments, market
  case head, symbol, cache
  case answerJSON = "answer-json"

  static let chosen = getenv("INTERLOCK_FUZZ_TARGET")
    .flatMap { FuzzTarget(rawValue: String(cString: $0)) }

  func run(_ bytes: [UInt8]) {
    switch self {
    case .form: FormTarget.run(bytes)
    case .time: NumberTargets.time(bytes)
    case .decimal: NumberTargets.decimal(bytes)
    case .json: JSONTarget.run(bytes)
    case .fault: FaultTarget.run(bytes)
    case .match: FaultTarget.match(bytes)
    case .address: NumberTargets.address(bytes)
    case .nonce: NumberTargets.nonce(bytes)
    case .websocket: WebSocketTarget.run(bytes)
    case .candle: CandleTarget.run(bytes)
    case .recording: RecordingTarget.run(bytes)
    case .place, .cancel, .amend, .reads, .instruments, .market: AnswerTarget.run(rawValue, bytes)
    case .head: VenueTextTarget.head(bytes)
    case .symbol: VenueTextTarget.symbol(bytes)
    case .cache: VenueTextTarget.cache(bytes)
    case .answerJSON: VenueTextTarget.json(bytes)
    case .stream: StreamTarget.run(bytes)
    }
  }
}

/// Ends the process, with the sentence of the property that does not hold.
func demand(_ holds: Bool, _ sentence: String) {
  guard !holds else { return }
  fatalError("fuzz: \(sentence)")
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let target = FuzzTarget.chosen else {
    fatalError("fuzz: set INTERLOCK_FUZZ_TARGET to one of \(FuzzTarget.allCases)")
  }
  target.run(Array(UnsafeBufferPointer(start: data, count: count)))
  return 0
}
