/// What became of one try.
enum DeliveryOutcome: Equatable, Sendable {
  case delivered
  /// Trying again cannot help.
  case refused(String)
  /// It may help later; the other side may have said when.
  case failed(String, retryAfterMilliseconds: Int64?)

  /// By the status of an HTTP answer.
  static func answered(status: Int, retryAfterSeconds: Int) -> DeliveryOutcome {
    switch status {
    case 200..<300: .delivered
    case 408, 425, 429, 500...:
      .failed(
        "HTTP \(status)",
        retryAfterMilliseconds: retryAfterSeconds > 0 ? Int64(retryAfterSeconds) * 1000 : nil)
    default: .refused("HTTP \(status)")
    }
  }
}
