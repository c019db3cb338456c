import Glibc

/// What a stage knows about its own life: told by the supervisor, or made up when it runs alone.
struct Welcome: Equatable {
  let generation: UInt64
  let token: [UInt8]
  let build: String

  private static let timeoutMilliseconds: Int32 = 5000

  /// Waits for the supervisor's first packet and refuses one of another build.
  static func await(on lifeline: LifelineEnd, build: String) throws(Fatal) -> Welcome {
    let deadline = Clock.machineNanoseconds() + Int64(timeoutMilliseconds) * 1_000_000
    var received = lifeline.receive()
    while received == .nothing {
      let left = (deadline - Clock.machineNanoseconds()) / 1_000_000
      guard left > 0 else {
        throw Fatal(.tryAgain, "unable to read the lifeline: no welcome: start the supervisor")
      }
      var item = pollfd(fd: lifeline.descriptor, events: Int16(POLLIN), revents: 0)
      poll(&item, 1, Int32(clamping: left))
      received = lifeline.receive()
    }
    guard case .packet(let packet) = received, packet.type == .welcome,
      let generation = packet.generation, let text = packet.token, let token = bytes(text),
      let theirs = packet.build
    else {
      throw Fatal(.tryAgain, "unable to read the lifeline: no welcome: start the supervisor")
    }
    guard theirs == build else {
      throw Fatal(
        .internalError,
        "unable to join the supervisor: another build, \(theirs) there and \(build) here: "
          + "restart the pipeline")
    }
    return Welcome(generation: generation, token: token, build: build)
  }

  static func alone(build: String) throws(Fatal) -> Welcome {
    Welcome(generation: 1, token: try RandomToken.make(), build: build)
  }

  private static func bytes(_ hexadecimal: String) -> [UInt8]? {
    let digits = Array(hexadecimal)
    guard digits.count == 2 * RandomToken.length else { return nil }
    return stride(from: 0, to: digits.count, by: 2).reduce(into: [UInt8]?([])) { bytes, index in
      guard let byte = UInt8(String(digits[index...(index + 1)]), radix: 16) else {
        bytes = nil
        return
      }
      bytes?.append(byte)
    }
  }
}
