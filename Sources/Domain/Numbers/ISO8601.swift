/// RFC 3339 text in UTC, by civil-from-days arithmetic; no calendar and no locale takes part.
package enum ISO8601 {
  /// The last millisecond of the year 9999.
  private static let last: Int64 = 253_402_300_799_999

  /// `2026-11-24T09:00:00.123Z` for milliseconds since 1970 UTC; outside the years 1970 to 9999 the
  /// number itself and `ms`.
  package static func text(milliseconds: Int64) -> String {
    guard (0...last).contains(milliseconds) else { return "\(milliseconds) ms" }
    let days = milliseconds / 86_400_000
    let inDay = milliseconds % 86_400_000
    let date = civil(fromDays: days)
    let seconds = inDay / 1000
    return "\(pad(date.year, 4))-\(pad(date.month, 2))-\(pad(date.day, 2))T"
      + "\(pad(seconds / 3600, 2)):\(pad(seconds / 60 % 60, 2)):\(pad(seconds % 60, 2))"
      + ".\(pad(inDay % 1000, 3))Z"
  }

  /// Milliseconds since 1970 of `YYYY-MM-DDTHH:MM:SS[.fraction]Z`; digits past the third are cut.
  package static func milliseconds(_ text: some StringProtocol) -> Int64? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.count <= 30, bytes.last == UInt8(ascii: "Z") else { return nil }
    for (index, mark) in [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")] {
      guard bytes[index] == mark.utf8.first else { return nil }
    }
    guard
      let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
      let day = number(bytes[8..<10]), let hour = number(bytes[11..<13]),
      let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
      let fraction = fraction(bytes[19..<(bytes.count - 1)]),
      (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day),
      hour < 24, minute < 60, second < 60
    else { return nil }
    let days = days(year: year, month: month, day: day)
    let civil = civil(fromDays: days)
    guard civil.month == month, civil.day == day else { return nil }
    return (days * 86_400 + hour * 3600 + minute * 60 + second) * 1000 + fraction
  }

  private static func pad(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int64? {
    var value: Int64 = 0
    for byte in bytes {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    return value
  }

  /// Milliseconds of `.fraction`, 0 for no text at all.
  private static func fraction(_ bytes: ArraySlice<UInt8>) -> Int64? {
    guard let point = bytes.first else { return 0 }
    let digits = bytes.dropFirst()
    guard point == UInt8(ascii: "."), !digits.isEmpty, number(digits) != nil else { return nil }
    let padded = Array((digits.prefix(3) + Array(repeating: UInt8(ascii: "0"), count: 3)).prefix(3))
    return number(padded[...])
  }

  // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": days_from_civil and
  // civil_from_days, for non-negative years.
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    )
  }
}
