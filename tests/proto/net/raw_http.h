// A client that sends exactly the bytes it is told to, for tests of servers: blocking sockets on
// loopback, with a time limit so that a silent server fails a test instead of hanging it.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/base/text.h"

namespace signboard::testing {

struct RawResponse {
  int status = 0;
  std::string head;  // Up to and with the empty line.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool whole = false;  // The body came as long as the head announced it.

  std::string Header(std::string_view name) const {
    for (const auto& [key, value] : headers)
      if (base::EqualsIgnoreCaseAscii(key, name)) return value;
    return "";
  }
  int CountOf(std::string_view name) const {
    int count = 0;
    for (const auto& [key, value] : headers) count += base::EqualsIgnoreCaseAscii(key, name);
    return count;
  }
};

class RawHttp {
 public:
  explicit RawHttp(uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    timeval limit{.tv_sec = 30, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    int one = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  }
  ~RawHttp() { ::close(socket_); }
  RawHttp(const RawHttp&) = delete;
  RawHttp& operator=(const RawHttp&) = delete;

  bool connected() const { return connected_; }

  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  // One answer; without a body for HEAD.
  RawResponse Read(bool head_only = false) {
    RawResponse response;
    size_t end = buffer_.find("\r\n\r\n");
    while (end == std::string::npos && More()) end = buffer_.find("\r\n\r\n");
    if (end == std::string::npos) return response;
    response.head = Take(end + 4);
    ParseHead(&response);
    const bool empty = head_only || response.status < 200 || response.status == 204 ||
                       response.status == 304;
    if (empty) {
      response.whole = true;
    } else if (base::EqualsIgnoreCaseAscii(response.Header("Transfer-Encoding"), "chunked")) {
      response.whole = ReadChunks(&response.body);
    } else if (const std::string length = response.Header("Content-Length"); !length.empty()) {
      const size_t wanted = std::stoul(length);
      while (buffer_.size() < wanted && More()) {
      }
      response.whole = buffer_.size() >= wanted;
      response.body = Take(std::min(wanted, buffer_.size()));
    } else {
      while (More()) {
      }
      response.body = Take(buffer_.size());
      response.whole = !reset_;
    }
    return response;
  }

  // True: the server has hung up and nothing more came.
  bool Closed() { return buffer_.empty() && !More(); }

 private:
  bool More() {
    char bytes[16384];
    const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
    if (count < 0) reset_ = true;
    if (count <= 0) return false;
    buffer_.append(bytes, static_cast<size_t>(count));
    return true;
  }

  std::string Take(size_t count) {
    std::string taken = buffer_.substr(0, count);
    buffer_.erase(0, count);
    return taken;
  }

  static void ParseHead(RawResponse* response) {
    bool first = true;
    for (std::string_view line : base::SplitAscii(response->head, '\n')) {
      line = base::TrimAscii(line);
      const size_t colon = line.find(':');
      if (first) {
        if (line.size() > 12) response->status = std::stoi(std::string(line.substr(9, 3)));
        first = false;
      } else if (colon != std::string_view::npos) {
        response->headers.emplace_back(std::string(line.substr(0, colon)),
                                       std::string(base::TrimAscii(line.substr(colon + 1))));
      }
    }
  }

  bool ReadChunks(std::string* body) {
    for (;;) {
      size_t end = buffer_.find("\r\n");
      while (end == std::string::npos && More()) end = buffer_.find("\r\n");
      if (end == std::string::npos) return false;
      const size_t size = std::stoul(Take(end + 2), nullptr, 16);
      while (buffer_.size() < size + 2 && More()) {
      }
      if (buffer_.size() < size + 2) return false;
      *body += Take(size);
      Take(2);
      if (size == 0) return true;
    }
  }

  int socket_;
  bool connected_ = false;
  bool reset_ = false;
  std::string buffer_;
};

inline RawResponse Fetch(uint16_t port, std::string_view target,
                         std::string_view more_headers = {}, std::string_view method = "GET",
                         std::string_view body = {}) {
  RawHttp client(port);
  std::string request = std::string(method) + " " + std::string(target) +
                        " HTTP/1.1\r\nHost: localhost:" + std::to_string(port) +
                        "\r\nConnection: close\r\n" + std::string(more_headers);
  if (!body.empty()) request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  client.Send(request + "\r\n" + std::string(body));
  return client.Read(method == "HEAD");
}

}  // namespace signboard::testing
