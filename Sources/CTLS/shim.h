// TLS of the system's OpenSSL, and as functions what it has as macros.
#ifndef INTERLOCK_CTLS_H
#define INTERLOCK_CTLS_H

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

// A client that believes the system's authorities and speaks TLS 1.2 or newer; NULL on failure.
static inline SSL_CTX *il_tls_client(void) {
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  if (!context) return NULL;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
  if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
      SSL_CTX_set_default_verify_paths(context) == 1)
    return context;
  SSL_CTX_free(context);
  return NULL;
}

// Whose certificate is expected, and told to the server: 1 on success.
static inline int il_tls_expect(SSL *session, const char *host) {
  return SSL_set1_host(session, host) == 1 && SSL_set_tlsext_host_name(session, host) == 1;
}

// What of the session failed, for a log line.
static inline const char *il_tls_verdict(const SSL *session) {
  return X509_verify_cert_error_string(SSL_get_verify_result(session));
}

#endif
