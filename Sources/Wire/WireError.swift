/// Why a socket cannot be used or a message is refused.
package enum WireError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A call of libzmq failed.
  case socket(call: String, endpoint: String, reason: String)
  /// The endpoint's path does not fit a Unix socket address.
  case pathTooLong(String)
  /// A message that is not one of ours, or not within its bounds.
  case malformed(String)

  package var description: String {
    switch self {
    case .socket(let call, let endpoint, let reason):
      "unable to \(call) \(endpoint): \(reason)"
    case .pathTooLong(let path):
      "unable to use \(path): longer than 107 bytes: choose a shorter --run-dir"
    case .malformed(let why): why
    }
  }
}
