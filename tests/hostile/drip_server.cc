#include "tests/hostile/drip_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cerrno>
#include <cstdlib>
#include <utility>

namespace signboard::testing {
namespace {

constexpr double kRobotsAfterSeconds = 1;
constexpr double kDripSeconds = 2;   // Above the crawler's low-speed limit, with kDripBytes.
constexpr size_t kDripBytes = 300;
constexpr size_t kSlowBodyBytes = 12'000;
constexpr int kEventsMax = 256;

double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string Head(const std::string& status, size_t length) {
  return "HTTP/1.1 " + status + "\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: " +
         std::to_string(length) + "\r\n";
}

std::string Page(const std::string& status, const std::string& body) {
  return Head(status, body.size()) + "\r\n" + body;
}

std::string FastBody(const std::string& path, int pages) {
  std::string body = "<title>" + path + "</title>";
  if (path == "/") {
    for (int i = 0; i < pages; ++i) {
      const std::string page = "/" + std::to_string(i) + ".html";
      body += "<li><a href='" + page + "'>" + page + "</a></li>";
    }
    return "<ul>" + body + "</ul>";
  }
  for (int i = 0; i < 40; ++i) body += "<p>全县各部门认真落实各项工作。" + path + "</p>";
  return body;
}

}  // namespace

struct DripServer::Connection {
  enum class State { kIdle, kRobots, kFirstByte, kHeader, kBody } state = State::kIdle;
  int socket = -1;
  std::string in;
  std::string out;   // What is to be sent now.
  std::string rest;  // What hangs.
  bool waits_to_write = false;
};

DripServer::DripServer(const std::string& address) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  inet_pton(AF_INET, address.c_str(), &at.sin_addr);
  socklen_t length = sizeof at;
  if (bind(listener_, reinterpret_cast<sockaddr*>(&at), length) != 0 ||
      listen(listener_, 4'096) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &length) != 0)
    std::abort();
  port_ = ntohs(at.sin_port);
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = listener_;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &event);
  thread_ = std::thread([this] { Run(); });
}

DripServer::~DripServer() {
  closing_ = true;
  thread_.join();
  for (const auto& [socket, connection] : connections_) close(socket);
  close(listener_);
  close(epoll_);
}

void DripServer::Run() {
  std::array<epoll_event, kEventsMax> events{};
  bool let_go = false;
  while (!closing_) {
    const int count = epoll_wait(epoll_, events.data(), kEventsMax, 50);
    for (int i = 0; i < count; ++i) {
      const int socket = events[static_cast<size_t>(i)].data.fd;
      if (socket == listener_) {
        Accept();
        continue;
      }
      const auto found = connections_.find(socket);
      if (found == connections_.end()) continue;
      const uint32_t what = events[static_cast<size_t>(i)].events;
      bool lives = (what & EPOLLERR) == 0;
      if (lives && (what & EPOLLOUT) != 0) lives = Write(&found->second);
      if (lives && (what & (EPOLLIN | EPOLLHUP)) != 0) lives = Read(&found->second);
      if (!lives) Drop(socket);
    }
    if (let_go_ && !let_go) {
      let_go = true;
      std::multimap<double, int> all;
      for (const auto& [at, socket] : due_) all.emplace(0, socket);
      due_ = std::move(all);
    }
    const double now = Now();
    while (!due_.empty() && due_.begin()->first <= now) {
      const int socket = due_.begin()->second;
      due_.erase(due_.begin());
      const auto found = connections_.find(socket);
      if (found == connections_.end()) continue;
      Drip(&found->second);
      if (!Write(&found->second)) Drop(socket);
    }
  }
}

void DripServer::Accept() {
  while (true) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) return;
    const int one = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = socket;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
    connections_[socket].socket = socket;
  }
}

bool DripServer::Read(Connection* connection) {
  std::array<char, 4'096> buffer{};
  while (true) {
    const ssize_t got = recv(connection->socket, buffer.data(), buffer.size(), 0);
    if (got == 0) return false;
    if (got < 0) break;
    connection->in.append(buffer.data(), static_cast<size_t>(got));
  }
  const size_t end = connection->in.find("\r\n\r\n");
  if (end == std::string::npos) return true;
  const std::string head = connection->in.substr(0, end + 2);
  connection->in.erase(0, end + 4);
  const size_t from = head.find(' ') + 1;
  const std::string path = head.substr(from, head.find(' ', from) - from);
  const size_t host = head.find("Host: ") + 6;
  Answer(connection, head.substr(host, head.find('\r', host) - host), path);
  return Write(connection);
}

void DripServer::Answer(Connection* connection, const std::string& host,
                        const std::string& path) {
  using State = Connection::State;
  const bool slow = host.starts_with("slow");
  if (path == "/robots.txt") {
    std::string& where = slow ? connection->rest : connection->out;
    where = Page("404 Not Found", "none");
    if (!slow) return;
    connection->state = State::kRobots;
    due_.emplace(Now() + kRobotsAfterSeconds, connection->socket);
    return;
  }
  if (!slow) {
    Count(host);
    connection->out = Page("200 OK", FastBody(path, kPages));
    return;
  }
  const std::string title = "<title>" + host + "</title><p>";
  const std::string body = title + std::string(kSlowBodyBytes - title.size(), 'x');
  const std::string whole = Page("200 OK", body);
  const size_t status_end = whole.find("\r\n") + 2;
  constexpr State kKinds[] = {State::kFirstByte, State::kHeader, State::kBody};
  connection->state = kKinds[std::strtoul(host.c_str() + 4, nullptr, 10) % 3];
  const size_t at_once = connection->state == State::kFirstByte ? 0
                         : connection->state == State::kHeader  ? status_end
                                                                : whole.find("\r\n\r\n") + 4;
  connection->out = whole.substr(0, at_once);
  connection->rest = whole.substr(at_once);
  ++hanging_;
  due_.emplace(Now() + kDripSeconds, connection->socket);
}

void DripServer::Drip(Connection* connection) {
  using State = Connection::State;
  const State state = connection->state;
  if (state == State::kRobots || let_go_) {
    connection->out += std::exchange(connection->rest, "");
    connection->state = State::kIdle;
    if (state == State::kRobots || state == State::kIdle) return;
    --hanging_;
    ++slow_answers_;
    return;
  }
  if (state == State::kHeader)
    connection->out += "X-Slow: " + std::string(kDripBytes, 'h') + "\r\n";
  if (state == State::kBody && connection->rest.size() > kDripBytes) {
    connection->out += connection->rest.substr(0, kDripBytes);
    connection->rest.erase(0, kDripBytes);
  }
  due_.emplace(Now() + kDripSeconds, connection->socket);
}

bool DripServer::Write(Connection* connection) {
  while (!connection->out.empty()) {
    const ssize_t sent =
        send(connection->socket, connection->out.data(), connection->out.size(), MSG_NOSIGNAL);
    if (sent <= 0) break;
    connection->out.erase(0, static_cast<size_t>(sent));
  }
  const bool waits = !connection->out.empty();
  if (waits && errno != EAGAIN) return false;
  if (waits == connection->waits_to_write) return true;
  connection->waits_to_write = waits;
  epoll_event event{};
  event.events = EPOLLIN | (waits ? EPOLLOUT : 0U);
  event.data.fd = connection->socket;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, connection->socket, &event);
  return true;
}

void DripServer::Drop(int socket) {
  using State = Connection::State;
  const State state = connections_[socket].state;
  if (state != State::kIdle && state != State::kRobots) {
    --hanging_;
    ++slow_lost_;
  }
  connections_.erase(socket);
  std::erase_if(due_, [socket](const auto& one) { return one.second == socket; });
  close(socket);
}

void DripServer::Count(const std::string& host) {
  const std::string name = host.substr(0, host.find_first_of("0123456789"));
  const double now = Now();
  base::MutexLock lock(mutex_);
  Group& group = groups_[name];
  if (group.answers++ == 0) group.first_at = now;
  group.last_at = now;
  const auto last = group.last.find(host);
  if (last != group.last.end()) group.waits.push_back((now - last->second) * 1e3);
  group.last[host] = now;
}

DripServer::Pace DripServer::PaceOf(const std::string& group) const {
  base::MutexLock lock(mutex_);
  const auto found = groups_.find(group);
  if (found == groups_.end()) return {};
  Pace pace;
  pace.answers = found->second.answers;
  const double seconds = found->second.last_at - found->second.first_at;
  if (seconds > 0) pace.pages_per_s = pace.answers / seconds;
  std::vector<double> waits = found->second.waits;
  std::sort(waits.begin(), waits.end());
  if (!waits.empty()) {
    pace.wait_ms_p50 = waits[waits.size() / 2];
    pace.wait_ms_p99 = waits[waits.size() * 99 / 100];
  }
  return pace;
}

}  // namespace signboard::testing
