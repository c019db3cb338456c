import Daemon
import Foundation
import Testing

@Suite("the supervisor and the key", .serialized, .timeLimit(.minutes(5)))
struct HiddenKeyTests {
  @Test func `holders are told where the key is, everybody else to give it up`() async throws {
    let pipeline = try SupervisedPipeline()
    try pipeline.start(environment: ["CREDENTIALS_DIRECTORY": "/nowhere"])
    try await pipeline.untilRunning()
    let key = "\(pipeline.stateDirectory)-keys/venue"
    for stage in SupervisedPipeline.stages {
      let world = try pipeline.world(stage)
      let holds = stage == "paper-venue" || stage == "order-router"
      #expect(world.contains("--secret-file \(key)") == holds, "\(world)")
      #expect(world.contains("--hide \(key)") == !holds, "\(world)")
      #expect(world.contains("credentials=none\n"), "\(world)")
    }
  }

  @Test func `a key that the service manager hands over is the key`() async throws {
    let pipeline = try SupervisedPipeline()
    let credentials = "\(pipeline.folder)/credentials"
    try FileManager.default.createDirectory(
      atPath: credentials, withIntermediateDirectories: true)
    try Data().write(to: URL(fileURLWithPath: "\(credentials)/keys_trading"))
    try pipeline.start(environment: ["CREDENTIALS_DIRECTORY": credentials])
    try await pipeline.untilRunning()
    #expect(
      try pipeline.world("order-router").contains("--secret-file \(credentials)/keys_trading"))
    #expect(try pipeline.world("tap-relay").contains("--hide \(credentials)/keys_trading"))
  }

  @Test(arguments: ["state", "run"])
  func `a key in a folder that every stage may read is refused`(_ folder: String) async throws {
    let pipeline = try SupervisedPipeline()
    let path = "\(pipeline.folder)/\(folder)/deep/key"
    let process = try pipeline.start(["--secret-file", path])
    #expect(try await pipeline.code(of: process) == 78)
    #expect(pipeline.log.contains("unable to hide \(path)"), "\(pipeline.log)")
    #expect(pipeline.deeds.isEmpty)
  }
}
