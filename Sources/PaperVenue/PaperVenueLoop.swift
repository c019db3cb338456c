import Daemon
import Domain
import Glibc
import SimulatedVenue
import Synchronization

/// The shell of the paper venue: ports on one thread, the stage's own loop on this one.
///
/// A heartbeat is sent only while the ports' thread answers too: a venue that hangs is restarted.
final class PaperVenueLoop {
  private static let idleMilliseconds: Int64 = 250
  private static let followingMilliseconds: Int64 = 50
  private static let busyMilliseconds: Int64 = 20
  private static let hungNanoseconds: Int64 = 1_500_000_000
  private static let adminConnections = 128

  private let host: StageHost
  private let core: VenueCore
  private let server = HTTPServer()
  private let faults = FaultDesk()
  private let pulse = Pulse()
  /// How long nobody looks at the market when nobody waits for it.
  private let idle: Int64

  init(_ host: StageHost) throws(Fatal) {
    self.host = host
    let premises = try VenuePremises(host)
    core = VenueCore(
      try premises.openState(), log: host.log,
      seed: host.options.seed ?? host.configuration.venue.seed, faults: faults,
      skew: { [faults] in faults.clockSkewMilliseconds },
      schedule: { [server] in server.after(milliseconds: $0, $1) })
    idle = core.isFollowing ? Self.followingMilliseconds : Self.idleMilliseconds
    core.advance()
    try premises.follow()
    try open(premises)
  }

  private func open(_ premises: VenuePremises) throws(Fatal) {
    let core = core
    let venue: Responder = { core.trading($0, reply: $1) }
    var layer = FaultLayer(desk: faults, venue: venue) { [server] in
      server.after(milliseconds: $0, $1)
    }
    // What was pushed waits in the server's own queue by now; what comes after it in the queue
    // leaves after it.
    layer.whenPushed = { [server] in server.ping($0) }
    let door = AdminDoor(
      faults: FaultAdmin(desk: faults, venue: venue), venue: { core.admin($0, reply: $1) })
    let wanted = host.configuration.venue.connections
    let bounds = HTTPServer.Bounds(connections: FileLimit.raise(forConnections: wanted))
    if bounds.connections < wanted {
      host.log.warning(
        "fewer connections than configured: raise the limit of open files",
        ["connections": "\(bounds.connections)", "configured": "\(wanted)"])
    }
    let port = try server.listen(
      premises.listen, bounds: bounds, webSocket: WebSocketUpgrade(service: core), layer.respond)
    let admin = try server.listen(
      premises.admin, bounds: HTTPServer.Bounds(connections: Self.adminConnections), door.respond)
    let address = VenueAddress(
      url: "http://\(premises.listen.host):\(port)",
      admin: "http://\(premises.admin.host):\(admin)", pid: getpid())
    if let run = premises.run {
      try run.write(address)
      do {
        try host.openControlSocket()
      } catch {
        throw error as? Fatal ?? Fatal(.internalError, "\(error)")
      }
    }
    host.log.info("listening", ["url": address.url, "admin": address.admin])
    if host.options.parent == nil { Output.write("listening on \(address.url)\n", to: 1) }
  }

  func run() {
    host.ready()
    while true {
      let now = Clock.machineNanoseconds()
      let lastPulse = pulse.last
      server.ping { [pulse] in pulse.beat() }
      guard now - lastPulse < Self.hungNanoseconds else {
        // Silence is the right thing to say when the ports do not answer.
        poll(nil, 0, Int32(Self.busyMilliseconds))
        continue
      }
      for command in host.service(now: now) {
        switch command {
        case .drain, .stop: return
        case .query(let query): query.refuse("\(query.verb): ask the admin port")
        }
      }
      core.advance()
      wait(core.isWaiting ? Self.busyMilliseconds : idle)
    }
  }

  private func wait(_ milliseconds: Int64) {
    var items = host.descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let left = max(0, (host.deadline - Clock.machineNanoseconds() + 999_999) / 1_000_000)
    poll(&items, nfds_t(items.count), Int32(clamping: min(milliseconds, left)))
  }
}

/// When the ports' thread last did something.
private final class Pulse: Sendable {
  private let nanoseconds = Atomic<Int64>(Clock.machineNanoseconds())

  var last: Int64 { nanoseconds.load(ordering: .relaxed) }

  func beat() {
    nanoseconds.store(Clock.machineNanoseconds(), ordering: .relaxed)
  }
}
