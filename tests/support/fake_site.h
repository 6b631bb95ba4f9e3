// FakeSite is a web site that does exactly as scripted: an HTTP/1.1 server on loopback, written on
// bare sockets, because what a crawler must survive is what no decent server would send.
//
//   FakeSite site;
//   site.Serve("/a", FakeSite::Page("200 OK", {"Content-Type: text/html"}, "<p>a</p>"));
//   site.Serve("b.cn/slow", {Send("HTTP/1.1 200 OK\r\n"), Pause(Millis(500)), Reset()});
//
// A path served as "host/path" answers for that virtual host; "/path" for every host. The last
// script given for a path is the one played; an unknown path is 404. After a script the connection
// stays open for the next request, unless the script ended it.
//
// Threads: safe from any; one thread per connection.
#pragma once

#include <openssl/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "proto/base/mutex.h"
#include "proto/base/time.h"

namespace signboard::testing {

class FakeSite {
 public:
  struct Step {
    enum class Kind {
      kSend,     // `bytes` as they are.
      kRepeat,   // `bytes` again and again until the client goes, each after `pause`.
      kPause,
      kHang,     // Until the client goes.
      kClose,    // A clean end.
      kReset,    // RST instead of FIN.
    } kind;
    std::string bytes;
    Millis pause{0};
  };
  using Script = std::vector<Step>;

  // `tls`: speaks TLS with a certificate nobody vouches for, made for "localhost".
  // `claims_http2`: and agrees to speak HTTP/2, which it does not. `address`: one of loopback's.
  explicit FakeSite(bool tls = false, bool claims_http2 = false,
                    const std::string& address = "127.0.0.1");
  ~FakeSite();
  FakeSite(const FakeSite&) = delete;
  FakeSite& operator=(const FakeSite&) = delete;

  uint16_t port() const { return port_; }
  std::string Url(std::string_view path) const;  // http(s)://address:port/path

  void Serve(const std::string& path, Script script);
  // A script per path of a virtual host, for paths that were not served otherwise.
  void ServeHost(const std::string& host, std::function<Script(const std::string& path)> make);
  // A script per request, from its head; overrides Serve.
  void ServeWith(std::function<Script(const std::string& head)> make);

  // A whole answer with its Content-Length. `status` is "200 OK"; header lines without CRLF.
  static Script Page(std::string_view status, const std::vector<std::string>& headers,
                     std::string_view body);

  // The heads of the requests so far, from request line to empty line.
  std::vector<std::string> Requests() const;
  size_t RequestCount() const { return Requests().size(); }

 private:
  class Connection;
  void Accept();
  void Answer(int socket);
  Script ScriptFor(const std::string& head) const;
  bool Play(Connection& connection, const Script& script);
  bool Sleep(Millis span);  // False: the site is closing.

  const std::string address_;
  int listener_ = -1;
  uint16_t port_ = 0;
  SSL_CTX* tls_ = nullptr;
  std::atomic<bool> closing_{false};
  mutable base::Mutex mutex_;
  base::CondVar ended_;
  std::map<std::string, Script> scripts_ GUARDED_BY(mutex_);
  std::function<Script(const std::string&)> make_ GUARDED_BY(mutex_);
  std::map<std::string, std::function<Script(const std::string&)>> hosts_ GUARDED_BY(mutex_);
  std::vector<std::string> requests_ GUARDED_BY(mutex_);
  std::set<int> open_ GUARDED_BY(mutex_);
  std::vector<std::thread> threads_ GUARDED_BY(mutex_);
  std::thread acceptor_;
};

inline FakeSite::Step Send(std::string bytes) {
  return {FakeSite::Step::Kind::kSend, std::move(bytes), Millis(0)};
}
inline FakeSite::Step Repeat(std::string bytes, Millis pause = Millis(0)) {
  return {FakeSite::Step::Kind::kRepeat, std::move(bytes), pause};
}
inline FakeSite::Step Pause(Millis span) { return {FakeSite::Step::Kind::kPause, "", span}; }
inline FakeSite::Step Hang() { return {FakeSite::Step::Kind::kHang, "", Millis(0)}; }
inline FakeSite::Step Close() { return {FakeSite::Step::Kind::kClose, "", Millis(0)}; }
inline FakeSite::Step Reset() { return {FakeSite::Step::Kind::kReset, "", Millis(0)}; }

}  // namespace signboard::testing
