#include "proto/net/resolver.h"

#include <ares.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cassert>
#include <cstring>
#include <list>
#include <unordered_map>
#include <utility>

#include "proto/base/text.h"
#include "proto/net/socket_watch.h"

namespace signboard::net {

namespace asio = boost::asio;
using boost::system::error_code;
using Instant = Resolver::Instant;

namespace {

// A question is asked twice of each server, for 2 and for 4 seconds.
constexpr int kTimeoutMs = 2'000;
constexpr int kTries = 2;
constexpr size_t kNameBytesMax = 253;  // RFC 1035 section 2.3.4, without the root's dot.

void InitAresOnce() {
  static const int code = ares_library_init(ARES_LIB_INIT_ALL);
  assert(code == ARES_SUCCESS);
  (void)code;
}

std::string FailureOf(const std::string& name, int status) {
  switch (status) {
    case ARES_ENOTFOUND:
      return "the name " + name + " does not exist";
    case ARES_ENODATA:
      return "the name " + name + " has no address";
    case ARES_ETIMEOUT:
    case ARES_ECONNREFUSED:  // Also when each said that it cannot answer (SERVFAIL, REFUSED).
      return "no DNS server has an answer about " + name;
    case ARES_EBADNAME:
    case ARES_EBADSTR:
      return name.substr(0, kNameBytesMax) + " is no name that DNS could know";
    default:
      return "looking up " + name + ": " + ares_strerror(status);
  }
}

asio::ip::address AddressOf(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof in);
    return asio::ip::address_v4(ntohl(in.sin_addr.s_addr));
  }
  sockaddr_in6 in{};
  std::memcpy(&in, address, sizeof in);
  asio::ip::address_v6::bytes_type bytes;
  std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
  return asio::ip::address_v6(bytes);
}

// Case and the root's dot make no other name (RFC 4343).
std::string KeyOf(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  return base::ToLowerAscii(host);
}

}  // namespace

class Resolver::State : public std::enable_shared_from_this<Resolver::State> {
 public:
  // One question to the world, and those who wait for its answer.
  struct Lookup {
    std::string name;
    bool done = false;
    Resolution result;
    std::list<asio::steady_timer*> waiting;
  };

  State(asio::io_context& io, const AddressGuard* guard, ResolverOptions options)
      : options_(std::move(options)), guard_(guard), timer_(io) {}
  ~State() { Close(); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void Open(asio::io_context& io) {
    sockets_ = std::make_unique<SocketWatch>(
        io, [weak = weak_from_this()](int socket, SocketWatch::Event event) {
          const auto self = weak.lock();
          if (!self) return;
          self->Act(event == SocketWatch::Event::kWritable ? ARES_SOCKET_BAD : socket,
                    event == SocketWatch::Event::kReadable ? ARES_SOCKET_BAD : socket);
        });
    ares_options ares{};
    char lookups[] = "fb";  // Files before DNS.
    ares.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
    ares.timeout = kTimeoutMs;
    ares.tries = kTries;
    ares.lookups = lookups;
    ares.sock_state_cb = &State::OnSocket;
    ares.sock_state_cb_data = this;
    const int status = ares_init_options(&channel_, &ares,
                                         ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
                                             ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB);
    if (status != ARES_SUCCESS) {
      channel_ = nullptr;
      return;
    }
    std::string servers;
    for (const auto& server : options_.servers) {
      const bool is_v6 = server.address().is_v6();
      servers += (servers.empty() ? "" : ",") + std::string(is_v6 ? "[" : "") +
                 server.address().to_string() + (is_v6 ? "]:" : ":") +
                 std::to_string(server.port());
    }
    if (!servers.empty()) ares_set_servers_ports_csv(channel_, servers.c_str());
  }

  void Close() {
    if (channel_ == nullptr) return;
    ares_destroy(channel_);  // Ends each lookup through OnAnswer.
    channel_ = nullptr;
    sockets_->Close();
    timer_.cancel();
  }

  // What is known, or the lookup that will tell.
  std::shared_ptr<Lookup> Find(const std::string& name) {
    const auto [found, is_new] = names_.try_emplace(name);
    Entry& entry = found->second;
    if (is_new) {
      entry.place = by_use_.insert(by_use_.end(), name);
    } else {
      by_use_.splice(by_use_.end(), by_use_, entry.place);
    }
    const bool is_fresh = entry.lookup && (!entry.lookup->done || options_.now() < entry.until);
    if (is_fresh) return entry.lookup;
    auto lookup = std::make_shared<Lookup>();
    lookup->name = name;
    entry.lookup = lookup;
    Trim();
    Ask(lookup);
    return lookup;
  }

  size_t size() const { return names_.size(); }

 private:
  struct Entry {
    std::shared_ptr<Lookup> lookup;
    Instant until;  // Holds once the lookup is done.
    std::list<std::string>::iterator place;
  };
  struct Question {
    std::shared_ptr<State> state;
    std::shared_ptr<Lookup> lookup;
  };

  static void OnSocket(void* self, ares_socket_t socket, int readable, int writable) {
    static_cast<State*>(self)->sockets_->Want(socket, readable != 0, writable != 0);
  }

  static void OnAnswer(void* argument, int status, int /*timeouts*/, ares_addrinfo* found) {
    const std::unique_ptr<Question> question(static_cast<Question*>(argument));
    question->state->Answered(*question->lookup, status, found);
    if (found != nullptr) ares_freeaddrinfo(found);
  }

  void Ask(const std::shared_ptr<Lookup>& lookup) {
    if (channel_ == nullptr || lookup->name.size() > kNameBytesMax || lookup->name.empty()) {
      Answered(*lookup, channel_ == nullptr ? ARES_ENOTINITIALIZED : ARES_EBADNAME, nullptr);
      return;
    }
    ares_addrinfo_hints hints{};
    // Sorting would open a socket for each of perhaps a thousand addresses.
    hints.ai_flags = ARES_AI_NOSORT;
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    auto question = std::make_unique<Question>(Question{shared_from_this(), lookup});
    ares_getaddrinfo(channel_, lookup->name.c_str(), nullptr, &hints, &State::OnAnswer,
                     question.release());
    SetTimer();
  }

  void Answered(Lookup& lookup, int status, const ares_addrinfo* found) {
    Millis holds = options_.failure_for;
    if (status == ARES_SUCCESS && found != nullptr) {
      holds = Take(*found, &lookup.result);
      if (lookup.result.addresses.empty() && lookup.result.refused.empty()) {
        lookup.result.failure = FailureOf(lookup.name, ARES_ENODATA);
        holds = options_.failure_for;
      }
    } else {
      lookup.result.cancelled = status == ARES_EDESTRUCTION || status == ARES_ECANCELLED;
      lookup.result.failure = FailureOf(lookup.name, status);
    }
    lookup.done = true;
    const auto entry = names_.find(lookup.name);
    if (entry != names_.end() && entry->second.lookup.get() == &lookup) {
      entry->second.until = options_.now() + holds;
    }
    for (asio::steady_timer* waiting : lookup.waiting) waiting->cancel();
  }

  // Says how long the answer holds.
  Millis Take(const ares_addrinfo& found, Resolution* result) const {
    Millis ttl = options_.ttl_max;
    const auto shorten = [&ttl](int seconds) {
      ttl = std::min(ttl, Millis(std::max(seconds, 0)) * 1'000);
    };
    for (const auto* cname = found.cnames; cname != nullptr; cname = cname->next)
      shorten(cname->ttl);
    for (const int family : {AF_INET, AF_INET6}) {
      for (const auto* node = found.nodes; node != nullptr; node = node->ai_next) {
        if (node->ai_family != family) continue;
        shorten(node->ai_ttl);
        if (result->addresses.size() == kAddressesMax) continue;
        const asio::ip::address address = AddressOf(node->ai_addr);
        const asio::ip::tcp::endpoint endpoint(address, 0);
        if (!guard_->AllowsAddress(endpoint.data(), static_cast<socklen_t>(endpoint.size()))) {
          result->refused = address.to_string();
        } else if (std::find(result->addresses.begin(), result->addresses.end(), address) ==
                   result->addresses.end()) {
          result->addresses.push_back(address);
        }
      }
    }
    return std::max(ttl, options_.ttl_min);
  }

  void Act(int readable, int writable) {
    if (channel_ == nullptr) return;
    ares_process_fd(channel_, readable, writable);
    SetTimer();
  }

  // For the next question that nobody answers.
  void SetTimer() {
    timeval left{};
    if (channel_ == nullptr || ares_timeout(channel_, nullptr, &left) == nullptr) {
      timer_.cancel();
      return;
    }
    timer_.expires_after(std::chrono::seconds(left.tv_sec) +
                         std::chrono::microseconds(left.tv_usec));
    timer_.async_wait([weak = weak_from_this()](error_code error) {
      if (error) return;
      if (const auto self = weak.lock()) self->Act(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    });
  }

  // What is in flight stays, and so does what was asked last.
  void Trim() {
    auto oldest = by_use_.begin();
    while (names_.size() > options_.names_max && std::next(oldest) != by_use_.end()) {
      const auto found = names_.find(*oldest);
      if (!found->second.lookup->done) {
        ++oldest;
        continue;
      }
      names_.erase(found);
      oldest = by_use_.erase(oldest);
    }
  }

  const ResolverOptions options_;
  const AddressGuard* const guard_;
  asio::steady_timer timer_;
  std::unique_ptr<SocketWatch> sockets_;
  ares_channel channel_ = nullptr;  // nullptr once closed.
  std::unordered_map<std::string, Entry> names_;
  std::list<std::string> by_use_;  // Least recently asked first.
};

Resolver::Resolver(asio::io_context& io, const AddressGuard* guard, ResolverOptions options) {
  InitAresOnce();
  state_ = std::make_shared<State>(io, guard, std::move(options));
  state_->Open(io);
}

Resolver::~Resolver() { state_->Close(); }

size_t Resolver::size() const { return state_->size(); }

StatusOr<std::vector<asio::ip::udp::endpoint>> Resolver::ParseServers(
    const std::vector<std::string>& texts) {
  std::vector<asio::ip::udp::endpoint> servers;
  for (const std::string& text : texts) {
    constexpr uint16_t kDnsPort = 53;
    error_code error;
    asio::ip::address address = asio::ip::make_address(text, error);
    int64_t port = kDnsPort;
    if (error) {
      const size_t colon = text.rfind(':');
      std::string host = text.substr(0, colon);
      if (host.size() > 2 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
      address = asio::ip::make_address(host, error);
      const auto digits = colon == std::string::npos ? "" : text.substr(colon + 1);
      const bool is_port = !digits.empty() && digits.size() <= 5 &&
                           digits.find_first_not_of("0123456789") == std::string::npos;
      port = is_port ? std::stol(digits) : 0;
    }
    if (error || port < 1 || port > 65'535) {
      return base::InvalidArgument("DNS server '" + text +
                                   "' is no address such as 192.0.2.1 or [2001:db8::1]:53");
    }
    servers.emplace_back(address, static_cast<uint16_t>(port));
  }
  return servers;
}

asio::awaitable<Resolution> Resolver::Resolve(std::string host, Instant until) {
  const std::shared_ptr<State> state = state_;
  const std::shared_ptr<State::Lookup> lookup = state->Find(KeyOf(host));
  if (lookup->done) co_return lookup->result;
  asio::steady_timer timer(co_await asio::this_coro::executor, until);
  // However this coroutine ends, nobody wakes it afterwards.
  struct Waiting {
    State::Lookup* lookup;
    asio::steady_timer* timer;
    Waiting(State::Lookup* l, asio::steady_timer* t) : lookup(l), timer(t) {
      lookup->waiting.push_back(timer);
    }
    ~Waiting() { lookup->waiting.remove(timer); }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
  } const waiting(lookup.get(), &timer);
  const auto [error] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  if (lookup->done) co_return lookup->result;
  Resolution none;
  none.cancelled = error == asio::error::operation_aborted;
  none.failure = "no DNS server answered about " + lookup->name + " in time";
  co_return none;
}

}  // namespace signboard::net
