#include "tests/support/fake_site_tls.h"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstdlib>

namespace signboard::testing {
namespace {

int ChooseHttp2(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* length,
                const unsigned char* offered, unsigned int offered_length, void* /*argument*/) {
  static const unsigned char kHttp2[] = {2, 'h', '2'};
  unsigned char* found = nullptr;
  const int outcome = SSL_select_next_proto(&found, length, kHttp2, sizeof kHttp2, offered,
                                            offered_length);
  *chosen = found;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

SSL_CTX* MakeSelfSignedContext(bool claims_http2) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  if (key == nullptr || certificate == nullptr) std::abort();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  if (X509_sign(certificate, key, EVP_sha256()) == 0) std::abort();
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  if (context == nullptr || SSL_CTX_use_certificate(context, certificate) != 1 ||
      SSL_CTX_use_PrivateKey(context, key) != 1) {
    std::abort();
  }
  if (claims_http2) SSL_CTX_set_alpn_select_cb(context, &ChooseHttp2, nullptr);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return context;
}

}  // namespace signboard::testing
