// What a subscription is told, in which order, and what is kept of it.
#include "storage/register/alert_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "storage/register/subscriptions.h"
#include "storage/register/webhook.h"
#include "tests/storage/register/alert_fixture.h"

namespace signboard::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST_F(AlertTest, TellsAFoundingOnceHoweverManyReprintIt) {
  const std::string id = Subscribe().id();
  Found(0);
  for (int page = 1; page < 8; ++page) Found(0, page);
  Found(1);
  const std::vector<v1::Delivery> sent = Deliver(id);
  ASSERT_THAT(Types(sent), ElementsAre("announcement.new", "announcement.new"));
  EXPECT_NE(sent[0].id(), sent[1].id());
  EXPECT_LT(sent[0].sequence(), sent[1].sequence());
  const nlohmann::json payload = Payload(sent[0]);
  EXPECT_EQ(payload["type"], "announcement.new");
  EXPECT_EQ(payload["timestamp"], base::FormatRfc3339(clock_.Now()));
  EXPECT_EQ(payload["data"]["type"], "new");
  EXPECT_THAT(Deliver(id), IsEmpty());
}

TEST_F(AlertTest, WhatWasFoundBeforeIsNoNewsUnlessItIsAskedFor) {
  Found(0);
  clock_.Advance(hours(1));
  const std::string from_now = Subscribe().id();
  v1::Subscription since;
  since.mutable_filter()->set_since_ms(kNoon - kDay);
  const std::string from_start = Subscribe(since).id();
  Found(0, 1);  // Another page of what is known.
  EXPECT_THAT(Deliver(from_now), IsEmpty());
  EXPECT_THAT(Types(Deliver(from_start)), ElementsAre("announcement.new"));
  Found(1);
  EXPECT_EQ(Deliver(from_now).size(), 1u);
  EXPECT_EQ(Deliver(from_start).size(), 1u);
}

TEST_F(AlertTest, FiltersByPlaceAndScoreAndTellsWhatFitsLater) {
  v1::Subscription wanted;
  wanted.mutable_filter()->set_place_code("360900");
  wanted.mutable_filter()->set_score_min(0.95);
  const std::string id = Subscribe(wanted).id();
  Found(5);  // 南昌县 is in 3601.
  Found(3);
  EXPECT_THAT(Deliver(id), IsEmpty()) << "0.9 is too little";
  v1::Finding sure = Jingan();
  sure.set_score(0.99);
  Merge(PageOf("http://sure.cn/", kNoon + 1).Says(sure).Text("靖安县国际传播中心成立"));
  EXPECT_THAT(Types(Deliver(id)), ElementsAre("announcement.new"));
}

TEST_F(AlertTest, TellsOfRetractionsAndOfWhatStandsAgain) {
  const std::string id = Subscribe().id();
  const std::string late = Subscribe().id();
  Found(0);
  EXPECT_EQ(Deliver(id).size(), 1u);
  TakeBack(0);
  const std::vector<v1::Delivery> retracted = Deliver(id);
  EXPECT_THAT(Types(retracted), ElementsAre("announcement.retracted"));
  Found(0);
  EXPECT_THAT(Types(Deliver(id)), ElementsAre("announcement.updated"));
  EXPECT_THAT(Types(Deliver(late)),
              ElementsAre("announcement.new", "announcement.retracted", "announcement.updated"));
}

TEST_F(AlertTest, TellsOfMergesThoseWhoWereToldOfTheFounding) {
  const std::string id = Subscribe().id();
  Found(0);
  Found(1);
  const std::vector<v1::Delivery> found = Deliver(id);
  ASSERT_EQ(found.size(), 2u);
  v1::Subscription elsewhere;
  elsewhere.mutable_filter()->set_place_code("110000");
  const std::string others = Subscribe(elsewhere).id();
  v1::CurateRequest merge;
  merge.set_action(v1::CurateRequest::MERGE);
  merge.set_id(Payload(found[0])["data"]["announcement"].get<std::string>());
  merge.set_other_id(Payload(found[1])["data"]["announcement"].get<std::string>());
  merge.set_who("w");
  merge.set_why("one and the same");
  const auto merged = register_->Curate(merge);
  ASSERT_TRUE(merged.ok()) << base::ToString(merged.status());
  const std::vector<v1::Delivery> told = Deliver(id);
  ASSERT_THAT(Types(told), ElementsAre("announcement.merged"));
  EXPECT_EQ(Payload(told[0])["data"]["announcement"], merge.id());
  EXPECT_THAT(Deliver(others), IsEmpty());
  v1::CurateRequest undo;
  undo.set_action(v1::CurateRequest::UNDO);
  undo.set_id(merge.id());
  undo.set_who("w");
  undo.set_why("they are two");
  const auto undone = register_->Curate(undo);
  ASSERT_TRUE(undone.ok()) << base::ToString(undone.status());
  EXPECT_THAT(Types(Deliver(id)), ElementsAre("announcement.updated")) << "it stands again";
}

TEST_F(AlertTest, UpdatesAndSourcesAreToldWhereTheyAreAskedFor) {
  v1::Subscription wanted;
  wanted.add_types("announcement");
  const std::string updates = Subscribe(wanted).id();
  v1::Subscription sources;
  sources.set_every_source(true);
  sources.add_types("announcement.new");
  const std::string every = Subscribe(sources).id();
  for (int page = 0; page < 4; ++page) Found(0, page);
  Found(0, 2);  // Again: no new source.
  EXPECT_THAT(Types(Deliver(updates)), ElementsAre("announcement.new", "announcement.updated",
                                                   "announcement.updated", "announcement.updated"));
  const std::vector<v1::Delivery> sent = Deliver(every);
  EXPECT_THAT(Types(sent), ElementsAre("announcement.new", "announcement.updated",
                                       "announcement.updated", "announcement.updated"));
  std::set<std::string> ids;
  for (const v1::Delivery& one : sent) ids.insert(one.id());
  EXPECT_EQ(ids.size(), 4u);
}

TEST_F(AlertTest, AMessageKeepsItsIdAndIsMadeOnceOverCrashes) {
  const std::string id = Subscribe().id();
  Found(0);
  const auto first = Turn(id);
  ASSERT_TRUE(first);
  Restart();
  const auto again = Turn(id);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->delivery.SerializeAsString(), first->delivery.SerializeAsString());
  EXPECT_EQ(Deliver(id).size(), 1u);
  Restart();
  EXPECT_THAT(Deliver(id), IsEmpty());
  EXPECT_EQ(Now(id).pending(), 0u);
  EXPECT_EQ(Now(id).last_delivered_ms(), ToMillis(clock_.Now()));
}

TEST_F(AlertTest, AStormComesAsOneMessage) {
  v1::Subscription wanted;
  wanted.set_burst(3);
  wanted.mutable_interval()->set_seconds(600);
  const std::string id = Subscribe(wanted).id();
  for (int i = 0; i < 10; ++i) Found(i);
  EXPECT_EQ(Deliver(id).size(), 3u);
  Restart();
  const auto look_at = LookAt(id);
  ASSERT_TRUE(look_at);
  EXPECT_EQ(*look_at, clock_.Now() + seconds(600));
  clock_.Set(*look_at);
  const std::vector<v1::Delivery> rest = Deliver(id);
  ASSERT_THAT(Types(rest), ElementsAre("announcement.grouped"));
  EXPECT_EQ(rest[0].event_count(), 7u);
  const nlohmann::json payload = Payload(rest[0]);
  EXPECT_EQ(payload["type"], "announcement.grouped");
  EXPECT_EQ(payload["data"]["count"], 7);
  std::set<std::string> ids;
  uint64_t last = 3;
  for (const nlohmann::json& one : payload["data"]["messages"]) {
    EXPECT_EQ(one["type"], "announcement.new");
    EXPECT_EQ(one["data"]["sequence"], ++last) << "in order";
    ids.insert(one["id"]);
  }
  EXPECT_EQ(ids.size(), 7u);
  Found(11);
  EXPECT_EQ(Types(Deliver(id)), std::vector<std::string>{"announcement.new"});
}

TEST_F(AlertTest, AStormOfThousandsIsBounded) {
  v1::Subscription wanted;
  wanted.set_burst(2);
  const std::string id = Subscribe(wanted).id();
  constexpr int kMany = 450;
  for (int i = 0; i < kMany; ++i) Found(i);
  size_t told = 0;
  std::set<std::string> ids;
  for (int round = 0; round < 20 && told < kMany; ++round, clock_.Advance(minutes(10))) {
    const std::vector<v1::Delivery> sent = Deliver(id);
    EXPECT_LE(sent.size(), 2u);
    for (const v1::Delivery& one : sent) {
      told += one.event_count();
      EXPECT_LE(one.event_count(), 200u);
      EXPECT_TRUE(ids.insert(one.id()).second);
    }
  }
  EXPECT_EQ(told, static_cast<size_t>(kMany));
}

TEST_F(AlertTest, NoMoreIsMadeInAdvanceThanCanBePending) {
  v1::Subscription wanted;
  wanted.set_burst(1'000);
  const std::string id = Subscribe(wanted).id();
  for (int i = 0; i < 620; ++i) Found(i);
  EXPECT_TRUE(Turn(id));
  while (book_->Next(id)->again) {
  }
  EXPECT_LE(Now(id).pending(), kPendingMax + 50);
  EXPECT_EQ(Deliver(id).size(), 620u);
}

TEST_F(AlertTest, OneThatFailsHoldsUpThoseBehindItUntilItIsTaken) {
  const std::string id = Subscribe().id();
  Found(0);
  Found(1);
  ASSERT_TRUE(Try(id, Failure()));
  EXPECT_FALSE(Turn(id)) << "the second waits for the first";
  EXPECT_EQ(Now(id).pending(), 2u);
  EXPECT_EQ(Now(id).last_error(), "HTTP 500");
  EXPECT_EQ(Now(id).failing_since_ms(), ToMillis(clock_.Now()));
  const auto due = LookAt(id);
  ASSERT_TRUE(due);
  EXPECT_GE(*due, clock_.Now() + seconds(5));
  EXPECT_LT(*due, clock_.Now() + Millis(5'500));
  clock_.Set(*due - Millis(1));
  EXPECT_FALSE(Turn(id));
  clock_.Advance(Millis(1));
  const std::vector<v1::Delivery> sent = Deliver(id);
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[0].attempt_count(), 1u);
  EXPECT_LT(sent[0].sequence(), sent[1].sequence());
  EXPECT_EQ(Now(id).failing_since_ms(), 0);
}

TEST_F(AlertTest, ATargetThatTakesNothingForThreeDaysIsDeadAndOthersAreTold) {
  const std::string id = Subscribe().id();
  v1::Subscription ops;
  ops.add_types("ops");
  const std::string operators = Subscribe(ops).id();
  Found(0);
  Found(1);
  const UnixTime start = clock_.Now();
  int attempts = 0;
  while (Now(id).state() == "active") {
    ASSERT_LT(attempts, 20);
    if (Try(id, Failure("connect: refused"))) ++attempts;
    const auto due = book_->Next(id)->look_at;
    if (due) clock_.Set(*due);
  }
  EXPECT_EQ(attempts, 10);
  EXPECT_GE(clock_.Now() - start, hours(75));
  EXPECT_LE(clock_.Now() - start, hours(84));
  EXPECT_EQ(Now(id).state(), "dead");
  EXPECT_FALSE(Turn(id));
  const std::vector<v1::Delivery> told = Deliver(operators);
  ASSERT_THAT(Types(told), ElementsAre("ops.target_dead"));
  EXPECT_EQ(Payload(told[0])["data"]["subscription"], id);
  EXPECT_EQ(Payload(told[0])["data"]["error"], "connect: refused");
  const std::vector<v1::Delivery> log = Log(id);
  ASSERT_EQ(log.size(), 2u);
  EXPECT_EQ(log[1].state(), "dead");
  EXPECT_EQ(log[0].state(), "pending");

  Restart();
  EXPECT_EQ(Now(id).state(), "dead");
  Found(2);
  Subscribe(Now(id));  // Somebody mended it.
  const std::vector<v1::Delivery> sent = Deliver(id);
  ASSERT_EQ(sent.size(), 2u) << "what was behind it, and what came since";
  EXPECT_EQ(Now(id).state(), "active");
  v1::ReplayDeliveriesRequest replay;
  replay.set_subscription_id(id);
  EXPECT_EQ(*book_->Replay(replay), 3u);
  const std::vector<v1::Delivery> again = Deliver(id);
  ASSERT_EQ(again.size(), 3u);
  EXPECT_EQ(again[0].id(), log[1].id()) << "with its own id";
}

TEST_F(AlertTest, Gone410DisablesAndLosesNothing) {
  const std::string id = Subscribe().id();
  Found(0);
  AlertBook::Attempt gone = Failure("HTTP 410");
  gone.disable = true;
  ASSERT_TRUE(Try(id, gone));
  EXPECT_EQ(Now(id).state(), "disabled");
  Found(1);
  clock_.Advance(hours(200));
  EXPECT_FALSE(Turn(id));
  v1::Subscription known = Now(id);
  known.set_target("https://elsewhere.example/b");
  Subscribe(known);
  EXPECT_EQ(Deliver(id).size(), 2u);
}

TEST_F(AlertTest, RetryAfterIsObeyedWhereItAsksForMore) {
  const std::string id = Subscribe().id();
  Found(0);
  AlertBook::Attempt busy = Failure("HTTP 503");
  busy.asked = hours(1);
  ASSERT_TRUE(Try(id, busy));
  EXPECT_EQ(LookAt(id), clock_.Now() + hours(1));
  busy.asked = Millis(1);
  clock_.Advance(hours(1));
  ASSERT_TRUE(Try(id, busy));
  EXPECT_GE(*LookAt(id), clock_.Now() + minutes(5)) << "asking for less changes nothing";
}

TEST_F(AlertTest, ReplaySendsOnceMoreWithItsOwnIds) {
  const std::string id = Subscribe().id();
  Found(0);
  ASSERT_EQ(Deliver(id).size(), 1u);
  clock_.Advance(hours(1));
  const int64_t since = ToMillis(clock_.Now());
  Found(1);
  Found(2);
  const std::vector<v1::Delivery> sent = Deliver(id);
  v1::ReplayDeliveriesRequest request;
  request.set_subscription_id(id);
  request.set_since_ms(since);
  request.set_dry_run(true);
  EXPECT_EQ(*book_->Replay(request), 2u);
  EXPECT_THAT(Deliver(id), IsEmpty()) << "nothing was written";
  request.set_dry_run(false);
  EXPECT_EQ(*book_->Replay(request), 2u);
  const std::vector<v1::Delivery> again = Deliver(id);
  ASSERT_EQ(again.size(), 2u);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(again[i].id(), sent[i].id());
    EXPECT_EQ(again[i].payload(), sent[i].payload());
    EXPECT_TRUE(again[i].replay());
  }
  EXPECT_EQ(*book_->Replay(request), 2u) << "each once, however often it went";
  EXPECT_EQ(Deliver(id).size(), 2u);
}

TEST_F(AlertTest, WhatIsDoneIsForgottenAfterThirtyDays) {
  const std::string id = Subscribe().id();
  Found(0);
  Deliver(id);
  clock_.Advance(hours(24 * 29));
  Found(1);
  Deliver(id);
  Found(2);  // Not delivered: never forgotten.
  Turn(id);
  ASSERT_TRUE(book_->Sweep().ok());
  EXPECT_EQ(Log(id).size(), 3u);
  clock_.Advance(hours(24 * 2));
  ASSERT_TRUE(book_->Sweep().ok());
  EXPECT_EQ(Log(id).size(), 2u);
  clock_.Advance(hours(24 * 60));
  ASSERT_TRUE(book_->Sweep().ok());
  EXPECT_EQ(Log(id).size(), 1u);
  Restart();
  EXPECT_EQ(Deliver(id).size(), 1u);
}

TEST_F(AlertTest, APausedSubscriptionGoesOnWhereItStood) {
  v1::Subscription wanted = Subscribe();
  Found(0);
  wanted.set_paused(true);
  Subscribe(wanted);
  EXPECT_FALSE(Turn(wanted.id()));
  Found(1);
  wanted.set_paused(false);
  Subscribe(wanted);
  EXPECT_EQ(Deliver(wanted.id()).size(), 2u);
}

TEST_F(AlertTest, TheSecretIsShownOnceAndKept) {
  const v1::Subscription made = Subscribe();
  EXPECT_EQ(made.secret().size(), 32u);
  EXPECT_EQ(Now(made.id()).secret(), "");
  Found(0);
  EXPECT_EQ(Turn(made.id())->to.secret(), made.secret());
  v1::Subscription changed = Now(made.id());
  changed.set_note("ours");
  EXPECT_EQ(Subscribe(changed).secret(), "") << "it keeps its own";
  EXPECT_EQ(Turn(made.id())->to.secret(), made.secret());
  changed.set_secret(std::string(24, 'k'));
  EXPECT_EQ(Subscribe(changed).secret(), "") << "who gave it knows it";
  EXPECT_EQ(Turn(made.id())->to.secret(), std::string(24, 'k'));
}

TEST_F(AlertTest, OccurrencesReachWhoAskedForThem) {
  v1::Subscription wanted;
  wanted.add_types("site");
  wanted.mutable_filter()->set_place_code("360000");
  const std::string jiangxi = Subscribe(wanted).id();
  v1::Subscription pages;
  pages.add_types("page.gone");
  pages.add_urls("http://a.cn/1#top");
  const std::string page = Subscribe(pages).id();
  const std::string foundings = Subscribe().id();
  std::vector<Occurrence> happened(4);
  happened[0].set_type("site.silent");
  happened[0].set_subject("www.jingan.gov.cn");
  happened[0].add_places("360925");
  happened[0].add_places("360000");
  happened[1].set_type("site.silent");
  happened[1].add_places("110000");
  happened[2].set_type("page.gone");
  happened[2].set_subject("http://a.cn/1");
  happened[3].set_type("page.gone");
  happened[3].set_subject("http://a.cn/2");
  for (Occurrence& one : happened) one.set_data("{}");
  for (Occurrence& one : happened) one.set_time_ms(ToMillis(clock_.Now()));
  ASSERT_TRUE(book_->Report(happened).ok());
  Restart();
  EXPECT_THAT(Types(Deliver(jiangxi)), ElementsAre("site.silent"));
  EXPECT_THAT(Types(Deliver(page)), ElementsAre("page.gone"));
  EXPECT_THAT(Deliver(foundings), IsEmpty());
}

TEST_F(AlertTest, DeletedSubscriptionsLeaveNothing) {
  const std::string id = Subscribe().id();
  Found(0);
  Turn(id);
  v1::DeleteSubscriptionRequest request;
  request.set_id(id);
  request.set_dry_run(true);
  ASSERT_TRUE(book_->Delete(request).ok());
  EXPECT_EQ(Now(id).pending(), 1u);
  request.set_dry_run(false);
  ASSERT_TRUE(book_->Delete(request).ok());
  EXPECT_EQ(book_->Delete(request).code(), StatusCode::kNotFound);
  EXPECT_EQ(book_->Next(id).status().code(), StatusCode::kNotFound);
  Restart();
  EXPECT_THAT(*book_->List(), IsEmpty());
}

TEST_F(AlertTest, MailNeedsAServerAndKeepsWhatItHadWithoutOne) {
  v1::Subscription wanted;
  wanted.set_target("mailto:desk@news.example");
  const v1::Subscription made = Subscribe(wanted);
  EXPECT_TRUE(made.secret().empty());
  EXPECT_EQ(made.interval().seconds(), 24 * 3'600);
  takes_mail_ = false;
  const auto refused = book_->Put(wanted);
  EXPECT_EQ(refused.status().code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(base::ToString(refused.status()), HasSubstr("mail_server"));
  wanted.set_id(made.id());
  wanted.set_paused(true);
  EXPECT_EQ(Subscribe(wanted).state(), "paused");
}

TEST_F(AlertTest, ADigestComesOnceAnIntervalAndWhatItHasNoRoomForFollowsAtOnce) {
  v1::Subscription wanted;
  wanted.set_target("mailto:desk@news.example");
  const std::string id = Subscribe(wanted).id();
  Found(0);
  EXPECT_EQ(LookAt(id), clock_.Now() + hours(24));
  constexpr int kMany = 450;
  for (int i = 1; i < kMany; ++i) Found(i);
  clock_.Advance(hours(24));
  std::vector<v1::Delivery> sent = Deliver(id);
  ASSERT_THAT(Types(sent), ElementsAre("announcement.grouped", "announcement.grouped",
                                       "announcement.grouped"));
  std::set<std::string> ids;
  for (const v1::Delivery& digest : sent) {
    const nlohmann::json payload = Payload(digest);
    for (const nlohmann::json& one : payload["data"]["messages"]) ids.insert(one["id"]);
  }
  EXPECT_EQ(ids.size(), size_t{kMany});
  Found(kMany);
  EXPECT_THAT(Deliver(id), IsEmpty()) << "the next one comes when its day is over";
  clock_.Advance(hours(24));
  EXPECT_EQ(Deliver(id).size(), 1u);
  clock_.Advance(hours(24 * 3));
  EXPECT_THAT(Deliver(id), IsEmpty()) << "nothing happened, and nobody is told so";
}

TEST_F(AlertTest, WhatIsRefusedForGoodIsNotTriedAgain) {
  const std::string id = Subscribe().id();
  Found(0);
  AlertBook::Attempt attempt = Failure("SMTP content: 554 no");
  attempt.refused = true;
  EXPECT_TRUE(Try(id, attempt));
  EXPECT_EQ(Now(id).state(), "dead");
  EXPECT_EQ(Log(id)[0].state(), "dead");
}

TEST_F(AlertTest, RefusesWhatNobodyCanMean) {
  const auto refused = [this](auto change) {
    v1::Subscription wanted;
    wanted.set_target("https://hooks.example/a");
    change(wanted);
    const auto put = book_->Put(wanted);
    EXPECT_FALSE(put.ok());
    return base::ToString(put.status());
  };
  using S = v1::Subscription;
  EXPECT_THAT(refused([](S& s) { s.set_target("ftp://a/"); }), HasSubstr("target"));
  EXPECT_THAT(refused([](S& s) { s.set_target("https://u:p@a/"); }), HasSubstr("password"));
  EXPECT_THAT(refused([](S& s) { s.set_target("mailto:a@b.cn\r\nBcc: c@d.cn"); }),
              HasSubstr("one plain address"));
  EXPECT_THAT(refused([](S& s) { s.add_types("announcement.nwe"); }),
              HasSubstr("did you mean announcement.new"));
  EXPECT_THAT(refused([](S& s) { s.add_types("page"); }), HasSubstr("urls"));
  EXPECT_THAT(refused([](S& s) { s.add_urls("http://a.cn/"); }), HasSubstr("types"));
  EXPECT_THAT(refused([](S& s) { s.set_secret("short"); }), HasSubstr("secret"));
  EXPECT_THAT(refused([](S& s) { s.set_burst(5'000); }), HasSubstr("burst"));
  EXPECT_THAT(refused([](S& s) { s.mutable_interval()->set_seconds(-1); }), HasSubstr("interval"));
  EXPECT_THAT(refused([](S& s) { s.set_id("s000000000000"); }), HasSubstr("no subscription"));
  EXPECT_THAT(*book_->List(), IsEmpty());
  v1::Subscription dry;
  dry.set_target("https://hooks.example/a");
  dry.set_dry_run(true);
  EXPECT_EQ(Subscribe(dry).burst(), 20u);
  EXPECT_THAT(*book_->List(), IsEmpty());
}

TEST(WebhookTest, RetryAfterIsSecondsOrADate) {
  const UnixTime now = FromMillis(1'445'412'480'000);  // 2015-10-21T07:28:00Z
  EXPECT_EQ(ParseRetryAfter("120", now), seconds(120));
  EXPECT_EQ(ParseRetryAfter("Wed, 21 Oct 2015 07:30:00 GMT", now), minutes(2));
  EXPECT_EQ(ParseRetryAfter("Wed, 21 Oct 2015 07:00:00 GMT", now), Millis(0));
  EXPECT_EQ(ParseRetryAfter("999999999", now), hours(24)) << "a day is enough";
  EXPECT_EQ(ParseRetryAfter("soon", now), std::nullopt);
  EXPECT_EQ(ParseRetryAfter("-5", now), std::nullopt);
}

// standardwebhooks.com, the example of the specification's reference implementations.
TEST(WebhookTest, SignsAsTheReferenceDoes) {
  const std::string secret = base::FromBase64("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").value();
  const net::HeaderList headers =
      SignedHeaders("msg_p5jXN8AQM9LWM0D4loKWxJek", FromMillis(1'614'265'330'000),
                    R"({"test": 2432232314})", secret);
  EXPECT_EQ(*net::FindHeader(headers, "webhook-id"), "msg_p5jXN8AQM9LWM0D4loKWxJek");
  EXPECT_EQ(*net::FindHeader(headers, "webhook-timestamp"), "1614265330");
  EXPECT_EQ(*net::FindHeader(headers, "webhook-signature"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

}  // namespace
}  // namespace signboard::registry
