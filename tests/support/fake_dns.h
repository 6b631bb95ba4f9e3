// FakeDns is a DNS server on loopback that answers as scripted, over UDP and TCP on one port
// (RFC 1035): addresses, any TTL, a thousand records, errors, garbage, silence.
//
//   FakeDns dns;
//   dns.Set("www.a.cn", {.addresses = {"192.0.2.1", "2001:db8::1"}, .ttl = 0});
//
// An unknown name does not exist (NXDOMAIN). What does not fit in 512 bytes is truncated over UDP
// and whole over TCP.
//
// Threads: safe from any; one thread of its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "proto/base/mutex.h"

namespace signboard::testing {

class FakeDns {
 public:
  enum class Manner { kAnswer, kSilence, kGarbage };
  struct Zone {
    std::vector<std::string> addresses = {};  // IPv4 and IPv6.
    uint32_t ttl = 300;
    std::string cname = "";  // The addresses belong to this name.
    int rcode = 0;
    Manner manner = Manner::kAnswer;
  };

  FakeDns();
  ~FakeDns();
  FakeDns(const FakeDns&) = delete;
  FakeDns& operator=(const FakeDns&) = delete;

  uint16_t port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  void Set(const std::string& name, Zone zone);
  // Questions so far about the name, of any type.
  size_t Questions(const std::string& name) const;
  size_t Questions() const;

 private:
  void Serve();
  // Empty: silence.
  std::string Answer(const std::string& question, bool over_udp);
  void AnswerTcp();

  int udp_ = -1;
  int tcp_ = -1;
  uint16_t port_ = 0;
  std::atomic<bool> closing_{false};
  mutable base::Mutex mutex_;
  std::map<std::string, Zone> zones_ GUARDED_BY(mutex_);
  std::map<std::string, size_t> questions_ GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace signboard::testing
