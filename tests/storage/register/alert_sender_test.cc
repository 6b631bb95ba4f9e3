// Messages on their way: over real sockets, to a receiver that is not always well.
#include "storage/register/alert_sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "proto/net/http_server.h"
#include "storage/register/webhook.h"
#include "tests/storage/register/alert_sender_fixture.h"

namespace signboard::registry {
namespace {

using ::testing::HasSubstr;
using std::chrono::hours;
using std::chrono::minutes;

// Takes webhooks, or does not.
class Receiver {
 public:
  Receiver() {
    server_ = net::HttpServer::Listen(io_.get_executor(), "127.0.0.1:0", {}, [this](auto request) {
                return Answer(std::move(request));
              }).value();
    thread_ = std::thread([this] { io_.run(); });
  }
  ~Receiver() {
    asio::co_spawn(io_, server_->Stop(), asio::use_future).get();
    work_.reset();
    io_.stop();
    thread_.join();
  }
  std::string Url() const {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + "/hook";
  }
  void Say(int status, net::HttpHeaders headers = {}) {
    base::MutexLock lock(mutex_);
    status_ = status;
    headers_ = std::move(headers);
  }
  size_t asked() {
    base::MutexLock lock(mutex_);
    return asked_;
  }
  std::vector<net::HttpServerRequest> taken() {
    base::MutexLock lock(mutex_);
    return taken_;
  }

 private:
  asio::awaitable<net::HttpServerResponse> Answer(net::HttpServerRequest request) {
    net::HttpServerResponse response;
    base::MutexLock lock(mutex_);
    ++asked_;
    response.status = status_;
    response.headers = headers_;
    if (status_ < 300) taken_.push_back(std::move(request));
    co_return response;
  }

  asio::io_context io_{1};
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_{
      asio::make_work_guard(io_)};
  std::unique_ptr<net::HttpServer> server_;
  std::thread thread_;
  base::Mutex mutex_;
  int status_ = 204;
  net::HttpHeaders headers_;
  size_t asked_ = 0;
  std::vector<net::HttpServerRequest> taken_;
};

TEST_F(AlertSenderTest, SendsWhatIsSignedAndWhole) {
  Receiver receiver;
  StartSender();
  const v1::Subscription to = To(receiver.Url());
  Found(0);
  Await([&] { return receiver.taken().size() == 1; });
  const net::HttpServerRequest got = receiver.taken()[0];
  EXPECT_EQ(got.method, "POST");
  EXPECT_EQ(got.path, "/hook");
  EXPECT_EQ(got.Header("Content-Type"), "application/json");
  EXPECT_EQ(nlohmann::json::parse(got.body)["type"], "announcement.new");
  const std::string id(*got.Header("webhook-id"));
  const net::HeaderList expected = SignedHeaders(id, clock_.Now(), got.body, to.secret());
  EXPECT_EQ(got.Header("webhook-signature"), net::FindHeader(expected, "webhook-signature"));
  Await([&] { return Now(to.id()).pending() == 0; });
  EXPECT_EQ(Log(to.id())[0].id(), id);
  EXPECT_EQ(Log(to.id())[0].state(), "delivered");
}

TEST_F(AlertSenderTest, AReceiverThatFailsForADayGetsEverythingOnceInOrder) {
  Receiver receiver;
  receiver.Say(503);
  StartSender();
  const v1::Subscription to = To(receiver.Url());
  const UnixTime well = clock_.Now() + hours(24);
  int found = 0;
  while (clock_.Now() < well) {
    if (found < 15) Found(found++);
    const size_t asked = receiver.asked();
    const auto due = FromMillis(std::max<int64_t>(Now(to.id()).next_attempt_ms(), 0));
    clock_.Advance(hours(1));
    sender_->Poke();
    if (due <= clock_.Now()) Await([&] { return receiver.asked() > asked; });
    if (found == 8) {  // In the middle of it, everything dies.
      StopSender();
      Restart();
      StartSender();
    }
  }
  EXPECT_TRUE(receiver.taken().empty());
  EXPECT_EQ(Now(to.id()).state(), "active");
  receiver.Say(200);
  while (Now(to.id()).pending() > 0) {
    clock_.Advance(minutes(10));
    sender_->Poke();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  std::set<std::string> ids;
  uint64_t last = 0;
  for (const net::HttpServerRequest& got : receiver.taken()) {
    EXPECT_TRUE(ids.insert(std::string(*got.Header("webhook-id"))).second);
    const uint64_t sequence = nlohmann::json::parse(got.body)["data"]["sequence"];
    EXPECT_GT(sequence, last);
    last = sequence;
  }
  EXPECT_EQ(ids.size(), 15u);
}

TEST_F(AlertSenderTest, ASlowTargetHoldsUpNobodyElse) {
  // Takes connections and never says a word.
  asio::io_context silence;
  asio::ip::tcp::acceptor deaf(silence, {asio::ip::make_address("127.0.0.1"), 0});
  v1::Subscription slow;
  slow.set_target("http://127.0.0.1:" + std::to_string(deaf.local_endpoint().port()) + "/");
  Receiver receiver;
  StartSender();
  const std::string held = Subscribe(slow).id();
  const std::string quick = To(receiver.Url()).id();
  for (int i = 0; i < 5; ++i) Found(i);
  Await([&] { return receiver.taken().size() == 5; });
  EXPECT_GT(Now(held).pending(), 0u);
  EXPECT_EQ(Now(held).last_delivered_ms(), 0);
}

TEST_F(AlertSenderTest, AnswersOfTheTargetAreObeyed) {
  Receiver receiver;
  receiver.Say(429, {{"Retry-After", "3600"}});
  StartSender();
  const std::string id = To(receiver.Url()).id();
  Found(0);
  Await([&] { return Now(id).failing_since_ms() != 0; });
  EXPECT_EQ(Now(id).next_attempt_ms(), ToMillis(clock_.Now() + hours(1)));
  EXPECT_EQ(Now(id).last_error(), "HTTP 429");
  receiver.Say(302, {{"Location", receiver.Url()}});
  clock_.Advance(hours(1));
  sender_->Poke();
  Await([&] { return Now(id).last_error() == "HTTP 302"; });
  receiver.Say(410);
  clock_.Advance(hours(1));
  sender_->Poke();
  Await([&] { return Now(id).state() == "disabled"; });
  EXPECT_EQ(receiver.asked(), 3u) << "a redirect is not followed";
}

TEST_F(AlertSenderTest, TheHouseItselfIsNoTarget) {
  Receiver receiver;
  StartSender({});
  const std::string id = To(receiver.Url()).id();
  Found(0);
  Await([&] { return Now(id).failing_since_ms() != 0; });
  EXPECT_THAT(Now(id).last_error(), HasSubstr("guard"));
  EXPECT_EQ(receiver.asked(), 0u);
}

TEST_F(AlertSenderTest, ATestGoesPastTheQueue) {
  Receiver receiver;
  receiver.Say(500);
  StartSender();
  const std::string id = To(receiver.Url()).id();
  Found(0);
  Await([&] { return Now(id).failing_since_ms() != 0; });
  auto failed = asio::co_spawn(io_, sender_->Test(id), asio::use_future).get();
  ASSERT_TRUE(failed.ok());
  EXPECT_FALSE(failed->delivered());
  EXPECT_EQ(failed->error(), "HTTP 500");
  receiver.Say(200);
  auto tested = asio::co_spawn(io_, sender_->Test(id), asio::use_future).get();
  ASSERT_TRUE(tested.ok());
  EXPECT_TRUE(tested->delivered());
  ASSERT_EQ(receiver.taken().size(), 1u);
  EXPECT_EQ(nlohmann::json::parse(receiver.taken()[0].body)["type"], "ops.test");
  EXPECT_EQ(Now(id).pending(), 1u) << "the queue is as it was";
  auto nobody = asio::co_spawn(io_, sender_->Test("s0"), asio::use_future).get();
  EXPECT_EQ(nobody.status().code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace signboard::registry
