/// Why the door to the venue cannot be opened.
package enum ExchangeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The address is not one of a venue.
  case badAddress(String)
  /// Limits that contradict each other.
  case badLimits(String)
  /// A file of authorities that cannot be used.
  case badAuthorities(path: String, reason: String)
  /// A proxy that cannot be asked.
  case badProxy(String)
  /// libcurl gave no handle or refused an option.
  case unusable(String)

  package var description: String {
    switch self {
    case .badAddress(let url):
      "unable to use venue \(url): not http:// or https:// with a host and no path: correct the url"
    case .badLimits(let reason): "unable to use the rate limits: \(reason): correct them"
    case .badAuthorities(let path, let reason):
      "unable to trust \(path): \(reason): give a file of certificates in PEM"
    case .badProxy(let url):
      "unable to use proxy \(url): not http:// with a host and a port: correct it"
    case .unusable(let reason):
      "unable to set up libcurl: \(reason): install libcurl 7.85 or newer"
    }
  }
}
