#include "deploy/signboard/bench_tls.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace signboard::cli {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;
using TlsStream = ssl::stream<tcp::socket>;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr size_t kPieceBytes = size_t{64} << 10;
constexpr long kDay = 86'400;

// Both ends of one client's connection.
struct Pair {
  Pair(tcp::socket client, ssl::context& tls)
      : outside(std::move(client), tls), inside(outside.get_executor()) {}
  void Close() {
    boost::system::error_code ignored;
    outside.lowest_layer().close(ignored);
    inside.close(ignored);
  }
  TlsStream outside;
  tcp::socket inside;
};

// Until one end has enough; then both are closed.
template <class From, class To>
asio::awaitable<void> Pipe(std::shared_ptr<Pair> pair, From* from, To* to) {
  std::vector<char> piece(kPieceBytes);
  while (true) {
    const auto [read_error, got] = co_await from->async_read_some(asio::buffer(piece), kAwait);
    if (read_error) break;
    const auto [write_error, wrote] =
        co_await asio::async_write(*to, asio::buffer(piece.data(), got), kAwait);
    if (write_error) break;
  }
  pair->Close();
}

asio::awaitable<void> Serve(std::shared_ptr<Pair> pair, tcp::endpoint behind) {
  const auto [tls_error] = co_await pair->outside.async_handshake(TlsStream::server, kAwait);
  if (tls_error) co_return;
  const auto [error] = co_await pair->inside.async_connect(behind, kAwait);
  if (error) co_return;
  boost::system::error_code ignored;
  pair->inside.set_option(tcp::no_delay(true), ignored);
  asio::co_spawn(pair->inside.get_executor(), Pipe(pair, &pair->inside, &pair->outside),
                 asio::detached);
  co_await Pipe(pair, &pair->outside, &pair->inside);
}

std::string PemOf(int (*write)(BIO*, const void*), const void* what) {
  BIO* const out = BIO_new(BIO_s_mem());
  std::string pem;
  char* bytes = nullptr;
  if (write(out, what) == 1) {
    const long size = BIO_get_mem_data(out, &bytes);
    pem.assign(bytes, static_cast<size_t>(size));
  }
  BIO_free(out);
  return pem;
}

bool Fill(X509* certificate, EVP_PKEY* key, const std::string& names) {
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -kDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate), kDay);
  X509_set_pubkey(certificate, key);
  X509_NAME* const name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("signboard bench"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension =
      X509V3_EXT_conf_nid(nullptr, &context, NID_subject_alt_name, names.c_str());
  if (extension == nullptr) return false;
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
  return X509_sign(certificate, key, EVP_sha256()) != 0;
}

}  // namespace

StatusOr<BenchCertificate> BenchCertificate::Make(const std::vector<std::string>& hosts) {
  std::string names;
  for (const std::string& host : hosts) names += (names.empty() ? "DNS:" : ",DNS:") + host;
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  X509* const certificate = X509_new();
  BenchCertificate made;
  if (key != nullptr && certificate != nullptr && Fill(certificate, key, names)) {
    made.certificate_pem = PemOf(
        [](BIO* out, const void* what) {
          return PEM_write_bio_X509(out, static_cast<const X509*>(what));
        },
        certificate);
    made.key_pem = PemOf(
        [](BIO* out, const void* what) {
          return PEM_write_bio_PrivateKey(out, static_cast<const EVP_PKEY*>(what), nullptr,
                                          nullptr, 0, nullptr, nullptr);
        },
        key);
  }
  X509_free(certificate);
  EVP_PKEY_free(key);
  if (made.certificate_pem.empty() || made.key_pem.empty())
    return base::Internal("OpenSSL makes no certificate");
  return made;
}

StatusOr<std::unique_ptr<TlsFront>> TlsFront::Listen(asio::any_io_executor executor,
                                                     const BenchCertificate& certificate,
                                                     uint16_t port) {
  std::unique_ptr<TlsFront> front(new TlsFront(executor, port));
  boost::system::error_code error;
  front->tls_.use_certificate(asio::buffer(certificate.certificate_pem), ssl::context::pem, error);
  if (!error)
    front->tls_.use_private_key(asio::buffer(certificate.key_pem), ssl::context::pem, error);
  if (error) return base::Internal("the site's certificate: " + error.message());
  const tcp::endpoint at(asio::ip::address_v4::loopback(), 0);
  front->acceptor_.open(at.protocol(), error);
  if (!error) front->acceptor_.bind(at, error);
  if (!error) front->acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) return base::Unavailable("listen for TLS: " + error.message());
  front->Accept();
  return front;
}

void TlsFront::Accept() {
  acceptor_.async_accept([this](boost::system::error_code error, tcp::socket client) {
    if (error) return;
    boost::system::error_code ignored;
    client.set_option(tcp::no_delay(true), ignored);
    const auto executor = client.get_executor();
    asio::co_spawn(executor, Serve(std::make_shared<Pair>(std::move(client), tls_), behind_),
                   asio::detached);
    Accept();
  });
}

}  // namespace signboard::cli
