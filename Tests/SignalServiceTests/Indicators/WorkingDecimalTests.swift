import Domain
import Testing

@testable import SignalService

@Suite("working decimals")
struct WorkingDecimalTests {
  /// Made by Python's `decimal` at precision 28: operation, operands as coefficient and exponent,
  /// result as it prints it.
  private static let vectors = [
    "+ -6926226,-4 -3038146860927403,-3 -3038146861620.0256",
    "+ 6271820864039,-3 -520367413550232788,0 -520367407278411923.961",
    "+ -1318,-30 515079101736310,-8 5150791.017363100000000000000",
    "+ 371627041681142090111,-3 -1358477,-13 371627041681142090.1109998642",
    "+ 39918288,-22 -2991355,-11 -0.0000299135499960081712",
    "+ 2500243665,-10 64873341901265545055,-17 648.98344337915545055",
    "+ 58611465684333906599,-26 51903049677421,-3 51903049677.42100058611465684",
    "+ 9546592435279153,0 20392621915,2 9548631697470653",
    "+ 480101300676393058330803465,1 600654581,-4 4801013006763930583308094715",
    "- 846253865537640631431,0 -652490906,4 846253872062549691431",
    "- -537,-21 4338459390813344,-3 -4338459390813.344000000000000",
    "- -7995238,-8 7259319,-2 -72593.26995238",
    "- -905690,-10 5182414162529951828,-1 -518241416252995182.8000905690",
    "- 42104032572081190,3 847617097475812452035,-18 42104032572081189152.38290252",
    "- 19288516,-27 -7457947,-6 7.457947000000000000019288516",
    "- 9559,-20 -69040213503940504,-30 6.9135803503940504E-14",
    "- 328265112897011209752308561,-20 -5524607154312527,-2 55246074825776.39897011209752",
    "- -9758131,-6 3766912235156,-2 -37669122361.318131",
    "* -8318051860522,-1 77,-24 -6.40489993260194E-11",
    "* -1,-26 -90940166,0 9.0940166E-19",
    "* -4395517,-11 5,-3 -2.1977585E-7",
    "* 5044310563509458116059,-27 -46589353297410,-13 -0.00002350111669851994677011356581",
    "* 5586665872119,-3 34358618221,-31 1.91950119828426729280299E-11",
    "* -85700453634729144,-22 -916145017466573180,-2 78514043592.08217660007358315",
    "* -19405909438104285346,-3 -4877150498445105,-10 9464554088883088277162.541024",
    "* -46066,-31 64,-20 -2.948224E-45",
    "/ 9444027059174802327119912571,0 41973082237246,-32 2.250019906995149901458934852E+46",
    "/ 169727,-7 128,0 0.00013259921875",
    "/ 964433643526,0 -89783043207992,-3 -10.74182394655287584436823162",
    "/ -85,-21 696981807064,-22 -1.219544027383700679933878326E-9",
    "/ -354,-12 69,-3 -5.130434782608695652173913043E-9",
    "/ 333945128465072846,-18 333945128465072845,-18 1.000000000000000002994503931",
    "/ -6911907564725540268914856,-14 -2983806595715,-9 23164730.49778637558887468759",
    "/ 83120,-27 61,-2 1.362622950819672131147540984E-22",
    "/ -9606123000,-16 -9606123000,-16 1",
  ]

  private static func operand(_ text: Substring) throws -> WorkingDecimal {
    let parts = text.split(separator: ",")
    return WorkingDecimal(
      coefficient: try #require(Int128(parts[0])), exponent: try #require(Int(parts[1])))
  }

  @Test func `operations round and print as the language of the reference does`() throws {
    for vector in Self.vectors {
      let parts = vector.split(separator: " ")
      let (left, right) = (try Self.operand(parts[1]), try Self.operand(parts[2]))
      let result: WorkingDecimal? =
        switch parts[0] {
        case "+": left + right
        case "-": left - right
        case "*": left * right
        default: left / right
        }
      #expect(result?.description == String(parts[3]), "\(vector)")
    }
  }

  @Test func `a double enters through its shortest text`() {
    let texts: [(Double, String)] = [
      (0.1, "0.1"), (3450, "3450.0"), (2153.3144659915724, "2153.3144659915724"),
      ((0.3 + 0.6) / 2, "0.44999999999999996"), (1e16, "1E+16"), (1e-5, "0.00001"),
      (-2.5, "-2.5"), (1.5e-7, "1.5E-7"),
    ]
    for (double, text) in texts { #expect(WorkingDecimal(double)?.description == text) }
    #expect(WorkingDecimal(.nan) == nil && WorkingDecimal(.infinity) == nil)
  }

  @Test func `comparison is by value, whatever the zeros`() throws {
    let (one, other) = (
      try #require(WorkingDecimal(0.5)), WorkingDecimal(coefficient: 500, exponent: -3)
    )
    #expect(one == other && !(one < other))
    #expect(WorkingDecimal(coefficient: -1, exponent: 9) < .zero)
    #expect(
      WorkingDecimal(coefficient: 99, exponent: -2) < WorkingDecimal(coefficient: 1, exponent: 0))
    #expect(WorkingDecimal(coefficient: 0, exponent: 5) == .zero)
    #expect(one / .zero == nil)
  }

  @Test func `a scale makes exact doubles and decimals of ticks, and ticks of decimals`() throws {
    let tick = try #require(ExactDecimal("0.5"))
    let half = try #require(PriceScale(tick: tick))
    #expect(half.double(7) == 3.5)
    #expect(half.decimal(7).description == "3.5" && half.decimal(8).description == "4")
    let price = try #require(WorkingDecimal(3.7))
    #expect(half.ticks(price, rounding: .down) == 7 && half.ticks(price, rounding: .up) == 8)
    #expect(half.ticks(-price, rounding: .down) == -8)
    #expect(PriceScale.cents.double(346_512) == 3465.12)
    #expect(PriceScale.cents.decimal(335_100).description == "3351")
    #expect(
      PriceScale.ticks.ticks(WorkingDecimal(coefficient: 1, exponent: 30), rounding: .up) == nil)
    let tiny = WorkingDecimal(coefficient: 1, exponent: -60)
    #expect(PriceScale.ticks.ticks(tiny, rounding: .up) == 1)
    #expect(PriceScale.ticks.ticks(tiny, rounding: .down) == 0)
    #expect(PriceScale(tick: .zero) == nil)
  }
}
