// Announcements that vanish from their pages, and what is no vanishing.
#include "tests/storage/register/register_fixture.h"

namespace signboard::registry {
namespace {

constexpr char kUrl[] = "http://www.jxjaxzf.gov.cn/1.shtml";
constexpr char kSays[] = "11月18日，靖安国际传播中心揭牌成立。中心由县委宣传部主管。";
constexpr char kSaysElse[] = "11月18日，我县举行白茶采摘活动，来自多国的嘉宾参加。";
constexpr char kOnlyNames[] = "靖安国际传播中心今日发布三月份活动安排，欢迎各界朋友参加。";

v1::Finding Told() {
  v1::Finding f = Jingan();
  Quote("event", "揭牌成立", &f);
  return f;
}
v1::LoggedFindings Reports(int64_t at, const std::string& url = kUrl) {
  return PageOf(url, at).Says(Told()).Text(kSays);
}
v1::LoggedFindings Without(int64_t at, const std::string& text, const std::string& url = kUrl) {
  v1::LoggedFindings entry = PageOf(url, at).Text(text);
  entry.mutable_snapshot()->set_outcome(v1::OUTCOME_CONTENT);
  return entry;
}
v1::LoggedFindings Gone(int64_t at, const std::string& url = kUrl) {
  v1::LoggedFindings entry = PageOf(url, at);
  entry.mutable_snapshot()->set_outcome(v1::OUTCOME_GONE);
  return entry;
}

class AbsenceTest : public RegisterTest {
 protected:
  v1::Source Source(int at = 0) { return All().at(0).sources(at); }
};

TEST_F(AbsenceTest, PageThatIsGoneIsMarkedWithBothVersions) {
  Merge(Reports(kNoon));
  Merge(Reports(kNoon + kDay));  // The same words: the last version that is known to have them.
  EXPECT_FALSE(Source().has_removal());
  Merge(Gone(kNoon + 2 * kDay));
  const v1::Removal removal = Source().removal();
  EXPECT_EQ(removal.kind(), "gone");
  EXPECT_EQ(removal.last_snapshot_id(), Reports(kNoon + kDay).snapshot().id());
  EXPECT_EQ(removal.snapshot_id(), Gone(kNoon + 2 * kDay).snapshot().id());
  EXPECT_EQ(removal.seen_ms(), kNoon + 2 * kDay);
  EXPECT_EQ(All()[0].state(), "found") << "it was announced";
  EXPECT_EQ(Events().back().type(), "updated");
  Merge(Gone(kNoon + 3 * kDay));
  EXPECT_EQ(Source().removal().seen_ms(), kNoon + 2 * kDay) << "the first without it";
  EXPECT_EQ(Events().size(), 2u);
}

TEST_F(AbsenceTest, WordsThatAreEditedOutAreMarked) {
  Merge(Reports(kNoon));
  Merge(Reports(kNoon + kHour, "http://b.cn/1"));
  Merge(Without(kNoon + kDay, kSaysElse));
  EXPECT_EQ(Source(0).removal().kind(), "edited");
  EXPECT_FALSE(Source(1).has_removal());
  Merge(Without(kNoon + kDay, kOnlyNames, "http://b.cn/1"));
  EXPECT_EQ(Source(1).removal().kind(), "edited") << "it does not tell the event any more";
}

TEST_F(AbsenceTest, VersionThatStillSaysItIsNoRemovalWhateverIsFoundInIt) {
  Merge(Reports(kNoon));
  // Spaced and in traditional characters; no rule finds anything.
  Merge(Without(kNoon + kDay, "靖安國際傳播中心 於昨日 揭牌\n成立，詳見後續報道。"));
  EXPECT_FALSE(Source().has_removal());
  EXPECT_EQ(Events().size(), 1u) << "nothing has changed";
  Merge(Without(kNoon + 2 * kDay, ""));
  EXPECT_FALSE(Source().has_removal()) << "a page without text says nothing";
}

TEST_F(AbsenceTest, BlockSaysNothing) {
  Merge(Reports(kNoon));
  for (const v1::Outcome outcome : {v1::OUTCOME_BLOCKED, v1::OUTCOME_REFUSED, v1::OUTCOME_ERROR,
                                    v1::OUTCOME_UNREACHABLE, v1::OUTCOME_REDIRECT}) {
    v1::LoggedFindings entry = PageOf(kUrl, kNoon + kDay).Text(kSaysElse);
    entry.mutable_snapshot()->set_outcome(outcome);
    Merge(entry);
    EXPECT_FALSE(Source().has_removal()) << outcome;
  }
}

TEST_F(AbsenceTest, PageThatComesBackIsNotRemovedAnyMore) {
  Merge(Reports(kNoon));
  Merge(Gone(kNoon + kDay));
  EXPECT_TRUE(Source().has_removal());
  Merge(Reports(kNoon + 2 * kDay));
  EXPECT_FALSE(Source().has_removal());
  Merge(Gone(kNoon + kDay));
  EXPECT_FALSE(Source().has_removal()) << "that was before";
  Merge(Without(kNoon + 3 * kDay, kSaysElse));
  EXPECT_EQ(Source().removal().last_snapshot_id(), Reports(kNoon + 2 * kDay).snapshot().id());
  Merge(Without(kNoon + 4 * kDay, kSays));
  EXPECT_FALSE(Source().has_removal());
}

TEST_F(AbsenceTest, OtherVersionsOfAPageCountInAnyOrder) {
  std::vector<v1::LoggedFindings> pages = {Reports(kNoon), Gone(kNoon + kDay),
                                           Reports(kNoon + 2 * kDay), Gone(kNoon + 3 * kDay),
                                           Gone(kNoon + 4 * kDay)};
  Merge(pages[0]);
  std::string expected;
  for (int order = 0; order < 24; ++order) {
    for (size_t i = 1; i < pages.size(); ++i) Merge(pages[i]);
    const std::string now = Substance(All()[0]);
    if (order == 0) expected = now;
    ASSERT_EQ(now, expected) << order;
    std::next_permutation(pages.begin() + 1, pages.end(), [](const auto& a, const auto& b) {
      return a.snapshot().captured_ms() < b.snapshot().captured_ms();
    });
  }
  EXPECT_EQ(Source().removal().seen_ms(), kNoon + 3 * kDay);
}

TEST_F(AbsenceTest, EditedVersionThatReportsItStillIsASourceAndNoRemoval) {
  Merge(Reports(kNoon));
  v1::Finding edited = Jingan();
  Quote("event", "正式启用", &edited);
  edited.set_event("launched");
  Merge(PageOf(kUrl, kNoon + kDay).Says(edited).Text("靖安国际传播中心正式启用。"));
  ASSERT_EQ(All()[0].sources_size(), 2);
  EXPECT_FALSE(Source(0).has_removal());
  EXPECT_FALSE(Source(1).has_removal());
  Merge(Gone(kNoon + 2 * kDay));
  EXPECT_TRUE(Source(0).has_removal());
  EXPECT_TRUE(Source(1).has_removal());
  Reopen();
  EXPECT_TRUE(Source(1).has_removal());
}

}  // namespace
}  // namespace signboard::registry
