#include "proto/net/resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <memory>

#include "tests/support/await.h"
#include "tests/support/fake_dns.h"

namespace signboard::net {
namespace {

namespace asio = boost::asio;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::FakeDns;

constexpr Millis kMinute{60'000};

class ResolverTest : public ::testing::Test {
 protected:
  void SetUp() override { Use({}); }
  void Use(ResolverOptions options, AddressGuard guard = AddressGuard()) {
    options.servers = Resolver::ParseServers({dns_.address()}).value();
    options.now = [this] { return now_; };
    resolver_.reset();
    guard_ = std::move(guard);
    resolver_ = std::make_unique<Resolver>(io_, &guard_, options);
  }
  Resolution Resolve(const std::string& name, Millis wait = Millis(30'000)) {
    auto work = resolver_->Resolve(name, std::chrono::steady_clock::now() + wait);
    return testing::Await(io_, std::move(work));
  }
  std::vector<std::string> Addresses(const std::string& name) {
    std::vector<std::string> found;
    const Resolution resolution = Resolve(name);
    for (const auto& address : resolution.addresses) found.push_back(address.to_string());
    return found;
  }

  asio::io_context io_{1};
  FakeDns dns_;
  Resolver::Instant now_ = std::chrono::steady_clock::now();
  AddressGuard guard_;
  std::unique_ptr<Resolver> resolver_;
};

TEST_F(ResolverTest, GivesBothFamiliesIpv4First) {
  dns_.Set("www.a.cn", {.addresses = {"2400:3200::1", "1.2.3.4", "2400:3200::2", "1.2.3.5"}});
  EXPECT_THAT(Addresses("www.a.cn"),
              ElementsAre("1.2.3.4", "1.2.3.5", "2400:3200::1", "2400:3200::2"));
}

TEST_F(ResolverTest, FollowsACname) {
  dns_.Set("www.a.cn", {.addresses = {"1.2.3.4"}, .cname = "cdn.b.cn"});
  EXPECT_THAT(Addresses("www.a.cn"), ElementsAre("1.2.3.4"));
}

TEST_F(ResolverTest, CaseAndTheRootsDotMakeNoOtherName) {
  dns_.Set("www.a.cn", {.addresses = {"1.2.3.4"}});
  EXPECT_THAT(Addresses("WWW.a.CN."), ElementsAre("1.2.3.4"));
  EXPECT_THAT(Addresses("www.a.cn"), ElementsAre("1.2.3.4"));
  EXPECT_EQ(dns_.Questions("www.a.cn"), 2u) << "A and AAAA, once";
  EXPECT_EQ(resolver_->size(), 1u);
}

TEST_F(ResolverTest, FailuresSayWhatFailed) {
  dns_.Set("empty.cn", {});
  dns_.Set("broken.cn", {.rcode = 2});
  EXPECT_EQ(Resolve("no.such.cn").failure, "the name no.such.cn does not exist");
  EXPECT_EQ(Resolve("empty.cn").failure, "the name empty.cn has no address");
  EXPECT_THAT(Resolve("broken.cn").failure, HasSubstr("no DNS server has an answer about"));
  EXPECT_THAT(Resolve("").failure, HasSubstr("no name"));
  EXPECT_THAT(Resolve(std::string(300, 'a')).failure, HasSubstr("no name"));
  EXPECT_THAT(Resolve("a..cn").failure, HasSubstr("no name"));
}

TEST_F(ResolverTest, NoSearchDomainIsAppended) {
  EXPECT_THAT(Resolve("intranet").addresses, IsEmpty());
  EXPECT_EQ(dns_.Questions("intranet"), dns_.Questions());
}

TEST_F(ResolverTest, AnAnswerHoldsForItsTtlButAtLeastAMinuteAndAtMostAnHour) {
  dns_.Set("zero.cn", {.addresses = {"1.1.1.1"}, .ttl = 0});
  dns_.Set("five.cn", {.addresses = {"1.1.1.1"}, .ttl = 300});
  dns_.Set("week.cn", {.addresses = {"1.1.1.1"}, .ttl = 604'800});
  const std::vector<std::pair<std::string, Millis>> lives = {
      {"zero.cn", kMinute}, {"five.cn", 5 * kMinute}, {"week.cn", 60 * kMinute}};
  for (const auto& [name, life] : lives) {
    Addresses(name);
    dns_.Set(name, {.addresses = {"2.2.2.2"}, .ttl = 0});
    now_ += life - Millis(1);
    EXPECT_THAT(Addresses(name), ElementsAre("1.1.1.1")) << name;
    now_ += Millis(1);
    EXPECT_THAT(Addresses(name), ElementsAre("2.2.2.2")) << name;
  }
}

TEST_F(ResolverTest, AFailureHoldsForAMinute) {
  Resolve("late.cn");
  dns_.Set("late.cn", {.addresses = {"1.1.1.1"}});
  now_ += kMinute - Millis(1);
  EXPECT_THAT(Addresses("late.cn"), IsEmpty());
  now_ += Millis(1);
  EXPECT_THAT(Addresses("late.cn"), ElementsAre("1.1.1.1"));
}

TEST_F(ResolverTest, OfAThousandAddressesEightAreKept) {
  FakeDns::Zone zone;
  for (int i = 0; i < 1'000; ++i)
    zone.addresses.push_back("1.2." + std::to_string(i / 250) + "." + std::to_string(i % 250));
  dns_.Set("many.cn", zone);
  const Resolution found = Resolve("many.cn");
  EXPECT_EQ(found.addresses.size(), kAddressesMax) << found.failure;
}

TEST_F(ResolverTest, ForbiddenAddressesAreDroppedAndNamed) {
  dns_.Set("mixed.cn", {.addresses = {"10.0.0.1", "1.2.3.4", "::1", "169.254.169.254"}});
  const Resolution mixed = Resolve("mixed.cn");
  ASSERT_EQ(mixed.addresses.size(), 1u);
  EXPECT_EQ(mixed.addresses[0].to_string(), "1.2.3.4");
  dns_.Set("inside.cn", {.addresses = {"192.168.1.1"}});
  const Resolution inside = Resolve("inside.cn");
  EXPECT_THAT(inside.addresses, IsEmpty());
  EXPECT_EQ(inside.refused, "192.168.1.1");
}

TEST_F(ResolverTest, ForbiddenAddressesDoNotCrowdOutTheOthers) {
  FakeDns::Zone zone;
  for (int i = 0; i < 20; ++i) zone.addresses.push_back("10.0.0." + std::to_string(i));
  zone.addresses.push_back("1.2.3.4");
  dns_.Set("crowd.cn", zone);
  EXPECT_THAT(Addresses("crowd.cn"), ElementsAre("1.2.3.4"));
}

TEST_F(ResolverTest, TheHostsFileComesBeforeDns) {
  Use({}, AddressGuard::Make({"127.0.0.1/32"}).value());
  dns_.Set("localhost", {.addresses = {"1.2.3.4"}});
  EXPECT_THAT(Addresses("localhost"), ElementsAre("127.0.0.1"));
  EXPECT_EQ(dns_.Questions(), 0u);
}

TEST_F(ResolverTest, ManyAskersCauseOneLookup) {
  dns_.Set("www.a.cn", {.addresses = {"1.2.3.4"}});
  int found = 0;
  for (int i = 0; i < 100; ++i) {
    asio::co_spawn(
        io_, resolver_->Resolve("www.a.cn", std::chrono::steady_clock::now() + kMinute),
        [&](std::exception_ptr, const Resolution& r) { found += r.addresses.empty() ? 0 : 1; });
  }
  while (found < 100 && io_.run_one() > 0) {
  }
  EXPECT_EQ(found, 100);
  EXPECT_EQ(dns_.Questions("www.a.cn"), 2u) << "A and AAAA";
}

TEST_F(ResolverTest, NamesKeptAreBoundedAndTheLeastUsedLeave) {
  ResolverOptions options;
  options.names_max = 3;
  Use(options);
  for (const char* name : {"a.cn", "b.cn", "c.cn", "d.cn"}) {
    dns_.Set(name, {.addresses = {"1.2.3.4"}});
    Resolve(name);
    Resolve("a.cn");
  }
  EXPECT_EQ(resolver_->size(), 3u);
  EXPECT_EQ(dns_.Questions("a.cn"), 2u) << "in use all the time, so kept";
  Resolve("b.cn");
  EXPECT_EQ(dns_.Questions("b.cn"), 4u) << "had left";
}

TEST_F(ResolverTest, ASilentServerCostsTheAskerHisOwnTimeOnly) {
  dns_.Set("silent.cn", {.manner = FakeDns::Manner::kSilence});
  const Resolution none = Resolve("silent.cn", Millis(50));
  EXPECT_EQ(none.failure, "no DNS server answered about silent.cn in time");
  EXPECT_FALSE(none.cancelled);
  // The others are answered meanwhile.
  dns_.Set("quick.cn", {.addresses = {"1.2.3.4"}});
  EXPECT_THAT(Addresses("quick.cn"), ElementsAre("1.2.3.4"));
  // And the lookup comes to its own end.
  EXPECT_EQ(Resolve("silent.cn").failure, "no DNS server has an answer about silent.cn");
}

TEST_F(ResolverTest, GarbageIsNoAnswer) {
  dns_.Set("garbage.cn", {.manner = FakeDns::Manner::kGarbage});
  const Resolution none = Resolve("garbage.cn");
  EXPECT_THAT(none.addresses, IsEmpty());
  EXPECT_THAT(none.failure, HasSubstr("garbage.cn"));
}

TEST_F(ResolverTest, ACancelledAskerLeavesTheLookupToTheOthers) {
  dns_.Set("silent.cn", {.manner = FakeDns::Manner::kSilence});
  asio::cancellation_signal signal;
  const auto until = std::chrono::steady_clock::now() + kMinute;
  int ended = 0;
  bool cancelled = false;
  asio::co_spawn(io_, resolver_->Resolve("silent.cn", until),
                 asio::bind_cancellation_slot(
                     signal.slot(), [&](std::exception_ptr error, const Resolution& r) {
                       cancelled = error != nullptr || r.cancelled;
                       ++ended;
                     }));
  asio::co_spawn(io_, resolver_->Resolve("silent.cn", until),
                 [&](std::exception_ptr, const Resolution& r) {
                   EXPECT_THAT(r.failure, HasSubstr("no DNS server"));
                   ++ended;
                 });
  while (dns_.Questions() == 0) io_.run_for(Millis(10));
  signal.emit(asio::cancellation_type::terminal);
  while (ended < 2 && io_.run_one() > 0) {
  }
  EXPECT_TRUE(cancelled);
}

TEST_F(ResolverTest, ClosingEndsWhatIsUnderWay) {
  dns_.Set("silent.cn", {.manner = FakeDns::Manner::kSilence});
  bool ended = false;
  asio::co_spawn(io_, resolver_->Resolve("silent.cn", std::chrono::steady_clock::now() + kMinute),
                 [&](std::exception_ptr, const Resolution& r) {
                   EXPECT_TRUE(r.cancelled);
                   ended = true;
                 });
  while (dns_.Questions() == 0) io_.run_for(Millis(10));
  resolver_.reset();
  io_.restart();
  while (!ended && io_.run_one() > 0) {
  }
  EXPECT_TRUE(ended);
}

TEST(ResolverServersTest, ServersAreAddresses) {
  EXPECT_EQ(Resolver::ParseServers({"192.0.2.1"}).value()[0].port(), 53);
  EXPECT_EQ(Resolver::ParseServers({"192.0.2.1:5353"}).value()[0].port(), 5353);
  EXPECT_EQ(Resolver::ParseServers({"[2001:db8::1]:5353"}).value()[0].port(), 5353);
  EXPECT_EQ(Resolver::ParseServers({"2001:db8::1"}).value()[0].port(), 53);
  for (const char* bad : {"", "dns.a.cn", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:99999",
                          "192.0.2.1:x", "[2001:db8::1", "192.0.2.1,192.0.2.2"}) {
    EXPECT_FALSE(Resolver::ParseServers({bad}).ok()) << bad;
  }
}

}  // namespace
}  // namespace signboard::net
