import ArgumentParser
import Daemon
import Domain
import Foundation
import RiskGate

/// `interlock config check`: everything that is wrong with a configuration, at once.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "The configuration, before anything starts with it.",
    subcommands: [Check.self])

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Every problem with file, line, key, value and bound.",
      discussion: """
        Exit codes: 0 nothing is wrong, 64 misuse, 78 something is.
        Example: interlock config check --config /etc/interlock/interlock.yaml --profile live
        """)

    @Option(help: ArgumentHelp("Configuration file (default: the defaults).", valueName: "file"))
    var config: String?
    @Option(help: "demo, paper or live.") var profile: String = Profile.demo.rawValue
    @OptionGroup var output: JSONFlag

    func validate() throws {
      guard Profile(rawValue: profile) != nil else {
        throw ValidationError("--profile: \(profile): expected demo, paper or live")
      }
    }

    func run() throws {
      let problems = try ConfigCommand.problems(
        path: config, profile: Profile(rawValue: profile) ?? .demo)
      if output.json {
        print(JSONText.line(["problems": problems, "source": config ?? "defaults"]))
      } else {
        print(
          problems.isEmpty
            ? "\(config ?? "defaults"): nothing is wrong"
            : problems.joined(separator: "\n"))
      }
      guard problems.isEmpty else { StageHost.leave(.badConfiguration) }
    }
  }

  /// One line a problem, as `path:line:column: key: sentence` where the file has the place; those
  /// of the file first, in its order.
  static func problems(path: String?, profile: Profile) throws -> [String] {
    guard let path else { return faults(.defaults(profile: profile)) }
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      // The reader's own sentence says why it cannot be read.
      _ = try Configuration.load(path: path, profile: profile)
      throw error
    }
    return problems(text, path: path, profile: profile)
  }

  static func problems(_ text: String, path: String, profile: Profile) -> [String] {
    let (configuration, errors) = Configuration.examine(text, path: path, profile: profile)
    let all = errors + faults(configuration)
    return all.enumerated().sorted { left, right in
      (place(left.element, path), left.offset) < (place(right.element, path), right.offset)
    }.map(\.element)
  }

  /// The limits of the gate against each other and against the rest.
  static func faults(_ configuration: Configuration) -> [String] {
    RiskLaw.faults(RiskLimits(configuration), RiskSurroundings(configuration))
      .map { configuration.placed($0.keys, $0.description) }
  }

  /// The line that a problem names; one that names none comes last.
  private static func place(_ problem: String, _ path: String) -> Int {
    guard problem.hasPrefix("\(path):") else { return .max }
    return Int(problem.dropFirst(path.count + 1).prefix { $0.isNumber }) ?? .max
  }
}
