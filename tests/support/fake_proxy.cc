#include "tests/support/fake_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

namespace signboard::testing {
namespace {

std::string Read(int socket, size_t want) {
  std::string bytes(want, '\0');
  const auto got = recv(socket, bytes.data(), want, MSG_WAITALL);
  return got == static_cast<ssize_t>(want) ? bytes : std::string();
}

bool Write(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

size_t Byte(const std::string& bytes, size_t at) {
  return static_cast<size_t>(static_cast<unsigned char>(bytes[at]));
}

sockaddr_in Loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

}  // namespace

FakeProxy::FakeProxy(uint16_t backend) : backend_(backend) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = Loopback(0);
  socklen_t length = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, any, length) != 0 || listen(listener_, 64) != 0 ||
      getsockname(listener_, any, &length) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

FakeProxy::~FakeProxy() {
  closing_ = true;
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  std::vector<std::thread> threads;
  {
    base::MutexLock lock(mutex_);
    for (const int socket : open_) shutdown(socket, SHUT_RDWR);
    threads.swap(threads_);
  }
  for (std::thread& thread : threads) thread.join();
  close(listener_);
}

std::string FakeProxy::Url(const std::string& scheme) const {
  return scheme + "://127.0.0.1:" + std::to_string(port_);
}

std::vector<std::string> FakeProxy::Targets() const {
  base::MutexLock lock(mutex_);
  return targets_;
}

void FakeProxy::Note(const std::string& target) {
  base::MutexLock lock(mutex_);
  targets_.push_back(target);
}

void FakeProxy::Accept() {
  while (!closing_) {
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    base::MutexLock lock(mutex_);
    open_.insert(client);
    threads_.emplace_back([this, client] { Serve(client); });
  }
}

void FakeProxy::Serve(int client) {
  const std::string first = Read(client, 1);
  std::string onward;
  const bool served = !first.empty() && (first[0] == 5 ? ServeSocks(client)
                                                       : ServeHttp(client, first[0], &onward));
  if (served) {
    const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = Loopback(backend_);
    {
      base::MutexLock lock(mutex_);
      open_.insert(server);
    }
    if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
        Write(server, onward)) {
      std::thread back([this, client, server] { Carry(server, client); });
      Carry(client, server);
      back.join();
    }
    base::MutexLock lock(mutex_);
    open_.erase(server);
    close(server);
  }
  base::MutexLock lock(mutex_);
  open_.erase(client);
  close(client);
}

void FakeProxy::Carry(int from, int to) {
  char bytes[16'384];
  while (true) {
    const auto got = recv(from, bytes, sizeof bytes, 0);
    if (got <= 0 || !Write(to, std::string_view(bytes, static_cast<size_t>(got)))) break;
  }
  shutdown(to, SHUT_WR);
}

bool FakeProxy::ServeSocks(int client) {
  const std::string methods = Read(client, 1);
  if (methods.empty() || Read(client, Byte(methods, 0)).empty()) return false;
  if (!Write(client, std::string_view("\x05\x00", 2))) return false;
  const std::string head = Read(client, 4);
  if (head.size() != 4) return false;
  std::string host;
  if (head[3] == 1 || head[3] == 4) {
    const bool is_v6 = head[3] == 4;
    const std::string raw = Read(client, is_v6 ? 16 : 4);
    char text[INET6_ADDRSTRLEN] = "";
    if (!raw.empty()) inet_ntop(is_v6 ? AF_INET6 : AF_INET, raw.data(), text, sizeof text);
    host = text;
  } else {
    const std::string length = Read(client, 1);
    if (!length.empty()) host = Read(client, Byte(length, 0));
  }
  const std::string port = Read(client, 2);
  if (port.size() != 2) return false;
  Note("socks5 " + host + ":" + std::to_string(Byte(port, 0) << 8 | Byte(port, 1)));
  const char outcome = refuses_ ? 2 : 0;
  return Write(client, std::string("\x05", 1) + outcome +
                           std::string("\x00\x01\x00\x00\x00\x00\x00\x00", 8)) &&
         !refuses_;
}

bool FakeProxy::ServeHttp(int client, char first, std::string* onward) {
  std::string head(1, first);
  while (!head.ends_with("\r\n\r\n")) {
    const std::string next = Read(client, 1);
    if (next.empty()) return false;
    head += next;
  }
  const size_t space = head.find(' ');
  const std::string target = head.substr(space + 1, head.find(' ', space + 1) - space - 1);
  if (head.starts_with("CONNECT ")) {
    Note("connect " + target);
    Write(client, refuses_ ? "HTTP/1.1 403 Forbidden\r\nX-Of: proxy\r\n\r\n"
                           : "HTTP/1.1 200 Connection established\r\nX-Of: proxy\r\n\r\n");
    return !refuses_;
  }
  Note("forward " + target);
  if (refuses_) {
    Write(client, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    return false;
  }
  // The site is asked as an origin is: by path. One request a connection.
  const size_t path = target.find('/', target.find("://") + 3);
  *onward = head.substr(0, space + 1) + target.substr(path) +
            head.substr(space + 1 + target.size());
  return true;
}

}  // namespace signboard::testing
