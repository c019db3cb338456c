import Foundation
import Testing

@testable import PaperVenue

@Suite("who may ask")
struct AuthenticationTests {
  private static let secret =
    "7zxMEF5p/Z8l2p2U7Ghv6x14Af+Fx+92tPgUdVQ748FOIrEoT9bgT+bTRfXc5pz8na+hL/QdrCVG7bh9KpT0eMTm"
  private static let body =
    "orderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.001&limitPrice=10000&cliOrdId=i-0123abcd"
    + "&processBefore=2026-11-22T10%3A00%3A00.000Z"
  private static let code =
    "nrmWu4KRqzs8hDr5Xk662FaOLE9PnHZT6f61+MoVmCAIxwZhxCIhWvm6UCK6PlLW6MmCbNqdC3HiJYOn474iEw=="

  @Test(arguments: [
    (body, "1763805600000", "/derivatives/api/v3/sendorder", code),
    (
      "", "", "/derivatives/api/v3/accounts",
      "gF9iu/gh5ia5pNW4Ljh2bVCMh+kDiJcge73pOkpBG+c5eJUmWgHY0zMkMXkvOHb9RnCWKKfzg6lCzyYYI95+Jg=="
    ),
  ])
  func `known signatures come out, without the derivatives prefix`(
    _ parameters: String, _ nonce: String, _ path: String, _ expected: String
  ) throws {
    let ours = try #require(Authentication(key: "k", base64Secret: Self.secret))
    #expect(ours.signature(parameters: parameters, nonce: nonce, path: path) == expected)
  }

  @Test(.enabled(if: SharedFiles.present, SharedFiles.missing))
  func `every published signature comes out`() throws {
    let vectors = try #require(try SharedFiles.json("auth_vectors.json") as? [[String: String]])
    let rest = vectors.filter { $0["kind"] == "rest" }
    #expect(rest.count >= 4)
    for vector in rest {
      let ours = try #require(
        Authentication(key: "k", base64Secret: vector["secret"] ?? ""))
      let code = ours.signature(
        parameters: vector["postData"] ?? "", nonce: vector["nonce"] ?? "",
        path: vector["path"] ?? "")
      #expect(code == vector["authent"], "\(vector["origin"] ?? "")")
    }
  }

  private func request(
    key: String? = "k", code: String? = code, nonce: String? = "1763805600000",
    body: String = body, path: String = "/derivatives/api/v3/sendorder"
  ) -> VenueHTTPRequest {
    var headers: [String: String] = [:]
    headers["apikey"] = key
    headers["authent"] = code
    headers["nonce"] = nonce
    return VenueHTTPRequest(method: "POST", path: path, query: "", body: body, headers: headers)
  }

  private func refusal(_ request: VenueHTTPRequest) throws -> String? {
    var ours = try #require(Authentication(key: "k", base64Secret: Self.secret))
    return ours.refusal(request, at: 0)
  }

  @Test func `the right signature is let in, and anything else is not`() throws {
    #expect(try refusal(request()) == nil)
    for wrong in [
      request(key: nil), request(key: "K"), request(code: nil), request(code: ""),
      request(code: String(Self.code.dropLast(2))), request(nonce: "1763805600001"),
      request(nonce: nil), request(body: Self.body + "&size=2"),
      request(path: "/derivatives/api/v3/editorder"),
    ] {
      #expect(try refusal(wrong) == "authenticationError")
    }
  }

  @Test func `a nonce counts once`() throws {
    var ours = try #require(Authentication(key: "k", base64Secret: Self.secret))
    #expect(ours.refusal(request(), at: 0) == nil)
    #expect(ours.refusal(request(), at: 0) == "nonceDuplicate")
  }

  @Test func `a nonce is a number and may be left out`() throws {
    let ours = try #require(Authentication(key: "k", base64Secret: Self.secret))
    let path = "/derivatives/api/v3/sendorder"
    let word = ours.signature(parameters: "a=b", nonce: "word", path: path)
    let none = ours.signature(parameters: "a=b", nonce: "", path: path)
    #expect(
      try refusal(request(code: word, nonce: "word", body: "a=b")) == "invalidArgument: nonce")
    #expect(try refusal(request(code: none, nonce: nil, body: "a=b")) == nil)
  }

  @Test(arguments: ["", "no base64!", "abc"])
  func `a secret that is not base64 makes no venue`(_ secret: String) {
    #expect(Authentication(key: "k", base64Secret: secret) == nil)
  }
}
