import Daemon

/// Where the page is served, once it is.
struct ServingPlace {
  let url: String

  /// Binds the server and opens its door.
  ///
  /// A taken port on loopback gives way to a free one: the page is no reason not to start.
  /// Elsewhere a proxy expects that very port, so that it is said and tried by the next life.
  init(
    _ host: StageHost, _ server: WebServer, _ asker: Asker, _ shared: SharedState,
    _ refusals: RefusalLog, stateDirectory: String
  ) throws(Fatal) {
    let settings = host.configuration.console
    let parts = settings.listen.split(separator: ":").map(String.init)
    guard parts.count == 2, let wanted = Int(parts[1]) else {
      throw Fatal(.badConfiguration, "console.listen: \(settings.listen) is no address")
    }
    let address = parts[0]
    let token = try TokenFile.readOrMake("\(stateDirectory)/console-token")
    let metricsToken = try TokenFile.readOrMake("\(stateDirectory)/console-metrics-token")
    let text = RedactedConfiguration(host.configuration, path: host.options.configurationPath).json
    let makeDoor: @Sendable (Int) -> Door = { port in
      Door(
        shared: shared, token: token, metricsToken: metricsToken,
        origins: Origins(publicURL: settings.publicURL, host: address, port: port),
        hasActions: settings.hasActions, refusals: refusals, configurationText: { text })
    }
    if let port = try server.bind(host: address, port: wanted, makeDoor: makeDoor, asker: asker) {
      url = settings.publicURL ?? "http://\(address):\(port)"
      return
    }
    guard ConsoleSettings.isLoopback(settings.listen) else {
      throw Fatal(
        .tryAgain, "unable to listen at \(settings.listen): the port is taken: free it")
    }
    host.log.warning("port taken, a free one is used", ["wanted": settings.listen])
    guard let port = try server.bind(host: address, port: 0, makeDoor: makeDoor, asker: asker)
    else { throw Fatal(.tryAgain, "unable to listen at \(address): no port is free") }
    url = "http://\(address):\(port)"
  }
}
