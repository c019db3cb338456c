import ArgumentParser
import Daemon

/// Where the latch of a pipeline is, whoever of it is dead.
struct LatchPlace {
  let stateDirectory: String
  /// `ACCOUNT/PROFILE`.
  let owner: String
  let run: RunFiles
  /// What the run directory says of the pipeline; nil when nothing runs, or something of another
  /// state directory.
  let instance: Instance?

  /// From the run directory's `instance.json`, else from the state directory.
  ///
  /// Throws `notRunning` when neither says whose orders are to be stopped.
  init(_ directory: RunDirectoryOption, stateDirectory given: String?) throws(Fatal) {
    run = RunFiles(directory.path)
    let given = given.map(Directories.absolute)
    let running = try Self.instance(run, tolerant: given != nil)
    let state = given ?? running?.stateDirectory ?? Directories.defaultState
    instance = running?.stateDirectory == state ? running : nil
    stateDirectory = state
    let identity = try AtomicFile.readJSON(Identity.self, from: "\(state)/identity.json")
    guard let account = identity?.account ?? instance?.account,
      let profile = identity?.profile ?? instance?.profile
    else {
      throw Fatal(
        .notRunning,
        "unable to find a latch in \(state): no pipeline of it was ever started: give --state-dir, "
          + "or --run-dir of one that runs")
    }
    owner = LatchFile.owner(account: account, profile: profile)
  }

  /// A file that cannot be read is in nobody's way who has named the state directory.
  private static func instance(_ run: RunFiles, tolerant: Bool) throws(Fatal) -> Instance? {
    do throws(Fatal) {
      return try run.readInstance()
    } catch {
      if tolerant { return nil }
      throw error
    }
  }

  func latch() throws(Fatal) -> LatchFile {
    try LatchFile(stateDirectory: stateDirectory, owner: owner, makes: false)
  }

  func client(_ process: String, timeoutMilliseconds: Int64) -> ControlClient {
    ControlClient(
      socket: run.controlSocket(process), timeoutMilliseconds: timeoutMilliseconds)
  }
}

/// `--state-dir` of what must work when nothing runs.
struct StateDirectoryOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "State folder, when nothing runs (default: of the running pipeline, else $STATE_DIRECTORY, "
        + "$XDG_STATE_HOME/interlock, ~/.local/state/interlock).", valueName: "folder"))
  var stateDir: String?
}
