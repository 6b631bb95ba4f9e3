// Pages that change and vanish: told once each to those who named them.
#include "storage/register/page_alarms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/storage/register/alert_fixture.h"

namespace signboard::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kPage[] = "http://www.a.cn/1.html";

v1::Version Captured(const std::string& id, v1::Outcome outcome, bool is_change = false) {
  v1::Version version;
  version.mutable_snapshot()->set_id(id);
  version.mutable_snapshot()->set_outcome(outcome);
  version.set_is_change(is_change);
  return version;
}

PageRecord Known(const std::string& version) {
  PageRecord record;
  record.set_url(kPage);
  record.set_seen_id(version);
  record.set_version_id(version);
  return record;
}

TEST(JudgePageTest, ChangesInARowAreOneEventAndFaultsAreNone) {
  PageRecord record = Known("a");
  const auto events = JudgePage({Captured("b", v1::OUTCOME_UNCHANGED),
                                 Captured("c", v1::OUTCOME_CONTENT),
                                 Captured("d", v1::OUTCOME_CONTENT, true),
                                 Captured("e", v1::OUTCOME_BLOCKED),
                                 Captured("f", v1::OUTCOME_CONTENT, true),
                                 Captured("g", v1::OUTCOME_UNREACHABLE),
                                 Captured("h", v1::OUTCOME_REFUSED),
                                 Captured("i", v1::OUTCOME_ERROR)},
                                &record);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_FALSE(events[0].gone);
  EXPECT_EQ(events[0].before, "a");
  EXPECT_EQ(events[0].after, "f");
  EXPECT_EQ(events[0].changes, 2u);
  EXPECT_EQ(record.seen_id(), "i");
  EXPECT_EQ(record.version_id(), "f");
  EXPECT_FALSE(record.gone());
}

TEST(JudgePageTest, GoneIsSaidOnceAndComingBackIsAChange) {
  PageRecord record = Known("a");
  auto events = JudgePage({Captured("b", v1::OUTCOME_CONTENT, true),
                           Captured("c", v1::OUTCOME_GONE), Captured("d", v1::OUTCOME_GONE),
                           Captured("e", v1::OUTCOME_BLOCKED)},
                          &record);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].after, "b");
  EXPECT_TRUE(events[1].gone);
  EXPECT_EQ(events[1].before, "b");
  EXPECT_EQ(events[1].after, "c") << "the first that says so";
  EXPECT_TRUE(record.gone());
  EXPECT_THAT(JudgePage({Captured("f", v1::OUTCOME_GONE)}, &record), IsEmpty());
  events = JudgePage({Captured("g", v1::OUTCOME_CONTENT)}, &record);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_TRUE(events[0].came_back) << "with the same words: still it is there again";
  EXPECT_EQ(events[0].before, "b");
  EXPECT_FALSE(record.gone());
}

TEST(JudgePageTest, HowAPageTurnsOutToStandIsNoNews) {
  PageRecord record;
  record.set_url(kPage);
  record.set_seen_id("a");  // A capture that failed.
  EXPECT_THAT(JudgePage({Captured("b", v1::OUTCOME_CONTENT, true)}, &record), IsEmpty());
  EXPECT_EQ(JudgePage({Captured("c", v1::OUTCOME_CONTENT, true)}, &record).size(), 1u);
  record = PageRecord();
  EXPECT_THAT(JudgePage({Captured("b", v1::OUTCOME_GONE)}, &record), IsEmpty());
  EXPECT_EQ(JudgePage({Captured("c", v1::OUTCOME_CONTENT, true)}, &record).size(), 1u);
}

class PageAlarmsTest : public AlertTest {
 protected:
  void SetUp() override {
    AlertTest::SetUp();
    Open();
  }
  void TearDown() override {
    alarms_.reset();
    AlertTest::TearDown();
  }
  void Open() { alarms_ = PageAlarms::Open(*space_, *book_).value(); }
  std::string Name(const std::string& url, const std::string& type) {
    v1::Subscription wanted;
    wanted.add_types(type);
    wanted.add_urls(url);
    return Subscribe(wanted).id();
  }
  static PageSeen Seen(const std::string& url, const std::string& id, const std::string& type) {
    PageSeen seen;
    seen.record.set_url(url);
    seen.record.set_seen_id(id);
    seen.record.set_version_id(id);
    if (type.empty()) return seen;
    Occurrence& one = seen.happened.emplace_back();
    one.set_type(type);
    one.set_subject(url);
    one.set_data(R"({"url":")" + url + R"("})");
    return seen;
  }
  std::vector<std::string> WantedSeen() {
    std::vector<std::string> seen;
    const auto wanted = alarms_->Wanted();
    EXPECT_TRUE(wanted.ok()) << base::ToString(wanted.status());
    for (const PageRecord& record : *wanted) seen.push_back(record.url() + " " + record.seen_id());
    return seen;
  }

  std::unique_ptr<PageAlarms> alarms_;
};

TEST_F(PageAlarmsTest, EachIsToldOnceToThoseWhoNamedItOverRestarts) {
  const std::string changed = Name(kPage, "page.changed");
  const std::string gone = Name(kPage, "page.gone");
  const std::string other = Name("http://www.a.cn/2.html", "page");
  EXPECT_THAT(WantedSeen(),
              ElementsAre(std::string(kPage) + " ", "http://www.a.cn/2.html "));
  EXPECT_EQ(alarms_->Look({Seen(kPage, "a", "")}).value(), 0u);
  EXPECT_EQ(alarms_->Look({Seen(kPage, "b", "page.changed")}).value(), 1u);
  alarms_.reset();
  Restart();
  Open();
  EXPECT_THAT(WantedSeen(),
              ElementsAre(std::string(kPage) + " b", "http://www.a.cn/2.html "));
  EXPECT_EQ(alarms_->Look({Seen(kPage, "b", "")}).value(), 0u);
  EXPECT_EQ(alarms_->Look({Seen(kPage, "c", "page.gone")}).value(), 1u);
  const auto sent = Deliver(changed);
  ASSERT_THAT(Types(sent), ElementsAre("page.changed"));
  EXPECT_EQ(Payload(sent[0])["data"]["url"], kPage);
  EXPECT_THAT(Types(Deliver(gone)), ElementsAre("page.gone"));
  EXPECT_THAT(Deliver(other), IsEmpty());
}

TEST_F(PageAlarmsTest, APageThatNobodyNamesIsForgotten) {
  const std::string id = Name(kPage, "page");
  EXPECT_EQ(alarms_->Look({Seen(kPage, "a", "")}).value(), 0u);
  v1::DeleteSubscriptionRequest request;
  request.set_id(id);
  ASSERT_TRUE(book_->Delete(request).ok());
  EXPECT_THAT(WantedSeen(), IsEmpty());
  EXPECT_EQ(alarms_->Look({Seen(kPage, "b", "page.changed")}).value(), 0u);
  Name(kPage, "page");
  EXPECT_THAT(WantedSeen(), ElementsAre(std::string(kPage) + " ")) << "it begins anew";
}

}  // namespace
}  // namespace signboard::registry
