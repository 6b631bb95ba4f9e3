// TLS in front of a benchmark's site: what comes over TLS to one port goes on in the clear to
// another, in the site's process, so that none of it is counted.
//
// Threads: one, the executor's.
// Errors:  Make: kInternal, OpenSSL refuses; Listen: kUnavailable, no port.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/status.h"

namespace signboard::cli {

// A certificate for some hosts, signed by itself and good for a day, and its key.
struct BenchCertificate {
  std::string certificate_pem;
  std::string key_pem;
  static StatusOr<BenchCertificate> Make(const std::vector<std::string>& hosts);
};

class TlsFront {
 public:
  // At a free port of loopback; every connection goes on to `port` there.
  static StatusOr<std::unique_ptr<TlsFront>> Listen(boost::asio::any_io_executor executor,
                                                    const BenchCertificate& certificate,
                                                    uint16_t port);
  uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  TlsFront(const boost::asio::any_io_executor& executor, uint16_t behind)
      : acceptor_(executor), behind_(boost::asio::ip::address_v4::loopback(), behind) {}
  void Accept();

  boost::asio::ssl::context tls_{boost::asio::ssl::context::tls_server};
  boost::asio::ip::tcp::acceptor acceptor_;
  const boost::asio::ip::tcp::endpoint behind_;
};

}  // namespace signboard::cli
