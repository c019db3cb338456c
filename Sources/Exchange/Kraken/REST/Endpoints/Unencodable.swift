/// Why a request cannot be put into the venue's words; nothing is sent.
struct Unencodable: Error, Hashable, Sendable {
  let reason: String

  init(_ reason: String) {
    self.reason = reason
  }
}
