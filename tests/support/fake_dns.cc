#include "tests/support/fake_dns.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cctype>
#include <cstdlib>

namespace signboard::testing {
namespace {

constexpr uint16_t kTypeA = 1;
constexpr uint16_t kTypeCname = 5;
constexpr uint16_t kTypeAaaa = 28;
constexpr size_t kHeaderBytes = 12;
constexpr size_t kUdpBytesMax = 512;
constexpr int kNoSuchName = 3;

std::string Be16(size_t n) { return {static_cast<char>(n >> 8), static_cast<char>(n)}; }

std::string WireName(const std::string& name) {
  std::string wire;
  size_t from = 0;
  while (from < name.size()) {
    const size_t dot = std::min(name.find('.', from), name.size());
    wire += static_cast<char>(dot - from);
    wire += name.substr(from, dot - from);
    from = dot + 1;
  }
  return wire + '\0';
}

// The name of the first question, in lower case, and where it ends.
std::string QuestionName(const std::string& message, size_t* end) {
  std::string name;
  size_t at = kHeaderBytes;
  while (at < message.size() && message[at] != 0) {
    const auto length = static_cast<size_t>(static_cast<unsigned char>(message[at]));
    if (at + 1 + length > message.size()) break;
    if (!name.empty()) name += '.';
    for (const char c : message.substr(at + 1, length))
      name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    at += 1 + length;
  }
  *end = at + 1;
  return name;
}

std::string Record(const std::string& owner, uint16_t type, uint32_t ttl,
                   const std::string& data) {
  return owner + Be16(type) + Be16(1) + Be16(ttl >> 16) + Be16(ttl & 0xffff) + Be16(data.size()) +
         data;
}

}  // namespace

FakeDns::FakeDns() {
  udp_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  tcp_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (bind(tcp_, any, length) != 0 || listen(tcp_, 64) != 0 ||
      getsockname(tcp_, any, &length) != 0 || bind(udp_, any, length) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Serve(); });
}

FakeDns::~FakeDns() {
  closing_ = true;
  thread_.join();
  close(udp_);
  close(tcp_);
}

void FakeDns::Set(const std::string& name, Zone zone) {
  base::MutexLock lock(mutex_);
  zones_[name] = std::move(zone);
}

size_t FakeDns::Questions(const std::string& name) const {
  base::MutexLock lock(mutex_);
  const auto found = questions_.find(name);
  return found == questions_.end() ? 0 : found->second;
}

size_t FakeDns::Questions() const {
  base::MutexLock lock(mutex_);
  size_t all = 0;
  for (const auto& [name, count] : questions_) all += count;
  return all;
}

void FakeDns::Serve() {
  while (!closing_) {
    pollfd sockets[] = {{udp_, POLLIN, 0}, {tcp_, POLLIN, 0}};
    if (poll(sockets, 2, 20) <= 0) continue;
    if ((sockets[1].revents & POLLIN) != 0) AnswerTcp();
    if ((sockets[0].revents & POLLIN) == 0) continue;
    char bytes[1024];
    sockaddr_in from{};
    socklen_t length = sizeof from;
    auto* any = reinterpret_cast<sockaddr*>(&from);
    const auto got = recvfrom(udp_, bytes, sizeof bytes, 0, any, &length);
    if (got < static_cast<ssize_t>(kHeaderBytes)) continue;
    const std::string answer = Answer(std::string(bytes, static_cast<size_t>(got)), true);
    if (!answer.empty()) sendto(udp_, answer.data(), answer.size(), 0, any, length);
  }
}

// One question, as a client sends it that was told to come by TCP.
void FakeDns::AnswerTcp() {
  const int client = accept4(tcp_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  const timeval patience{1, 0};
  setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const auto read = [client](size_t want) {
    std::string bytes(want, '\0');
    const auto got = recv(client, bytes.data(), want, MSG_WAITALL);
    return got == static_cast<ssize_t>(want) ? bytes : std::string();
  };
  // A connection stays for further questions.
  while (!closing_) {
    const std::string head = read(2);
    if (head.empty()) break;
    const auto high = static_cast<unsigned char>(head[0]);
    const auto low = static_cast<unsigned char>(head[1]);
    const std::string question = read(static_cast<size_t>(high) << 8 | low);
    if (question.size() < kHeaderBytes) break;
    const std::string answer = Answer(question, false);
    const std::string framed = Be16(answer.size()) + answer;
    if (answer.empty() || send(client, framed.data(), framed.size(), MSG_NOSIGNAL) < 0) break;
  }
  close(client);
}

std::string FakeDns::Answer(const std::string& question, bool over_udp) {
  size_t end = 0;
  const std::string name = QuestionName(question, &end);
  if (end + 4 > question.size()) return "";
  const bool wants_v6 = question[end + 1] == kTypeAaaa;
  Zone zone;
  {
    base::MutexLock lock(mutex_);
    ++questions_[name];
    const auto found = zones_.find(name);
    if (found == zones_.end()) {
      zone.rcode = kNoSuchName;
    } else {
      zone = found->second;
    }
  }
  if (zone.manner == Manner::kSilence) return "";
  if (zone.manner == Manner::kGarbage) {
    // The right id, so that it is looked at; a name that points at itself, counts that lie.
    return question.substr(0, 2) + std::string("\x81\x80\x00\x01\xff\xff\xff\xff\xff\xff", 10) +
           "\xc0\x0c\xc0\x0c\xff\x01";
  }
  std::string records;
  size_t count = 0;
  std::string owner = "\xc0\x0c";  // The question's name.
  if (!zone.cname.empty()) {
    records += Record(owner, kTypeCname, zone.ttl, WireName(zone.cname));
    owner = WireName(zone.cname);
    ++count;
  }
  for (const std::string& address : zone.addresses) {
    const bool is_v6 = address.find(':') != std::string::npos;
    if (is_v6 != wants_v6) continue;
    char bytes[16];
    inet_pton(is_v6 ? AF_INET6 : AF_INET, address.c_str(), bytes);
    records += Record(owner, is_v6 ? kTypeAaaa : kTypeA, zone.ttl,
                      std::string(bytes, is_v6 ? 16 : 4));
    ++count;
  }
  const std::string asked = question.substr(kHeaderBytes, end + 4 - kHeaderBytes);
  const bool cut = over_udp && kHeaderBytes + asked.size() + records.size() > kUdpBytesMax;
  const char flags[] = {static_cast<char>(cut ? 0x87 : 0x85),
                        static_cast<char>(0x80 | zone.rcode)};
  return question.substr(0, 2) + std::string(flags, 2) + Be16(1) + Be16(cut ? 0 : count) +
         Be16(0) + Be16(0) + asked + (cut ? std::string() : records);
}

}  // namespace signboard::testing
