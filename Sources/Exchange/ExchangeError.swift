/// Why the door to the venue cannot be opened.
package enum ExchangeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The address is not one of a venue.
  case badAddress(String)
  /// libcurl gave no handle or refused an option.
  case unusable(String)

  package var description: String {
    switch self {
    case .badAddress(let url):
      "unable to use venue \(url): not http:// or https:// with a host and no path: correct the url"
    case .unusable(let reason):
      "unable to set up libcurl: \(reason): install libcurl 7.85 or newer"
    }
  }
}
