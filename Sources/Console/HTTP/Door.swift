import Daemon
import Domain
import Synchronization

/// Decides what each request gets: who may ask, and what is answered.
///
/// Invariants:
/// 1. Nothing of the pipeline is told to anybody without a session or a token; only the page
///    itself, `/ping` and the code of `/health` are.
/// 2. Nothing is done without a session, its second value, our own origin, and `console.actions`.
/// 3. No secret is in a page, in a URL or in a log line.
final class Door: Sendable {
  /// What a request leads to.
  enum Verdict: Sendable {
    case reply(ConsoleReply)
    /// An open page, with the sections it wants.
    case stream(sections: Set<String>)
    case act(ConsoleAction)
  }

  static let cookie = "interlock_console"

  let shared: SharedState
  private let token: String
  private let metricsToken: String
  private let origins: Origins
  private let hasActions: Bool
  private let configurationText: @Sendable () -> JSON
  private let limit = Mutex(LoginLimit())
  private let refusals: RefusalLog

  init(
    shared: SharedState, token: String, metricsToken: String, origins: Origins, hasActions: Bool,
    refusals: RefusalLog, configurationText: @escaping @Sendable () -> JSON
  ) {
    self.shared = shared
    self.token = token
    self.metricsToken = metricsToken
    self.origins = origins
    self.hasActions = hasActions
    self.refusals = refusals
    self.configurationText = configurationText
  }

  func decide(_ request: ConsoleRequest, now: Int64) -> Verdict {
    guard origins.isOurs(host: request.headers["host"]) else {
      return refuse(421, "foreign host", "this name is not ours: see console.public_url")
    }
    guard origins.isOurs(origin: request.headers["origin"]) else {
      return refuse(403, "foreign origin", "a page of another origin may not ask")
    }
    if request.method == "GET" {
      if let asset = Asset.all[request.path] { return .reply(ConsoleReply(asset: asset)) }
      switch request.path {
      case "/ping": return .reply(ConsoleReply(text: "pong\n"))
      case "/health": return .reply(health(request, now))
      case "/metrics": return metrics(request, now)
      // A page that asks whether it is logged in makes no error of it.
      case "/api/session" where session(request, now) == nil:
        return .reply(ConsoleReply(["csrf": .null, "actions": false]))
      default: break
      }
    }
    if request.method == "POST", request.path == "/api/login" { return login(request, now) }
    guard request.path.hasPrefix("/api/") else {
      return refuse(404, "unknown path", "there is nothing here")
    }
    guard let session = session(request, now) else {
      return refuse(401, "no session", "log in first")
    }
    return decide(request, session, now)
  }

  private func refuse(_ status: Int, _ kind: String, _ why: String) -> Verdict {
    refusals.note(kind)
    return .reply(.refused(status, why))
  }

  private func session(_ request: ConsoleRequest, _ now: Int64) -> Session? {
    request.cookie(Self.cookie).flatMap { Session($0, token: token, now: now) }
  }

  // MARK: - Without a session

  private func login(_ request: ConsoleRequest, _ now: Int64) -> Verdict {
    let wait = limit.withLock { $0.wait(now: now) }
    guard wait == 0 else {
      refusals.note("log-in too often")
      var reply = ConsoleReply.refused(429, "too many tries: wait \((wait + 999) / 1000) s")
      reply.headers.append(("Retry-After", "\((wait + 999) / 1000)"))
      return .reply(reply)
    }
    guard Session.areEqual(request.form["token"] ?? "", token) else {
      limit.withLock { $0.failed(now: now) }
      return refuse(403, "wrong token", "this is not the token: it is in console-token")
    }
    guard let session = try? Session.make(token: token, now: now) else {
      return refuse(500, "no random bytes", "the kernel gave no random bytes: try again")
    }
    var reply = ConsoleReply(about(session))
    reply.headers.append(("Set-Cookie", cookie(session.text, Session.lifetimeMilliseconds / 1000)))
    return .reply(reply)
  }

  private func cookie(_ value: String, _ seconds: Int64) -> String {
    "\(Self.cookie)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Strict"
      + (origins.isSecure ? "; Secure" : "")
  }

  private func about(_ session: Session) -> JSON {
    ["csrf": .string(session.csrf(token: token)), "actions": .bool(hasActions)]
  }

  /// Whether a monitoring program, or a person who is logged in, asks.
  private func mayMonitor(_ request: ConsoleRequest, _ now: Int64) -> Bool {
    if let bearer = request.bearer {
      let isMetrics = Session.areEqual(bearer, metricsToken)
      return Session.areEqual(bearer, token) || isMetrics
    }
    return session(request, now) != nil
  }

  private func metrics(_ request: ConsoleRequest, _ now: Int64) -> Verdict {
    guard mayMonitor(request, now) else {
      return refuse(401, "metrics without token", "send Authorization: Bearer and the token")
    }
    let isOpen = request.headers["accept"]?.contains("application/openmetrics-text") == true
    let refused = refusals.counts
    let text = shared.read { state in
      MetricsText(state: state, now: now, refused: refused, isOpenMetrics: isOpen).text
    }
    let type =
      isOpen
      ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
      : "text/plain; version=0.0.4; charset=utf-8"
    return .reply(ConsoleReply(text: text, type: type))
  }

  private func health(_ request: ConsoleRequest, _ now: Int64) -> ConsoleReply {
    let reasons = shared.read { $0.notReady(now: now) }
    var body: [(String, JSON)] = [("ready", .bool(reasons.isEmpty))]
    if mayMonitor(request, now) {
      body.append(("reasons", .array(reasons.map { .string($0) })))
    }
    return ConsoleReply(.object(body), status: reasons.isEmpty ? 200 : 503)
  }

  // MARK: - With a session

  private func decide(_ request: ConsoleRequest, _ session: Session, _ now: Int64) -> Verdict {
    switch (request.method, request.path) {
    case ("GET", "/api/session"): return .reply(ConsoleReply(about(session)))
    case ("GET", "/api/stream"):
      let wanted = (request.query["sections"] ?? "").split(separator: ",").map(String.init)
      return .stream(sections: Set(wanted.filter(EventSection.names.contains)))
    case ("GET", "/api/config"): return .reply(ConsoleReply(configurationText()))
    case ("GET", "/api/chart"), ("GET", "/api/story"), ("GET", "/api/decisions"):
      return read(request)
    case ("POST", "/api/logout"), ("POST", "/api/action"):
      guard Session.areEqual(request.headers["x-csrf-token"] ?? "", session.csrf(token: token))
      else { return refuse(403, "no CSRF token", "this did not come from our own page") }
      if request.path == "/api/logout" {
        var reply = ConsoleReply(["done": "logged out"])
        reply.headers.append(("Set-Cookie", cookie("", 0)))
        return .reply(reply)
      }
      return act(request)
    default: return refuse(404, "unknown path", "there is nothing here")
    }
  }

  private func read(_ request: ConsoleRequest) -> Verdict {
    let answer: JSON?
    switch request.path {
    case "/api/chart":
      let id = request.query["instrument"].flatMap { InstrumentID($0) }
      answer = id.flatMap { id in shared.read { $0.chart(id) } }
    case "/api/story":
      let id = request.query["signal"].flatMap { SignalID($0) }
      answer = id.flatMap { id in shared.read { $0.story(id) } }
    default:
      let text = String((request.query["text"] ?? "").prefix(64))
      let before = request.query["before"].flatMap { Int($0) }
      answer = shared.read { $0.decisionPage(before: before, text: text) }
    }
    guard let answer else { return refuse(404, "unknown name", "nothing is known of that name") }
    return .reply(ConsoleReply(answer))
  }

  private func act(_ request: ConsoleRequest) -> Verdict {
    guard hasActions else {
      return refuse(403, "actions are off", "actions are off: console.actions is false")
    }
    do throws(ConsoleAction.Refusal) {
      return .act(try ConsoleAction(request.form))
    } catch {
      return .reply(.refused(400, error.text))
    }
  }
}
