/// The files of the page, which are part of this program.
struct Asset: Sendable {
  let bytes: [UInt8]
  let type: String

  /// By path; nothing else is served.
  static let all: [String: Asset] = [
    "/": page, "/index.html": page,
    "/app.css": Asset(bytes: PackageResources.app_css, type: "text/css; charset=utf-8"),
    "/app.js": script(PackageResources.app_js),
    "/dom.js": script(PackageResources.dom_js),
    "/charts.js": script(PackageResources.charts_js),
    "/pages.js": script(PackageResources.pages_js),
    "/records.js": script(PackageResources.records_js),
    "/icon.svg": Asset(bytes: PackageResources.icon_svg, type: "image/svg+xml"),
  ]

  private static let page = Asset(
    bytes: PackageResources.index_html, type: "text/html; charset=utf-8")

  private static func script(_ bytes: [UInt8]) -> Asset {
    Asset(bytes: bytes, type: "text/javascript; charset=utf-8")
  }
}
