import ArgumentParser
import Daemon
import Glibc
import Wire

/// The operator's command line.
struct InterlockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "interlock",
    abstract: "A crash-safe trading pipeline for Kraken Futures.",
    discussion: """
      Exit codes: 0 done, 1 the answer is no, 64 misuse, 69 not running, 70 internal, \
      75 try again, 78 bad configuration.
      """,
    subcommands: [
      RunCommand.self, StatusCommand.self, TapCommand.self, LogsCommand.self, OrdersCommand.self,
      IntentsCommand.self, FillsCommand.self, PositionsCommand.self, EventsCommand.self,
      KillSwitchCommand.self, AlertCommand.self, PauseCommand.self, ResumeCommand.self,
      FlattenCommand.self, CancelCommand.self, ReconcileCommand.self, RiskCommand.self,
      LimitsCommand.self, LocksCommand.self, LockCommand.self, UnlockCommand.self,
      TradesCommand.self, ResolveCommand.self, LedgerCommand.self, DoctorCommand.self,
      RestartCommand.self, StartCommand.self, StopCommand.self, DataCommand.self,
      EvaluateCommand.self, ExplainCommand.self,
      SimulateCommand.self, BacktestCommand.self, CompareCommand.self, ConfigCommand.self,
    ])
}

/// The front door of the `interlock` process.
package enum InterlockProcess {
  package static func main() -> Never {
    do {
      var command = try InterlockCommand.parseAsRoot()
      try command.run()
      StageHost.leave(.done)
    } catch let failure as Fatal {
      Log("interlock").fatal(failure)
      StageHost.leave(failure.code)
    } catch let failure as WireError {
      let fatal = Fatal(failure.exitCode, failure.description)
      Log("interlock").fatal(fatal)
      StageHost.leave(fatal.code)
    } catch {
      leave(over: error)
    }
  }

  /// Help goes to standard output with 0; a misuse is one line with 64.
  private static func leave(over error: any Error) -> Never {
    guard !InterlockCommand.exitCode(for: error).isSuccess else {
      Output.write(InterlockCommand.fullMessage(for: error) + "\n", to: STDOUT_FILENO)
      StageHost.leave(.done)
    }
    let sentence = InterlockCommand.message(for: error)
      .split(whereSeparator: \.isNewline).joined(separator: " ")
    Log("interlock").fatal(Fatal(.misuse, "\(sentence): see interlock --help"))
    StageHost.leave(.misuse)
  }
}

extension WireError {
  /// A path too long is the operator's to put right; no other failure of a socket should happen.
  var exitCode: Daemon.ExitCode {
    if case .pathTooLong = self { return .badConfiguration }
    return .internalError
  }
}
