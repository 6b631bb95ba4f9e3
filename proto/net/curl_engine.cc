#include "proto/net/curl_engine.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cassert>
#include <chrono>
#include <unordered_map>
#include <utility>
#include <vector>

#include "proto/net/socket_watch.h"

namespace signboard::net {

namespace asio = boost::asio;
using boost::system::error_code;
using Instant = CurlEngine::Instant;
using Steady = std::chrono::steady_clock;

namespace {

// Idle connections kept for the next request to the same host.
constexpr long kIdleConnectionsMax = 256;

void InitCurlOnce() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  assert(code == CURLE_OK);
  (void)code;
}

}  // namespace

class CurlEngine::State : public std::enable_shared_from_this<CurlEngine::State> {
 public:
  // A coroutine asleep in Perform. `wake` is cancelled to wake it.
  struct Transfer {
    explicit Transfer(asio::io_context& io) : wake(io) {}
    asio::steady_timer wake;
    bool done = false;
    bool look = false;
    CURLcode code = CURLE_ABORTED_BY_CALLBACK;
  };

  explicit State(asio::io_context& io) : io_(io), timer_(io), multi_(curl_multi_init()) {}
  ~State() { Close(); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  asio::io_context& io() { return io_; }

  void Open() {
    sockets_ = std::make_unique<SocketWatch>(
        io_, [weak = weak_from_this()](int socket, SocketWatch::Event event) {
          using Event = SocketWatch::Event;
          const int events = event == Event::kReadable   ? CURL_CSELECT_IN
                             : event == Event::kWritable ? CURL_CSELECT_OUT
                                                         : CURL_CSELECT_ERR;
          if (const auto self = weak.lock()) self->Act(socket, events);
        });
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &State::OnSocket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &State::OnTimer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kIdleConnectionsMax);
  }

  bool Add(CURL* easy, Transfer* transfer) {
    if (multi_ == nullptr || curl_multi_add_handle(multi_, easy) != CURLM_OK) return false;
    transfers_.emplace(easy, transfer);
    return true;
  }

  void LookSoon(CURL* easy) {
    const auto found = transfers_.find(easy);
    if (found == transfers_.end()) return;
    found->second->look = true;
    found->second->wake.cancel();
  }

  // Ends a transfer that did not end by itself; nothing if it did.
  void Remove(CURL* easy) {
    if (transfers_.erase(easy) == 0) return;
    curl_multi_remove_handle(multi_, easy);
  }

  void Close() {
    if (multi_ == nullptr) return;
    for (const auto& [easy, transfer] : transfers_) {
      curl_multi_remove_handle(multi_, easy);
      transfer->done = true;
      transfer->wake.cancel();
    }
    transfers_.clear();
    curl_multi_cleanup(multi_);  // Calls OnSocket for the idle connections it closes.
    multi_ = nullptr;
    sockets_->Close();
    timer_.cancel();
  }

 private:
  static int OnSocket(CURL* easy, curl_socket_t number, int what, void* own, void* /*socket*/) {
    auto* self = static_cast<State*>(own);
    const bool gone = what == CURL_POLL_REMOVE;
    self->sockets_->Want(number, !gone && (what & CURL_POLL_IN) != 0,
                         !gone && (what & CURL_POLL_OUT) != 0);
    if (gone) self->without_socket_.push_back(easy);
    return 0;  // Never an error: that would end every transfer, not one.
  }

  static int OnTimer(CURLM* /*multi*/, long timeout_ms, void* self) {
    static_cast<State*>(self)->TimerWanted(timeout_ms);
    return 0;
  }

  // curl moves its one timer several times a transfer, mostly further away. Setting the system's is
  // dear, so what was set stays, and looks when it ends whether curl still waits.
  void TimerWanted(long timeout_ms) {
    wanted_ = timeout_ms < 0 ? Instant::max()
                             : Steady::now() + std::chrono::milliseconds(timeout_ms);
    if (timeout_ms == 0) {
      asio::post(io_, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->TimerEnded();
      });
    } else if (wanted_ < set_) {
      SetTimer();
    }
  }

  void SetTimer() {
    set_ = wanted_;
    timer_.expires_at(set_);
    timer_.async_wait([weak = weak_from_this()](error_code error) {
      const auto self = weak.lock();
      if (error || !self) return;
      self->set_ = Instant::max();
      self->TimerEnded();
    });
  }

  void TimerEnded() {
    if (multi_ == nullptr) return;
    if (wanted_ <= Steady::now()) {
      wanted_ = Instant::max();
      Act(CURL_SOCKET_TIMEOUT, 0);
    }
    if (wanted_ < set_) SetTimer();
  }

  void Act(curl_socket_t number, int events) {
    if (multi_ == nullptr) return;
    int running = 0;
    curl_multi_socket_action(multi_, number, events, &running);
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* easy = message->easy_handle;
      const CURLcode code = message->data.result;  // Gone with the message at the next line.
      curl_multi_remove_handle(multi_, easy);
      const auto found = transfers_.find(easy);
      if (found == transfers_.end()) continue;
      found->second->done = true;
      found->second->code = code;
      found->second->wake.cancel();
      transfers_.erase(found);
    }
    Nudge();
  }

  // When an address refuses, curl 7.88 closes its socket and tries the next address when it is run
  // again, but asks for no timer before half of the time to connect is over. A transfer that is
  // stopped and let go on asks to be run at once.
  void Nudge() {
    for (CURL* easy : std::exchange(without_socket_, {})) {
      if (transfers_.find(easy) == transfers_.end()) continue;
      curl_easy_pause(easy, CURLPAUSE_SEND);
      curl_easy_pause(easy, CURLPAUSE_CONT);
    }
  }

  asio::io_context& io_;
  asio::steady_timer timer_;
  Instant set_ = Instant::max();     // When timer_ ends; max: it is not set.
  Instant wanted_ = Instant::max();  // When curl wants to act; max: it does not.
  CURLM* multi_;  // nullptr once closed.
  std::unique_ptr<SocketWatch> sockets_;
  std::unordered_map<CURL*, Transfer*> transfers_;
  std::vector<CURL*> without_socket_;  // Lost one in the action under way.
};

CurlEngine::CurlEngine(asio::io_context& io) {
  InitCurlOnce();
  state_ = std::make_shared<State>(io);
  state_->Open();
}

CurlEngine::~CurlEngine() { state_->Close(); }

void CurlEngine::LookSoon(CURL* easy) { state_->LookSoon(easy); }

asio::awaitable<CURLcode> CurlEngine::Perform(CURL* easy, Watch watch) {
  const std::shared_ptr<State> state = state_;
  State::Transfer transfer(state->io());
  // However this coroutine ends (thrown out of by a cancellation, destroyed with its io_context),
  // curl forgets the handle.
  struct Removal {
    State* state;
    CURL* easy;
    ~Removal() { state->Remove(easy); }
  } const removal{state.get(), easy};

  if (!state->Add(easy, &transfer)) co_return CURLE_ABORTED_BY_CALLBACK;
  while (!transfer.done) {
    const std::optional<Instant> look_at = watch();
    if (!look_at) co_return CURLE_OPERATION_TIMEDOUT;
    transfer.wake.expires_at(*look_at);
    const auto [error] = co_await transfer.wake.async_wait(asio::as_tuple(asio::use_awaitable));
    const bool looks = std::exchange(transfer.look, false);
    const auto cancelled = (co_await asio::this_coro::cancellation_state).cancelled();
    const bool ended = cancelled != asio::cancellation_type::none || !looks;
    if (error && ended && !transfer.done) co_return CURLE_ABORTED_BY_CALLBACK;  // Cancelled.
  }
  co_return transfer.code;
}

}  // namespace signboard::net
