import CCrypto
import Foundation

/// The page at the admin port's `/`: the book and the faults for a person, in one document.
///
/// Invariants:
/// 1. Nothing comes from anywhere but this port; a browser is told so, and runs no script but this
///    one, by its digest.
/// 2. No text of the venue's is ever read as HTML: the script sets text, not markup.
enum AdminPage {
  static let response: VenueHTTPResponse = {
    var response = VenueHTTPResponse(
      body: document, status: 200, contentType: "text/html; charset=utf-8")
    let policy =
      "default-src 'none'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
      + "frame-ancestors 'none'; script-src '\(digest(AdminScript.text))'; "
      + "style-src '\(digest(AdminStyle.text))'"
    response.headers = [
      .init(name: "Content-Security-Policy", value: policy),
      .init(name: "X-Content-Type-Options", value: "nosniff"),
      .init(name: "Cache-Control", value: "no-store"),
    ]
    return response
  }()

  private static func digest(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    SHA256(bytes, bytes.count, &digest)
    return "sha256-" + Data(digest).base64EncodedString()
  }

  private static var document: String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Paper venue</title>
    <style>\(AdminStyle.text)</style>
    </head>
    <body>
    \(body)
    <script>\(AdminScript.text)</script>
    </body>
    </html>

    """
  }

  private static let body = """
    <header>
      <h1>Paper venue</h1>
      <dl id="summary"></dl>
      <p id="state" role="status">loading</p>
    </header>
    <main>
      <section>
        <h2>Positions</h2>
        <table id="positions"></table>
      </section>
      <section>
        <h2>Open orders <span id="orders-count"></span></h2>
        <table id="orders"></table>
      </section>
      <section>
        <h2>Newest fills <span id="fills-count"></span></h2>
        <table id="fills"></table>
      </section>
      <section>
        <h2>Faults <span id="faults-count"></span></h2>
        <table id="faults"></table>
        <form id="arm">
          <label for="kind">Arm a fault</label>
          <select id="kind"></select>
          <textarea id="document" rows="6" spellcheck="false" aria-label="Its document"></textarea>
          <div class="row">
            <button type="submit" class="danger">Arm …</button>
            <button type="button" id="disarm-all">Disarm all …</button>
            <output id="result" for="document"></output>
          </div>
        </form>
      </section>
      <section>
        <h2>Policies</h2>
        <table id="policies"></table>
      </section>
      <section>
        <h2>Requests</h2>
        <table id="requests"></table>
      </section>
    </main>
    <dialog id="confirm">
      <h2 id="question"></h2>
      <pre id="detail"></pre>
      <form method="dialog" class="row">
        <button value="yes" class="danger">Yes</button>
        <button value="no" autofocus>No</button>
      </form>
    </dialog>
    """
}
