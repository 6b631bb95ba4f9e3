// DripServer is thousands of web sites that take their time and a few that do not, on one thread
// and one epoll, so that who crawls them is what costs.
//
// The host decides. "slow<number>...": robots.txt is 404 after a second, and every page hangs until
// LetGo, by turns in its first byte, in its header and in its body, which come a few hundred bytes
// at a time. Every other host has a list at / and kPages pages /<i>.html, answered at once; the
// part of its name before the first digit is its group, whose pace is kept.
//
// Threads: safe from any; serves on its own.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "proto/base/mutex.h"

namespace signboard::testing {

class DripServer {
 public:
  static constexpr int kPages = 60;  // Of a fast host, beside its list.

  explicit DripServer(const std::string& address);
  ~DripServer();
  DripServer(const DripServer&) = delete;
  DripServer& operator=(const DripServer&) = delete;

  uint16_t port() const { return port_; }
  // The slow ones end what they hang in, and answer at once from then on.
  void LetGo() { let_go_ = true; }
  // Slow pages that are hanging.
  int hanging() const { return hanging_; }
  int slow_answers() const { return slow_answers_; }
  int slow_lost() const { return slow_lost_; }  // The client went away first.

  // How a group was crawled.
  struct Pace {
    int answers = 0;          // Pages and lists.
    double pages_per_s = 0;   // From the first to the last.
    double wait_ms_p50 = 0;   // From an answer to the next request of the same host.
    double wait_ms_p99 = 0;
  };
  Pace PaceOf(const std::string& group) const;

 private:
  struct Connection;
  struct Group {
    std::map<std::string, double> last;  // By host, when its last answer went out.
    std::vector<double> waits;
    double first_at = 0, last_at = 0;
    int answers = 0;
  };
  void Run();
  void Accept();
  bool Read(Connection* connection);
  void Answer(Connection* connection, const std::string& host, const std::string& path);
  void Drip(Connection* connection);
  bool Write(Connection* connection);
  void Drop(int socket);
  void Count(const std::string& host);

  int listener_ = -1, epoll_ = -1;
  uint16_t port_ = 0;
  std::atomic<bool> closing_{false}, let_go_{false};
  std::atomic<int> hanging_{0}, slow_answers_{0}, slow_lost_{0};
  mutable base::Mutex mutex_;
  std::map<std::string, Group> groups_ GUARDED_BY(mutex_);
  // The server thread's own.
  std::map<int, Connection> connections_;
  std::multimap<double, int> due_;  // When which slow connection is to move.
  std::thread thread_;
};

}  // namespace signboard::testing
