import CCurl

/// The libcurl this process is linked with, and its TLS.
package enum TransportLibrary {
  /// Such as `libcurl/7.88.1 OpenSSL/3.0.19 zlib/1.2.13`.
  package static var version: String { String(cString: curl_version()) }
}
