import Domain
import Foundation
import Testing

@testable import SignalService

@Suite("the golden records")
struct GoldenTests {
  /// How many values two JSON trees hold, and where they differ.
  private struct Comparison {
    var fields = 0
    var differences: [String] = []

    mutating func compare(_ path: String, _ golden: Any, _ ours: Any?) {
      switch (golden, ours) {
      case (let golden as [String: Any], let ours as [String: Any]):
        if golden.isEmpty || ours.count != golden.count {
          scalar(path, golden.keys.sorted() == ours.keys.sorted(), golden, ours)
        }
        for (key, value) in golden { compare("\(path).\(key)", value, ours[key]) }
      case (let golden as [Any], let ours as [Any]):
        scalar(path, golden.count == ours.count, golden, ours)
        for (index, pair) in zip(golden, ours).enumerated() {
          compare("\(path)[\(index)]", pair.0, pair.1)
        }
      case (let golden as String, let ours as String):
        scalar(path, golden == ours, golden, ours)
      case (let golden as NSNumber, let ours as NSNumber):
        let isSameKind =
          String(cString: golden.objCType) == "c"
          ? String(cString: ours.objCType) == "c" : String(cString: ours.objCType) != "c"
        scalar(path, golden == ours && isSameKind, golden, ours)
      case (is NSNull, is NSNull): scalar(path, true, golden, ours)
      default: scalar(path, false, golden, ours)
      }
    }

    private mutating func scalar(_ path: String, _ isSame: Bool, _ golden: Any, _ ours: Any?) {
      fields += 1
      guard !isSame, differences.count < 20 else { return }
      differences.append("\(path): \(golden) is \(ours.map { "\($0)" } ?? "missing") here")
    }
  }

  /// Every value, and every text digit by digit: no tolerance is needed where this runs.
  @Test func `the reference variant makes every record of every set there is`() throws {
    guard let folder = GoldenFolder() else { return }
    var records = 0
    var comparison = Comparison()
    let sets = try folder.sets()
    #expect(!sets.isEmpty)
    for set in sets {
      let parameters = try SmcParameters(set.parameters, variant: .reference)
      let series = try folder.series(set.candles)
      let golden = try folder.records(set)
      let hours = Array(stride(from: set.first, through: set.last, by: set.stride))
      #expect(golden.count == hours.count, "\(set.name): a record an hour")
      var engine = SmcEngine(parameters, .reference, scale: series.scale)
      let record = SmcRecord(parameters, .reference, scale: series.scale)
      for (hour, expected) in zip(hours, golden) {
        let windows = series.windows(hour: hour)
        let line = record.line(
          hour: hour, openTime: series.hours[hour].openTime, windows, engine.evaluate(windows))
        let ours = try #require(
          try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        // Only the real sets tell of changes; what ours holds beyond the golden keys is not
        // compared.
        comparison.compare(
          "\(set.name)[\(hour)]", expected, ours.filter { expected.keys.contains($0.key) })
        records += 1
      }
    }
    for difference in comparison.differences { Issue.record("\(difference)") }
    #expect(records > 0 && comparison.fields > 20 * records)
    FileHandle.standardError.write(
      Data(
        "golden: \(sets.count) sets, \(records) records, \(comparison.fields) values compared, "
          .utf8)
        + Data("\(comparison.differences.count) mismatches\n".utf8))
  }

  @Test func `a comparison sees a digit, a kind, a key and a length`() throws {
    let pairs: [(String, String)] = [
      (#"{"a": "1.0"}"#, #"{"a": "1.1"}"#), (#"{"a": true}"#, #"{"a": 1}"#),
      (#"{"a": 1}"#, #"{"a": null}"#), (#"{"a": [1]}"#, #"{"a": [1, 2]}"#),
      (#"{"a": {}}"#, #"{"a": {"b": 1}}"#), (#"{"a": {"b": 1}}"#, #"{"a": {}}"#),
      (#"{"a": 1}"#, #"{}"#),
    ]
    for (left, right) in pairs {
      var comparison = Comparison()
      comparison.compare(
        "", try JSONSerialization.jsonObject(with: Data(left.utf8)),
        try JSONSerialization.jsonObject(with: Data(right.utf8)))
      #expect(!comparison.differences.isEmpty, "\(left) against \(right)")
    }
  }

  @Test func `windows hold complete groups only and 300 bars at most`() {
    let bars = (0..<1300).map { index in
      Bar(
        openTime: .init(milliseconds: Int64(index) * 900_000), open: 10, high: 10 + Int64(index),
        low: 1, close: 10, scale: .cents)
    }
    let series = SmcSeries(quarters: bars, scale: .cents)
    #expect(series.hours.count == 325 && series.days.count == 13)
    #expect(series.hours[1].high == 17 && series.hours[1].openTime == bars[4].openTime)
    let early = series.windows(hour: 2)
    #expect(early.hours.count == 3 && early.quarters.count == 12)
    #expect(!early.hasFourHours && early.days.isEmpty)
    #expect(series.windows(hour: 3).hasFourHours)
    #expect(series.windows(hour: 22).days.isEmpty && series.windows(hour: 23).days.count == 1)
    let late = series.windows(hour: 320)
    #expect(late.hours.count == 300 && late.quarters.count == 300 && late.days.count == 13)
    #expect(late.hours[0].openTime == series.hours[21].openTime)
    #expect(late.quarters[299].openTime == bars[1283].openTime)
  }
}
