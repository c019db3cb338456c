import Daemon

/// By which names this process is reached, so that no other page and no other name is served.
///
/// A page of a foreign origin that has our address by another name (DNS rebinding) brings that name
/// as its Host, and is refused.
struct Origins: Sendable {
  /// Values of Host that are ours; nil takes any, behind a proxy that is asked for another name.
  private let hosts: Set<String>
  private let origins: Set<String>
  /// Whether cookies may travel over TLS alone.
  let isSecure: Bool

  init(publicURL: String?, host: String, port: Int) {
    let names = Set([host, "127.0.0.1", "localhost"]).map { "\($0):\(port)" }
    var hosts = Set(names)
    var origins = Set(names.map { "http://\($0)" })
    if let publicURL {
      hosts.insert(String(publicURL.dropFirst("https://".count)))
      origins.insert(publicURL)
    }
    self.hosts = hosts
    self.origins = origins
    isSecure = publicURL != nil
  }

  func isOurs(host: String?) -> Bool { host.map { hosts.contains($0.lowercased()) } ?? false }

  /// A browser names the origin of whoever makes it ask; none is named by a program.
  func isOurs(origin: String?) -> Bool { origin.map { origins.contains($0.lowercased()) } ?? true }
}
