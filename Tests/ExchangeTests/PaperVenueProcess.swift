import Foundation
import Testing

@testable import Exchange

/// The real paper venue in folders of its own; killed with the value.
final class PaperVenueProcess {
  static let key = "test-key"
  static let secret = Data(repeating: 0x2A, count: 64).base64EncodedString()

  private struct Address: Decodable {
    let url: String
    let admin: String
    let pid: Int32
  }

  struct Late: Error, CustomStringConvertible {
    let description: String
  }

  private let folder = "/tmp/il-exchange-\(UUID().uuidString.prefix(8).lowercased())"
  private let process = Process()
  private let admin: String
  let url: String

  init(_ arguments: [String] = []) throws {
    for room in ["run/core", "state"] {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/\(room)", withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    }
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
      .deletingLastPathComponent().appendingPathComponent("paper-venue")
    process.arguments =
      [
        "--run-dir", "\(folder)/run", "--state-dir", "\(folder)/state", "--key", Self.key,
        "--secret", Self.secret,
      ] + arguments
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    // The line comes when it listens; an end of file when it never will.
    var text = ""
    while !text.contains("\n") {
      let more = output.fileHandleForReading.availableData
      if more.isEmpty { break }
      text += String(decoding: more, as: UTF8.self)
    }
    guard text.hasPrefix("listening on "),
      let file = FileManager.default.enumerator(atPath: "\(folder)/run")?
        .compactMap({ $0 as? String }).first(where: { $0.hasSuffix("venue.json") })
    else { throw Late(description: "the paper venue said: \(text)") }
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/run/\(file)"))
    let address = try JSONDecoder().decode(Address.self, from: data)
    url = address.url
    admin = address.admin
  }

  deinit {
    if process.isRunning {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    try? FileManager.default.removeItem(atPath: folder)
  }

  private static func credentials() throws -> APICredentials {
    let credentials = APICredentials(key: key, base64Secret: secret)
    return try #require(credentials)
  }

  func venue(_ change: (inout KrakenFutures.Settings) -> Void = { _ in }) throws -> KrakenFutures {
    var settings = KrakenFutures.Settings(
      url: url, requestTimeoutMilliseconds: 5000, connectTimeoutMilliseconds: 5000)
    change(&settings)
    return try KrakenFutures(settings, credentials: Self.credentials())
  }

  /// Arms a fault.
  func arm(_ document: String) throws { try ask("POST", "/faults", document) }

  func disarm() throws { try ask("DELETE", "/faults", "") }

  /// Signs and sends a request of the operator's own, which no code of ours makes.
  func put(_ name: String, _ parameters: String) throws {
    let signer = RequestSigner(try Self.credentials())
    let request = HTTPRequest(
      method: .post, path: "/derivatives/api/v3/\(name)", parameters: parameters)
    let signed = signer.signed(
      request, nonce: SystemClock.wallMicroseconds())
    let type = HTTPRequest.Header(
      name: "Content-Type", value: "application/x-www-form-urlencoded")
    try RawRequest(method: "PUT", path: request.path, headers: signed.headers + [type])
      .send(to: url, body: parameters)
  }

  private func ask(_ method: String, _ path: String, _ body: String) throws {
    let type = HTTPRequest.Header(name: "Content-Type", value: "application/json")
    try RawRequest(method: method, path: path, headers: [type]).send(to: admin, body: body)
  }
}
