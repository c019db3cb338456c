// TLS of the system's OpenSSL, and as functions what it has as macros.
#ifndef INTERLOCK_CTLS_H
#define INTERLOCK_CTLS_H

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

// A client that speaks TLS 1.2 or newer and believes the authorities in `file` alone, or with NULL
// those of the system; the environment is not asked. NULL on failure.
static inline SSL_CTX *il_tls_client(const char *file) {
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  if (!context) return NULL;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
  // A server that wants to begin anew in the middle is told no, and the session goes on.
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  int trusted = file ? SSL_CTX_load_verify_file(context, file)
                     : SSL_CTX_load_verify_dir(context, X509_get_default_cert_dir());
  if (trusted == 1 && SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1)
    return context;
  SSL_CTX_free(context);
  return NULL;
}

// Whose certificate is expected: a name, which the server is told too, or an address, which by
// RFC 6066 it must not be told. 1 on success.
static inline int il_tls_expect(SSL *session, const char *host) {
  X509_VERIFY_PARAM *expected = SSL_get0_param(session);
  X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (X509_VERIFY_PARAM_set1_ip_asc(expected, host) == 1) return 1;
  return SSL_set1_host(session, host) == 1 && SSL_set_tlsext_host_name(session, host) == 1;
}

// What of the session failed, for a log line: the certificate, or else what OpenSSL said last.
static inline const char *il_tls_verdict(const SSL *session) {
  long verdict = SSL_get_verify_result(session);
  if (verdict != X509_V_OK) return X509_verify_cert_error_string(verdict);
  const char *reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason ? reason : "the session broke";
}

#endif
