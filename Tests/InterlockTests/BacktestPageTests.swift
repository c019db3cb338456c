import Foundation
import Testing

/// The page of a report in a real browser.
@Suite(
  "the page of a report",
  .enabled(
    if: Chromium.path != nil,
    "SKIPPED: no chromium here, so nothing shows that the page is drawn: install it"
  ))
struct BacktestPageTests {
  /// Measures what the browser has laid out, and writes it where `--dump-dom` shows it.
  private static let script = """
    <script>
    addEventListener('load', () => {
      const box = (selector) => {
        const element = document.querySelector(selector);
        if (!element) { return selector + '=missing'; }
        const rectangle = element.getBoundingClientRect();
        return selector + '=' + Math.round(rectangle.width) + 'x' + Math.round(rectangle.height);
      };
      const words = [
        box('#equity polyline.equity'), box('#drawdown polygon.drawdown'),
        box('#price-PF_XBTUSD polyline.price'),
        'marks=' + document.querySelectorAll('#price-PF_XBTUSD g circle').length,
        'rows=' + document.querySelectorAll('table tr').length,
        'stroke=' + getComputedStyle(document.querySelector('#equity polyline.equity')).stroke,
        'requests=' + performance.getEntriesByType('resource').length,
      ];
      document.title = 'MEASURED ' + words.join(' ');
    });
    </script></body>
    """

  @Test func `a real browser draws its pictures and asks for nothing else`() async throws {
    let chromium = try #require(Chromium.path)
    let folder = try ScratchFolder()
    let market = try folder.write(
      BacktestFilesTests.file(BacktestFilesTests.rows(1000)),
      to: "binanceusdm_BTCUSDT_15m_test.csv")
    let made = try await RealCommand(
      [
        "backtest", "--market", market, "--strategy", "breakout", "--report", folder.file("out"),
        "--config", try folder.write(BacktestFilesTests.wideLimits, to: "limits.yaml"),
      ], in: folder
    ).answer(seconds: 300)
    try #require(made.code == 0, "\(made)")
    let page = folder.read("out/report.html")
    let trades = folder.read("out/trades.csv").split(separator: "\n").count - 1
    try #require(trades > 3)

    let plain = try await Self.open(chromium, folder.file("out/report.html"), folder)
    #expect(!plain.errors.contains("Refused to"), "\(plain.errors)")
    #expect(plain.output.contains("Backtest of PF_XBTUSD"))
    #expect(!page.contains("http://") && !page.contains("https://") && !page.contains("src="))

    let start = try #require(page.range(of: "<meta http-equiv"))
    let end = try #require(page.range(of: "<title>"))
    let measured = page.replacingCharacters(in: start.lowerBound..<end.lowerBound, with: "")
      .replacingOccurrences(of: "</body>", with: Self.script)
    let copy = try folder.write(measured, to: "measured.html")
    let answer = try await Self.open(chromium, copy, folder)
    let title = answer.output.split(separator: "\n").first { $0.contains("MEASURED") } ?? ""
    #expect(title.contains("marks=\(trades) "), "\(title)")
    #expect(title.contains("rows=\(trades + 1) "), "\(title)")
    #expect(title.contains("stroke=rgb(9, 105, 218)"), "\(title)")
    #expect(title.contains("requests=0"), "\(title)")
    for name in ["polyline.equity", "polygon.drawdown", "polyline.price"] {
      let size = try #require(Self.size(of: name, in: String(title)), "\(title)")
      #expect(size.width > 500 && size.height > 20, "\(name) \(size)")
    }
  }

  private static func open(
    _ chromium: String, _ path: String, _ folder: ScratchFolder
  ) async throws -> RealCommand.Answer {
    try await RealCommand(
      [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--user-data-dir=\(folder.file("profile"))", "--window-size=1200,2400", "--dump-dom",
        "file://\(path)",
      ], in: folder, executable: chromium
    ).answer(seconds: 180)
  }

  private static func size(
    of name: String, in title: String
  ) -> (width: Int, height: Int)? {
    guard let place = title.range(of: "\(name)=") else { return nil }
    let numbers = title[place.upperBound...].prefix { $0 != " " }.split(separator: "x")
      .compactMap { Int($0) }
    return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
  }
}

/// The browser, where there is one.
enum Chromium {
  static let path = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }
}
