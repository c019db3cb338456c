import Archive
import ArgumentParser
import Daemon
import Domain
import Foundation
import SignalService

/// `interlock evaluate`: the smart-money strategy on closed candles of a file, hour by hour.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Evaluate the smart-money strategy on candles of a file.",
    discussion: """
      The file holds candles of 15 minutes, gzip or plain: index,timestamp_utc,open_cents,\
      high_cents,low_cents,close_cents,volume, or ts,open,high,low,close,volume. Hours are counted \
      from 0 at the first row. Prints one JSON object an hour: what was decided, by which step, \
      and everything the indicators saw. docs/strategy-smc.md explains the members.
      Exit codes: 0 done, 64 misuse, 78 a file cannot be used.
      Example: interlock evaluate --variant corrected --candles c.csv.gz --hours 4800..4810
      """)

  @Option(help: "Which rules: \(SmcVariant.allCases.map(\.rawValue).joined(separator: " or ")).")
  var variant: String

  @Option(help: ArgumentHelp("Candles of 15 minutes.", valueName: "file"))
  var candles: String

  @Option(help: ArgumentHelp("Hours to evaluate.", valueName: "first..last[/stride]"))
  var hours: String

  @Option(
    help: ArgumentHelp(
      "A flat JSON object of parameters (default: those the reference ships).", valueName: "file"))
  var params: String?

  @Option(
    help: ArgumentHelp(
      "Also draws what was seen as SVG, at most \(EvaluationChart.mostHours) hours (default: no).",
      valueName: "file"))
  var plot: String?

  func validate() throws {
    guard SmcVariant(rawValue: variant) != nil else {
      throw ValidationError("--variant: \"\(variant)\" is neither reference nor corrected")
    }
    guard HourRange(hours) != nil else {
      throw ValidationError("--hours: \"\(hours)\" is no range such as 0..599 or 0..599/8")
    }
    if plot != nil, let range = HourRange(hours),
      range.last - range.first >= EvaluationChart.mostHours
    {
      throw ValidationError(
        "--plot: \(range.last - range.first + 1) hours are too many, at most "
          + "\(EvaluationChart.mostHours)")
    }
  }

  func run() throws {
    guard let variant = SmcVariant(rawValue: variant), let range = HourRange(hours) else { return }
    let parameters = try params.map { try ParameterFile.load($0, variant) } ?? SmcParameters()
    let series = try EvaluationCandles.load(candles)
    guard range.last < series.hours.count else {
      throw Fatal(
        .badConfiguration,
        "unable to evaluate hour \(range.last): \(candles) holds hours 0 to "
          + "\(series.hours.count - 1): ask for those")
    }
    let record = SmcRecord(parameters, variant, scale: series.scale)
    var engine = SmcEngine(parameters, variant, scale: series.scale)
    let name = candles.split(separator: "/").last.map(String.init) ?? candles
    var chart = plot.map { _ in EvaluationChart(series, title: "\(name): \(variant.rawValue)") }
    for hour in stride(from: range.first, through: range.last, by: range.stride) {
      let windows = series.windows(hour: hour)
      let result = engine.evaluate(windows)
      print(
        record.line(hour: hour, openTime: series.hours[hour].openTime, windows, result))
      chart?.add(hour: hour, SmcObservation(windows, parameters, variant), result)
    }
    if let plot, let svg = chart?.svg { try Self.write(svg, to: plot) }
  }

  private static func write(_ text: String, to path: String) throws(Fatal) {
    do {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    } catch {
      throw Fatal(
        .badConfiguration,
        "unable to write the picture \(path): \(error.localizedDescription): name a file in a "
          + "folder that can be written")
    }
  }
}
