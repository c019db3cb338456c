import Daemon
import Foundation
import Glibc
import Testing

/// Who is let in, and how bad input ends: real process, real sockets.
@Suite("console: access", .serialized)
struct AccessTests {
  @Test func `without a session there is the page, a ping, the code of health, and nothing else`()
    throws
  {
    let scene = try ConsoleScene().serving()
    let page = try scene.ask("GET", "/")
    #expect(page.status == 200 && page.body.contains("<title>Interlock</title>"))
    #expect(page.header("Content-Security-Policy")?.hasPrefix("default-src 'none'") == true)
    #expect(page.header("X-Frame-Options") == "DENY")
    #expect(page.header("Access-Control-Allow-Origin") == nil)
    #expect(try scene.ask("GET", "/ping").body == "pong\n")
    let health = try scene.ask("GET", "/health")
    #expect(health.status == 503 && health.body == "{\"ready\":false}")
    for path in ["/metrics", "/api/stream", "/api/config", "/api/decisions"] {
      #expect(try scene.ask("GET", path).status == 401, "\(path)")
    }
    #expect(try scene.ask("POST", "/api/action", body: "verb=kill").status == 401)
    #expect(try scene.ask("GET", "/api/session").body.contains("\"csrf\":null"))
    for secret in [try scene.token(), try scene.token("console-metrics-token")] {
      #expect(!scene.log.contains(secret) && !page.body.contains(secret))
    }
  }

  @Test func `the token opens it, its files are for their owner alone`() throws {
    let scene = try ConsoleScene().serving()
    for name in ["console-token", "console-metrics-token"] {
      let attributes = try FileManager.default.attributesOfItem(
        atPath: "\(scene.stateDirectory)/\(name)")
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
    let answer = try scene.ask("POST", "/api/login", body: "token=\(try scene.token())")
    let cookie = try #require(answer.header("Set-Cookie"))
    #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
    let session = try scene.login()
    let own = try scene.ask("GET", "/api/session", headers: session)
    #expect(own.status == 200 && !own.body.contains("\"csrf\":null"))
    let metrics = ["Authorization": "Bearer \(try scene.token("console-metrics-token"))"]
    #expect(try scene.ask("GET", "/metrics", headers: metrics).status == 200)
    #expect(try scene.ask("GET", "/api/decisions", headers: metrics).status == 401)
    let forged = ["Cookie": "\(session["Cookie"] ?? "")0"]
    #expect(try scene.ask("GET", "/api/decisions", headers: forged).status == 401)
  }

  @Test func `wrong tokens are slowed down, and say nothing of the right one`() throws {
    let scene = try ConsoleScene().serving()
    var codes: [Int] = []
    for number in 0..<8 {
      codes.append(try scene.ask("POST", "/api/login", body: "token=wrong\(number)").status)
    }
    #expect(codes.first == 403 && codes.last == 429, "\(codes)")
    let late = try scene.ask("POST", "/api/login", body: "token=\(try scene.token())")
    #expect(late.status == 429 && late.header("Retry-After") != nil)
    #expect(scene.log.components(separatedBy: "why=\"wrong token\"").count == 2, "said once")
  }

  @Test func `another origin, another host and a missing second value are refused`() throws {
    let scene = try ConsoleScene("  actions: true\n").serving()
    let session = try scene.login()
    let foreign = session.merging(["Origin": "https://evil.example"]) { $1 }
    #expect(try scene.ask("GET", "/api/session", headers: foreign).status == 403)
    let rebound = session.merging(["Host": "evil.example:\(scene.port)"]) { $1 }
    #expect(try scene.ask("GET", "/api/session", headers: rebound).status == 421)
    let bare = ["Cookie": session["Cookie"] ?? ""]
    let body = "verb=pause&reason=x"
    #expect(try scene.ask("POST", "/api/action", headers: bare, body: body).status == 403)
    let own = session.merging(["Origin": "http://127.0.0.1:\(scene.port)"]) { $1 }
    // No router runs here: it got as far as that.
    #expect(try scene.ask("POST", "/api/action", headers: own, body: body).status == 409)
  }

  @Test func `actions are off unless configured, and the kill switch wants its word`() throws {
    let off = try ConsoleScene().serving()
    let answer = try off.ask(
      "POST", "/api/action", headers: try off.login(), body: "verb=kill&reason=x&confirm=KILL")
    #expect(answer.status == 403 && answer.body.contains("console.actions"), "\(answer.body)")
    let on = try ConsoleScene("  actions: true\n").serving()
    let session = try on.login()
    for body in [
      "verb=kill&reason=x", "verb=kill&reason=x&confirm=kill", "verb=kill&confirm=KILL",
      "verb=restart&stage=init", "verb=pause", "verb=launch&reason=x",
      "verb=pause&reason=\(String(repeating: "x", count: 121))",
    ] {
      let answer = try on.ask("POST", "/api/action", headers: session, body: body)
      #expect(answer.status == 400, "\(body): \(answer.status) \(answer.body)")
    }
  }

  @Test func `a token file that others could read ends the start with what to do`() throws {
    let scene = try ConsoleScene { state in
      let path = "\(state)/console-token"
      try String(repeating: "a", count: 64).write(
        toFile: path, atomically: false, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    }
    #expect(try scene.exited() == 78)
    #expect(scene.log.contains("mode is 0644, others could read it"), "\(scene.log)")
  }
}
