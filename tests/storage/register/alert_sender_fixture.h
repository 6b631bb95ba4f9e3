// An AlertBook whose messages are sent, over real sockets.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "storage/register/alert_sender.h"
#include "tests/storage/register/alert_fixture.h"

namespace signboard::registry {

namespace asio = boost::asio;

class AlertSenderTest : public AlertTest {
 protected:
  void SetUp() override {
    AlertTest::SetUp();
    thread_ = std::thread([this] { io_.run(); });
  }
  void TearDown() override {
    StopSender();
    work_.reset();
    io_.stop();
    thread_.join();
    AlertTest::TearDown();
  }
  void StartSender(std::vector<std::string> allow = {"127.0.0.1/32"}) {
    AlertSenderOptions options = options_;
    options.http.guard = net::AddressGuard::Make(allow).value();
    options.http.cookies.keep = false;
    options.http.tls_unverified = net::TlsUnverified::kRefuse;
    // Made where its client belongs.
    asio::co_spawn(io_, Make(std::move(options)), asio::use_future).get();
  }
  asio::awaitable<void> Make(AlertSenderOptions options) {
    sender_ = std::make_unique<AlertSender>(*book_, *register_, io_, pool_, clock_,
                                            std::move(options));
    co_return;
  }
  void StopSender() {
    if (sender_) asio::co_spawn(io_, Unmake(), asio::use_future).get();
  }
  asio::awaitable<void> Unmake() {
    auto stopping = sender_->Stop();
    co_await std::move(stopping);
    sender_.reset();
  }
  v1::Subscription To(const std::string& url) {
    v1::Subscription wanted;
    wanted.set_target(url);
    return Subscribe(wanted);
  }
  // Nothing here is timed: what never comes to be is what the test's own time limit is for.
  static void Await(const std::function<bool()>& done) {
    while (!done()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  AlertSenderOptions options_;  // Of the next StartSender, what it does not set itself.
  asio::io_context io_{1};
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_{
      asio::make_work_guard(io_)};
  base::Pool pool_{{.name = "alerts"}};
  std::thread thread_;
  std::unique_ptr<AlertSender> sender_;
};

}  // namespace signboard::registry
