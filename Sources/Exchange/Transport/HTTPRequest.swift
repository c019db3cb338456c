/// One request as it goes onto the wire; what is signed are these very bytes.
struct HTTPRequest: Hashable, Sendable {
  enum Method: Hashable, Sendable {
    case get
    case post
  }

  struct Header: Hashable, Sendable {
    let name: String
    let value: String
  }

  let method: Method
  /// The path of the URL, without the query.
  let path: String
  /// URL-encoded `name=value` pairs joined by `&`: the query of a GET, the body of a POST.
  let parameters: String
  var headers: [Header] = []
  /// After so many milliseconds no answer is waited for, if that is sooner than for any other.
  var patienceMilliseconds: Int64 = .max

  /// What follows the host in the URL.
  var target: String {
    method == .get && !parameters.isEmpty ? "\(path)?\(parameters)" : path
  }
}
