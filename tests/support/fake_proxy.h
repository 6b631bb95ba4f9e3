// FakeProxy is a proxy on loopback: SOCKS5 (RFC 1928), CONNECT and plain HTTP requests (RFC 9110
// section 7.6, RFC 9112 section 3.2.2) on one port. It writes down every target it was given, and
// connects to one backend whatever the target, for what tests name is not there.
//
// Threads: safe from any; two threads a connection.
#pragma once

#include <atomic>
#include <cstdint>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "proto/base/mutex.h"

namespace signboard::testing {

class FakeProxy {
 public:
  explicit FakeProxy(uint16_t backend);
  ~FakeProxy();
  FakeProxy(const FakeProxy&) = delete;
  FakeProxy& operator=(const FakeProxy&) = delete;

  // "socks5://127.0.0.1:port"
  std::string Url(const std::string& scheme) const;
  // From now on: SOCKS "not allowed by ruleset", 403 to CONNECT, 407 to other requests.
  void Refuse() { refuses_ = true; }

  // "socks5 1.2.3.4:80", "connect www.a.cn:443", "forward http://www.a.cn/", in order.
  std::vector<std::string> Targets() const;

 private:
  void Accept();
  void Serve(int client);
  // What to send to the backend first; false: the client is not served.
  bool ServeSocks(int client);
  bool ServeHttp(int client, char first, std::string* onward);
  void Carry(int from, int to);
  void Note(const std::string& target);

  const uint16_t backend_;
  int listener_ = -1;
  uint16_t port_ = 0;
  std::atomic<bool> refuses_{false};
  std::atomic<bool> closing_{false};
  mutable base::Mutex mutex_;
  std::vector<std::string> targets_ GUARDED_BY(mutex_);
  std::set<int> open_ GUARDED_BY(mutex_);
  std::vector<std::thread> threads_ GUARDED_BY(mutex_);
  std::thread acceptor_;
};

}  // namespace signboard::testing
