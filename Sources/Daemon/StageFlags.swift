import ArgumentParser

/// The flags as the argument parser sees them; `StageOptions` is what the rest of the code sees.
struct StageFlags: ParsableArguments {
  @Option(help: ArgumentHelp("Folder of sockets and instance.json.", valueName: "folder"))
  var runDir: String?

  @Option(help: ArgumentHelp("Folder of everything that must survive.", valueName: "folder"))
  var stateDir: String?

  @Option(help: "What the pipeline trades against: demo, paper or live.")
  var profile: String = Profile.demo.rawValue

  @Option(
    help: ArgumentHelp("Configuration file; without it every default holds.", valueName: "file"))
  var config: String?

  @Option(help: "Name of the account the state belongs to.")
  var account: String = "demo"

  @Option(help: ArgumentHelp("Process id of the supervisor that started this.", valueName: "pid"))
  var parent: Int32?

  @Option(help: "Quietest level that is logged: debug, info, notice, warning or error.")
  var logLevel: String = LogLevel.info.rawValue

  @Option(help: ArgumentHelp("Strategy to run; may be repeated.", valueName: "name"))
  var strategy: [String] = []

  @Option(
    help: ArgumentHelp(
      "Executable that is a strategy of its own; may be repeated.", valueName: "file"))
  var strategyProgram: [String] = []

  @Option(
    help: ArgumentHelp("Market file or folder to replay; may be repeated.", valueName: "path"))
  var market: [String] = []

  @Option(help: ArgumentHelp("Market seconds a wall second, above 0.", valueName: "factor"))
  var speed: Double?

  @Option(help: ArgumentHelp("File of mode 0600 with lines key= and secret=.", valueName: "file"))
  var secretFile: String?

  @Option(help: ArgumentHelp("Address of the venue's port.", valueName: "host:port"))
  var listen: String?

  @Option(help: ArgumentHelp("Address of the venue's admin port.", valueName: "host:port"))
  var admin: String?

  @Flag(help: "Let the venue listen off loopback, for clients in a network of your own.")
  var listenAnywhere = false

  @Flag(help: "Let every key ask as often as it likes.")
  var noRateLimits = false

  @Option(help: "API key of a simulated venue; a real one never stands in argv.")
  var key: String?

  @Option(help: "Base64 API secret of a simulated venue.")
  var secret: String?

  @Option(help: "Seed of the market generator.")
  var seed: UInt64?

  @Option(
    help: ArgumentHelp("The venue's own instrument list, all of it listed.", valueName: "file"))
  var instruments: String?

  @Option(
    help: ArgumentHelp(
      "Play the public market of the venue there; orders stay here.", valueName: "url"))
  var follow: String?

  @Option(
    help: ArgumentHelp(
      "Path this process gives up reading, unless it holds the key; may be repeated.",
      valueName: "path"))
  var hide: [String] = []

  @Option(
    help: ArgumentHelp(
      "Send one alert of this event and leave, without a pipeline.",
      valueName: "event"))
  var event: String?

  @Option(help: ArgumentHelp("What the one alert says.", valueName: "text"))
  var text: String?

  @Option(help: "How a line of the log is written: text or json.")
  var logFormat: String = LogFormat.text.rawValue

  @Flag(help: "Agree to real orders with real money; the profile live does not start without.")
  var iUnderstandThisTradesRealMoney = false

  @Flag(help: "Look at ledger, key and venue, print rows of JSON and leave.")
  var check = false
}
