#include "tests/support/fake_site.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "tests/support/fake_site_tls.h"

namespace signboard::testing {
namespace {

// The value of a header line of a request head; empty: none.
std::string HeaderOf(const std::string& head, std::string_view name) {
  size_t at = 0;
  while ((at = head.find("\r\n", at)) != std::string::npos) {
    at += 2;
    if (head.size() > at + name.size() && head[at + name.size()] == ':' &&
        strncasecmp(head.data() + at, name.data(), name.size()) == 0) {
      const size_t from = head.find_first_not_of(' ', at + name.size() + 1);
      return head.substr(from, head.find("\r\n", at) - from);
    }
  }
  return "";
}

}  // namespace

// One socket, with or without TLS.
class FakeSite::Connection {
 public:
  Connection(int socket, SSL_CTX* tls) : socket_(socket) {
    if (tls == nullptr) return;
    ssl_ = SSL_new(tls);
    SSL_set_fd(ssl_, socket);
    ok_ = SSL_accept(ssl_) == 1;
  }
  ~Connection() {
    if (ssl_ != nullptr) SSL_free(ssl_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool ok() const { return ok_; }
  int socket() const { return socket_; }

  bool Write(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto n = ssl_ != nullptr
                         ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                         : send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }

  // A request head; empty: the client went.
  std::string ReadHead() {
    while (true) {
      const size_t end = buffer_.find("\r\n\r\n");
      if (end != std::string::npos) {
        std::string head = buffer_.substr(0, end + 4);
        buffer_.erase(0, end + 4);
        return head;
      }
      char bytes[4096];
      const auto n = ssl_ != nullptr ? SSL_read(ssl_, bytes, sizeof bytes)
                                     : recv(socket_, bytes, sizeof bytes, 0);
      if (n <= 0) return "";
      buffer_.append(bytes, static_cast<size_t>(n));
    }
  }

  void WaitUntilClientGoes() {
    char byte = 0;
    while (recv(socket_, &byte, 1, 0) > 0) {
    }
  }

  void Shutdown() {
    if (ssl_ != nullptr) SSL_shutdown(ssl_);
    shutdown(socket_, SHUT_WR);
    if (ssl_ == nullptr) WaitUntilClientGoes();
  }

 private:
  const int socket_;
  SSL* ssl_ = nullptr;
  bool ok_ = true;
  std::string buffer_;
};

FakeSite::FakeSite(bool tls, bool claims_http2, const std::string& address) : address_(address) {
  std::signal(SIGPIPE, SIG_IGN);  // SSL_write has no MSG_NOSIGNAL.
  if (tls) tls_ = MakeSelfSignedContext(claims_http2);
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in bound{};
  bound.sin_family = AF_INET;
  inet_pton(AF_INET, address_.c_str(), &bound.sin_addr);
  socklen_t length = sizeof bound;
  if (bind(listener_, reinterpret_cast<sockaddr*>(&bound), length) != 0 ||
      listen(listener_, 1024) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&bound), &length) != 0) {
    std::abort();
  }
  port_ = ntohs(bound.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

FakeSite::~FakeSite() {
  closing_ = true;
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  std::vector<std::thread> threads;
  {
    base::MutexLock lock(mutex_);
    for (const int socket : open_) shutdown(socket, SHUT_RDWR);
    threads.swap(threads_);
    ended_.NotifyAll();
  }
  for (std::thread& thread : threads) thread.join();
  close(listener_);
  SSL_CTX_free(tls_);
}

std::string FakeSite::Url(std::string_view path) const {
  return (tls_ != nullptr ? "https://" : "http://") + address_ + ":" + std::to_string(port_) +
         std::string(path);
}

void FakeSite::Serve(const std::string& path, Script script) {
  base::MutexLock lock(mutex_);
  scripts_[path] = std::move(script);
}

void FakeSite::ServeHost(const std::string& host,
                         std::function<Script(const std::string& path)> make) {
  base::MutexLock lock(mutex_);
  hosts_[host] = std::move(make);
}

void FakeSite::ServeWith(std::function<Script(const std::string& head)> make) {
  base::MutexLock lock(mutex_);
  make_ = std::move(make);
}

FakeSite::Script FakeSite::Page(std::string_view status, const std::vector<std::string>& headers,
                                std::string_view body) {
  std::string bytes = "HTTP/1.1 " + std::string(status) + "\r\n";
  for (const std::string& header : headers) bytes += header + "\r\n";
  bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  return {Send(bytes + std::string(body))};
}

std::vector<std::string> FakeSite::Requests() const {
  base::MutexLock lock(mutex_);
  return requests_;
}

void FakeSite::Accept() {
  while (true) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) {
      if (closing_) return;
      continue;
    }
    base::MutexLock lock(mutex_);
    open_.insert(socket);
    threads_.emplace_back([this, socket] { Answer(socket); });
  }
}

void FakeSite::Answer(int socket) {
  {
    Connection connection(socket, tls_);
    while (connection.ok() && !closing_) {
      const std::string head = connection.ReadHead();
      if (head.empty()) break;
      {
        base::MutexLock lock(mutex_);
        requests_.push_back(head);
      }
      if (!Play(connection, ScriptFor(head))) break;
    }
  }
  base::MutexLock lock(mutex_);
  open_.erase(socket);
  close(socket);
}

FakeSite::Script FakeSite::ScriptFor(const std::string& head) const {
  std::function<Script(const std::string&)> make;
  {
    base::MutexLock lock(mutex_);
    make = make_;
  }
  if (make) return make(head);  // Without the lock: it may ask the site.
  base::MutexLock lock(mutex_);
  const size_t from = head.find(' ') + 1;
  const std::string path = head.substr(from, head.find(' ', from) - from);
  const std::string host = HeaderOf(head, "Host");
  for (const std::string& name : {host + path, host.substr(0, host.find(':')) + path, path}) {
    const auto found = scripts_.find(name);
    if (found != scripts_.end()) return found->second;
  }
  const auto by_host = hosts_.find(host.substr(0, host.find(':')));
  if (by_host != hosts_.end()) return by_host->second(path);
  return Page("404 Not Found", {}, "no such path");
}

bool FakeSite::Play(Connection& connection, const Script& script) {
  for (const Step& step : script) {
    switch (step.kind) {
      case Step::Kind::kSend:
        if (!connection.Write(step.bytes)) return false;
        break;
      case Step::Kind::kRepeat:
        while (connection.Write(step.bytes)) {
          if (!Sleep(step.pause)) return false;
        }
        return false;
      case Step::Kind::kPause:
        if (!Sleep(step.pause)) return false;
        break;
      case Step::Kind::kHang:
        connection.WaitUntilClientGoes();
        return false;
      case Step::Kind::kClose:
        connection.Shutdown();
        return false;
      case Step::Kind::kReset: {
        const linger now{1, 0};
        setsockopt(connection.socket(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
        return false;
      }
    }
  }
  return true;
}

bool FakeSite::Sleep(Millis span) {
  const auto until = std::chrono::steady_clock::now() + span;
  base::MutexLock lock(mutex_);
  while (!closing_) {
    const auto left = until - std::chrono::steady_clock::now();
    if (left <= left.zero()) return true;
    ended_.WaitFor(mutex_, left);
  }
  return false;
}

}  // namespace signboard::testing
