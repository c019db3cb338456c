import Testing

@testable import Exchange

@Suite("signing")
struct SigningTests {
  private static let body =
    "orderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.001&limitPrice=10000&cliOrdId=i-0123abcd"
    + "&processBefore=2026-11-22T10%3A00%3A00.000Z"

  private static let code =
    "nrmWu4KRqzs8hDr5Xk662FaOLE9PnHZT6f61+MoVmCAIxwZhxCIhWvm6UCK6PlLW6MmCbNqdC3HiJYOn474iEw=="

  @Test(arguments: [
    (
      body, "1763805600000", "/api/v3/sendorder",
      code
    ),
    (
      "", "", "/api/v3/accounts",
      "gF9iu/gh5ia5pNW4Ljh2bVCMh+kDiJcge73pOkpBG+c5eJUmWgHY0zMkMXkvOHb9RnCWKKfzg6lCzyYYI95+Jg=="
    ),
  ])
  func `the reference's own vectors are met`(
    _ body: String, _ nonce: String, _ path: String, _ expected: String
  ) throws {
    let signer = RequestSigner(try Sample.credentials())
    #expect(
      signer.signature(parameters: body, nonce: nonce, endpointPath: path) == expected)
  }

  @Test(.enabled(if: SharedFiles.present, SharedFiles.missing))
  func `every published vector is met`() throws {
    let vectors = try #require(try SharedFiles.json("auth_vectors.json").list)
    let rest = vectors.filter { $0["kind"].text == "rest" }
    #expect(rest.count >= 4)
    for vector in rest {
      let secret = try #require(vector["secret"].text)
      let credentials = try #require(APICredentials(key: "k", base64Secret: secret))
      let signature = RequestSigner(credentials).signature(
        parameters: vector["postData"].text ?? "", nonce: vector["nonce"].text ?? "",
        endpointPath: RequestSigner.endpointPath(vector["path"].text ?? ""))
      #expect(signature == vector["authent"].text, "\(vector["origin"].text ?? "")")
    }
  }

  @Test func `a signed request carries key, nonce and the code of what is sent`() throws {
    let request = HTTPRequest(
      method: .post, path: "/derivatives/api/v3/sendorder", parameters: Self.body)
    let signed = RequestSigner(try Sample.credentials()).signed(request, nonce: 1_763_805_600_000)
    #expect(signed.parameters == Self.body)
    #expect(
      signed.headers == [
        .init(name: "APIKey", value: Sample.key), .init(name: "Nonce", value: "1763805600000"),
        .init(name: "Authent", value: Self.code),
      ])
  }

  @Test func `only the derivatives prefix is left out of what is signed`() {
    #expect(RequestSigner.endpointPath("/derivatives/api/v3/fills") == "/api/v3/fills")
    #expect(RequestSigner.endpointPath("/api/history/v3/orders") == "/api/history/v3/orders")
    #expect(RequestSigner.endpointPath("/derivativesx/a") == "/derivativesx/a")
  }

  @Test func `nonces grow even when the clock does not`() {
    var nonces = NonceSource()
    let clock: [Int64] = [100, 100, 90, 101, 500, 1]
    #expect(clock.map { nonces.next(wallMicroseconds: $0) } == [100, 101, 102, 103, 500, 501])
  }

  @Test func `the secret shows nowhere`() throws {
    let credentials = try Sample.credentials()
    var dumped = ""
    dump(credentials, to: &dumped)
    for text in ["\(credentials)", String(reflecting: credentials), dumped] {
      #expect(!text.contains(Sample.secret.prefix(8)))
      #expect(!text.contains("\(credentials.secret[0]), "))
      #expect(!text.contains(Sample.key))
    }
  }

  @Test(arguments: ["", "abc", "ab=c", "====", "a b=", "äöü=", "QQ==QQ=="])
  func `a secret that is not base64 makes no credentials`(_ secret: String) {
    #expect(APICredentials(key: "k", base64Secret: secret) == nil)
  }

  @Test func `a key with a line break makes no credentials`() {
    #expect(APICredentials(key: "k\r\nX: y", base64Secret: "QQ==") == nil)
    #expect(APICredentials(key: "", base64Secret: "QQ==") == nil)
  }
}
