// What analysts say of announcements, and what it outlives.
#include <algorithm>

#include "storage/register/curated.h"
#include "tests/storage/register/register_fixture.h"

namespace signboard::registry {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Action = v1::CurateRequest;

constexpr char kPlain[] =
    "11月18日，靖安国际传播中心揭牌成立。中心由县委宣传部主管，县融媒体中心运营，目前账号覆盖七十多个国家和地区。";
constexpr char kBrand[] =
    "Hello Jing'an 全球传播平台上线仪式日前举行，来自多国的嘉宾参观展厅，品尝白茶，观看茶艺表演，气氛热烈而隆重。";

v1::Finding Brand() {
  v1::Finding f = Jingan();
  f.set_centre_name_zh("白茶之乡国际传播中心");
  f.set_event_date("2025-11-12");  // On one day pages would tell of one founding by themselves.
  f.add_accounts("Hello Jing'an");
  return f;
}
v1::LoggedFindings PlainPage(const std::string& url = "http://a.cn/1", int64_t after = 0) {
  return PageOf(url, kNoon + after).Says(Jingan()).Text(kPlain).Site("甲报" + url);
}
v1::LoggedFindings BrandPage(const std::string& url = "http://b.cn/1", int64_t after = kHour) {
  return PageOf(url, kNoon + after).Says(Brand()).Text(kBrand).Site("乙报" + url);
}

class CurateTest : public RegisterTest {
 protected:
  static v1::CurateRequest Ask(Action::Action action, const std::string& id) {
    v1::CurateRequest request;
    request.set_action(action);
    request.set_id(id);
    request.set_who("李分析");
    request.set_why("同一次揭牌");
    return request;
  }
  v1::CurateReply Do(const v1::CurateRequest& request) {
    auto reply = register_->Curate(request);
    EXPECT_TRUE(reply.ok()) << base::ToString(reply.status());
    return reply.ok() ? *reply : v1::CurateReply();
  }
  v1::CurateReply Merge2(const std::string& id, const std::string& into) {
    v1::CurateRequest request = Ask(Action::MERGE, id);
    request.set_other_id(into);
    return Do(request);
  }
  v1::CurateReply Split(const std::string& id, const std::vector<std::string>& snapshots) {
    v1::CurateRequest request = Ask(Action::SPLIT, id);
    for (const std::string& snapshot : snapshots) request.add_snapshot_ids(snapshot);
    return Do(request);
  }
  // Why it does not fit.
  std::string Refused(const v1::CurateRequest& request,
                      StatusCode code = StatusCode::kFailedPrecondition) {
    const uint64_t sequence = register_->Stats().sequence();
    auto reply = register_->Curate(request);
    EXPECT_EQ(reply.status().code(), code) << base::ToString(reply.status());
    EXPECT_EQ(register_->Stats().sequence(), sequence);
    return base::ToString(reply.status());
  }
  v1::Announcement Get(const std::string& id) { return register_->GetAnnouncement(id).value(); }
  std::string IdNamed(const std::string& name) {
    for (const v1::Announcement& a : All())
      if (a.merged().centre_name_zh() == name && a.state() != "merged") return a.id();
    ADD_FAILURE() << "no announcement of " << name;
    return "";
  }
  std::string PlainId() { return IdNamed("靖安国际传播中心"); }
  std::string BrandId() { return IdNamed("白茶之乡国际传播中心"); }
  static std::vector<std::string> Urls(const v1::Announcement& a) {
    std::vector<std::string> urls;
    for (const v1::Source& source : a.sources()) urls.push_back(source.url());
    return urls;
  }
  std::vector<v1::Curation> Log(const std::string& id = "") {
    v1::ListCurationsRequest request;
    request.set_id(id);
    return register_->curations().List(request).value().rows;
  }
  // The register's state, without how often it was told of.
  std::string State() {
    std::string state;
    for (const v1::Announcement& a : All()) state += Substance(a);
    for (const v1::Centre& c : Centres()) state += c.DebugString();
    return state;
  }
};

TEST_F(CurateTest, MergedAnnouncementIsASourceOfTheOtherAndSoIsWhatComesLater) {
  Merge(PlainPage());
  Merge(BrandPage());
  const size_t centres = Centres().size();
  const std::string plain = PlainId();
  const std::string brand = BrandId();
  const v1::CurateReply reply = Merge2(brand, plain);
  EXPECT_EQ(reply.announcement().state(), "merged");
  EXPECT_EQ(reply.announcement().merged_into(), plain);
  EXPECT_THAT(Urls(reply.other()), ElementsAre("http://a.cn/1", "http://b.cn/1"));
  EXPECT_THAT(Said(register_->centres().Get(Get(plain).centre_id()).value(), "name_zh"),
              UnorderedElementsAre("靖安国际传播中心", "白茶之乡国际传播中心"));
  EXPECT_EQ(Centres().size(), centres - 1);
  EXPECT_EQ(register_->Stats().centres(), centres - 1);
  EXPECT_EQ(register_->centres().Get(Get(brand).centre_id()).value().state(), "merged");

  const auto events = Events();
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[2].type(), "updated");
  EXPECT_EQ(events[2].announcement().id(), plain);
  EXPECT_EQ(events[3].type(), "merged");
  EXPECT_EQ(events[3].announcement().id(), brand);
  EXPECT_EQ(events[3].curation(), 1u);

  Merge(BrandPage("http://c.cn/reprint", 2 * kHour));
  EXPECT_EQ(Get(plain).sources_size(), 3);
  EXPECT_EQ(Get(brand).state(), "merged");
  EXPECT_EQ(Events().back().announcement().id(), plain);
  Reopen();
  EXPECT_EQ(Get(plain).sources_size(), 3);
  EXPECT_EQ(register_->Stats().centres(), centres - 1);
}

TEST_F(CurateTest, CuratedStateIsTheSameWhenPagesAreFollowedAgain) {
  Merge(PlainPage());
  Merge(BrandPage());
  Merge2(BrandId(), PlainId());
  const std::string plain = PlainId();
  Merge(PageOf("http://d.cn/1", kNoon).Says(Jingan()).Text("别的文字，讲的是别的一件事情，与前文无关。"));
  Split(plain, {Get(plain).sources(0).snapshot_id()});
  const std::string before = State();
  const uint64_t sequence = register_->Stats().sequence();
  uint64_t entry = 0;
  for (v1::LoggedFindings page :
       {BrandPage(), PlainPage(),
        v1::LoggedFindings(PageOf("http://d.cn/1", kNoon).Says(Jingan()).Text(
            "别的文字，讲的是别的一件事情，与前文无关。"))}) {
    page.set_sequence(++entry);
    ASSERT_TRUE(register_->Apply(128, page).ok());
  }
  EXPECT_EQ(State(), before);
  EXPECT_EQ(register_->Stats().sequence(), sequence);
}

TEST_F(CurateTest, UndoneAMergeIsAsIfItHadNotBeen) {
  Merge(PlainPage());
  Merge(BrandPage());
  const std::string before = State();
  Merge2(BrandId(), PlainId());
  EXPECT_NE(State(), before);
  // By the name of either.
  const v1::CurateReply undone = Do(Ask(Action::UNDO, PlainId()));
  EXPECT_EQ(State(), before);
  EXPECT_EQ(undone.curation().undoes(), 1u);
  EXPECT_EQ(undone.other().state(), "found");
  EXPECT_EQ(Log()[1].undone_by(), 2u);
  EXPECT_THAT(Refused(Ask(Action::UNDO, PlainId())), HasSubstr("nothing is curated"));
  Merge2(BrandId(), PlainId());
  Merge(BrandPage("http://c.cn/1", 2 * kHour));
  Do(Ask(Action::UNDO, PlainId()));
  EXPECT_THAT(Urls(Get(BrandId())), ElementsAre("http://b.cn/1", "http://c.cn/1"));
  EXPECT_THAT(Urls(Get(PlainId())), ElementsAre("http://a.cn/1"));
}

TEST_F(CurateTest, SplitSourceStaysSplitWithItsVersionsAndReprints) {
  Merge(PlainPage());
  Merge(PageOf("http://b.cn/1", kNoon + kHour).Says(Jingan()).Text(kBrand).Site("乙报"));
  const std::string before = State();
  const std::string id = PlainId();
  const v1::CurateReply reply = Split(id, {Get(id).sources(1).snapshot_id()});
  const std::string own = reply.other().id();
  EXPECT_THAT(Urls(Get(id)), ElementsAre("http://a.cn/1"));
  EXPECT_THAT(Urls(Get(own)), ElementsAre("http://b.cn/1"));
  EXPECT_EQ(Get(own).state(), "found");
  v1::Finding edited = Jingan();
  edited.set_lead_organ("靖安县委宣传部");
  Merge(PageOf("http://b.cn/1", kNoon + kDay).Says(edited).Text("改过的文字").Site("乙报"));
  Merge(PageOf("http://c.cn/1", kNoon + kDay).Says(Jingan()).Text(kBrand).Site("丙报"));
  Merge(PageOf("http://d.cn/1", kNoon + kDay).Says(Jingan()).Text(kPlain).Site("丁报"));
  EXPECT_THAT(Urls(Get(id)), UnorderedElementsAre("http://a.cn/1", "http://d.cn/1"));
  EXPECT_THAT(Urls(Get(own)),
              UnorderedElementsAre("http://b.cn/1", "http://b.cn/1", "http://c.cn/1"));
  EXPECT_THAT(Said(register_->centres().Get(Get(id).centre_id()).value(), "lead_organ"),
              IsEmpty());
  Do(Ask(Action::UNDO, id));
  EXPECT_EQ(Get(id).sources_size(), 5);
  EXPECT_EQ(Get(own).state(), "merged");
  EXPECT_EQ(Get(own).merged_into(), id);
}

TEST_F(CurateTest, SplitFitsSourcesThatLeaveSomeBehind) {
  Merge(PlainPage());
  Merge(PlainPage("http://b.cn/reprint", kHour));
  const std::string id = PlainId();
  v1::CurateRequest request = Ask(Action::SPLIT, id);
  request.add_snapshot_ids(Get(id).sources(0).snapshot_id());
  EXPECT_THAT(Refused(request), HasSubstr("would leave")) << "the other is its reprint";
  request.set_snapshot_ids(0, "20251118040000000-00000000/http://x.cn/");
  EXPECT_THAT(Refused(request), HasSubstr("is no source of " + id));
}

TEST_F(CurateTest, RetractedFoundingIsNotAnnouncedAgainUntilThatIsUndone) {
  Merge(PlainPage());
  const std::string id = PlainId();
  const size_t centres = Centres().size();
  EXPECT_EQ(Do(Ask(Action::RETRACT, id)).announcement().state(), "retracted");
  EXPECT_EQ(Events().back().type(), "retracted");
  EXPECT_EQ(Centres().size(), centres - 1);
  const uint64_t sequence = register_->Stats().sequence();
  Merge(PlainPage("http://c.cn/reprint", kDay));
  EXPECT_EQ(Get(id).state(), "retracted");
  EXPECT_EQ(register_->Stats().sequence(), sequence) << "nobody hears of it";
  EXPECT_THAT(Refused(Ask(Action::RETRACT, id)), HasSubstr("retracted"));
  Do(Ask(Action::UNDO, id));
  EXPECT_EQ(Get(id).state(), "found");
  EXPECT_EQ(Get(id).sources_size(), 2);
  EXPECT_EQ(Centres().size(), centres);
}

TEST_F(CurateTest, ConfirmedFoundingStandsWhateverBecomesOfItsPages) {
  Merge(PlainPage());
  const std::string id = PlainId();
  Do(Ask(Action::CONFIRM, id));
  EXPECT_EQ(Get(id).state(), "confirmed");
  Merge(PlainPage("http://c.cn/1", kHour));
  EXPECT_EQ(Get(id).state(), "confirmed");
  EXPECT_EQ(Get(id).sources_size(), 2);
  for (v1::LoggedFindings page : {PlainPage(), PlainPage("http://c.cn/1", kHour)}) {
    page.mutable_findings(0)->set_is_announcement(false);
    Merge(page);
  }
  EXPECT_EQ(Get(id).state(), "confirmed");
  EXPECT_THAT(Refused(Ask(Action::CONFIRM, id)), HasSubstr("already"));
  Do(Ask(Action::RETRACT, id));
  EXPECT_EQ(Get(id).state(), "retracted");
  Do(Ask(Action::UNDO, id));
  EXPECT_EQ(Get(id).state(), "confirmed") << "as it was before";
  Do(Ask(Action::UNDO, id));
  EXPECT_EQ(Get(id).state(), "retracted") << "no page says it any more";
  EXPECT_EQ(Do(Ask(Action::CONFIRM, id)).announcement().state(), "confirmed");
}

TEST_F(CurateTest, FoundingOfAKnownCentreIsMergedIntoThatCentre) {
  Merge(BrandPage());
  const v1::Centre known = CentreNamed("济南国际传播中心");
  const std::string brand = BrandId();
  Merge2(brand, known.id());
  EXPECT_EQ(Get(brand).merged_into(), known.id());
  const v1::Centre after = register_->centres().Get(known.id()).value();
  EXPECT_THAT(after.announcement_ids(), IsEmpty()) << "it was known for years";
  EXPECT_THAT(Said(after, "account"), Contains("Hello Jing'an"));
  Do(Ask(Action::UNDO, brand));
  EXPECT_EQ(register_->centres().Get(known.id()).value().DebugString(), known.DebugString());
  EXPECT_EQ(Get(brand).state(), "found");
}

TEST_F(CurateTest, LogSaysWhoWhyWhenAndWhatWasBefore) {
  Merge(PlainPage());
  Merge(BrandPage());
  const std::string plain = PlainId();
  const std::string brand = BrandId();
  Merge2(brand, plain);
  clock_.Advance(Millis(5'000));
  Do(Ask(Action::CONFIRM, plain));
  Reopen();
  const auto log = Log();
  ASSERT_EQ(log.size(), 2u);
  EXPECT_EQ(log[0].number(), 2u) << "newest first";
  EXPECT_EQ(log[0].at_ms(), kNoon + 5'000);
  EXPECT_EQ(log[1].who(), "李分析");
  EXPECT_EQ(log[1].why(), "同一次揭牌");
  EXPECT_EQ(log[1].other_id(), plain);
  ASSERT_EQ(log[1].before_size(), 2);
  EXPECT_EQ(log[1].before(0).state(), "found");
  EXPECT_EQ(log[1].before(0).merged().centre_name_zh(), "白茶之乡国际传播中心");
  EXPECT_EQ(log[1].before(0).sources_size(), 1);
  EXPECT_EQ(Log(brand).size(), 1u);
  EXPECT_EQ(Log(plain).size(), 2u);
}

TEST_F(CurateTest, WhatDoesNotFitIsRefusedAndSaysWhy) {
  Merge(PlainPage());
  Merge(BrandPage());
  const std::string plain = PlainId();
  const std::string brand = BrandId();
  v1::CurateRequest merge = Ask(Action::MERGE, brand);
  merge.set_other_id(brand);
  EXPECT_THAT(Refused(merge), HasSubstr("into itself"));
  merge.set_other_id(plain);
  Do(merge);
  EXPECT_THAT(Refused(merge), HasSubstr("merged into " + plain));
  std::swap(*merge.mutable_id(), *merge.mutable_other_id());
  EXPECT_THAT(Refused(merge), HasSubstr("is itself merged"));
  EXPECT_THAT(Refused(Ask(Action::RETRACT, "a123456789abc"), StatusCode::kNotFound),
              HasSubstr("a123456789abc"));
  Refused(Ask(Action::RETRACT, "no such\nid"), StatusCode::kNotFound);
  v1::CurateRequest words = Ask(Action::RETRACT, plain);
  words.set_who(" ");
  EXPECT_THAT(Refused(words, StatusCode::kInvalidArgument), HasSubstr("who"));
  words.set_who(std::string(200, 'x'));
  EXPECT_THAT(Refused(words, StatusCode::kInvalidArgument), HasSubstr("128"));
  Refused(Ask(Action::MERGE, plain), StatusCode::kInvalidArgument);
  Refused(Ask(Action::SPLIT, plain), StatusCode::kInvalidArgument);
  Refused(Ask(Action::ACTION_UNSPECIFIED, plain), StatusCode::kInvalidArgument);
  v1::CurateRequest undo = Ask(Action::UNDO, plain);
  undo.set_number(99);
  EXPECT_THAT(Refused(undo), HasSubstr("curation 99"));
}

TEST_F(CurateTest, WhatNewerCurationsRestOnIsUndoneAfterThem) {
  Merge(PlainPage());
  Merge(BrandPage());
  const std::string plain = PlainId();
  const std::string brand = BrandId();
  Merge2(brand, plain);                                             // 1
  const std::string own = Split(plain, {Get(plain).sources(1).snapshot_id()}).other().id();  // 2
  Do(Ask(Action::CONFIRM, own));                                    // 3
  v1::CurateRequest back = Ask(Action::MERGE, own);
  back.set_other_id(brand);
  EXPECT_THAT(Refused(back), HasSubstr("merged"));
  back.set_other_id(plain);
  EXPECT_THAT(Refused(back), HasSubstr("split off"));
  v1::CurateRequest undo = Ask(Action::UNDO, plain);
  undo.set_number(1);
  EXPECT_THAT(Refused(undo), HasSubstr("curation 2"));
  undo.set_number(2);
  EXPECT_THAT(Refused(undo), HasSubstr("curation 3"));
  Do(Ask(Action::UNDO, own));
  Do(undo);
  undo.set_number(1);
  Do(undo);
  EXPECT_EQ(Get(plain).DebugString().find("merged_into"), std::string::npos);
  EXPECT_THAT(Urls(Get(plain)), ElementsAre("http://a.cn/1"));
  EXPECT_THAT(Urls(Get(brand)), ElementsAre("http://b.cn/1"));
}

TEST_F(CurateTest, DryRunSaysWhatWouldBeAndWritesNothing) {
  Merge(PlainPage());
  Merge(BrandPage());
  const std::string before = State();
  v1::CurateRequest merge = Ask(Action::MERGE, BrandId());
  merge.set_other_id(PlainId());
  merge.set_dry_run(true);
  const v1::CurateReply reply = Do(merge);
  EXPECT_EQ(reply.announcement().state(), "merged");
  EXPECT_EQ(reply.other().sources_size(), 2);
  EXPECT_EQ(State(), before);
  EXPECT_THAT(Log(), IsEmpty());
  EXPECT_EQ(Events().size(), 2u);
}

TEST_F(CurateTest, CentresAreCountedAsTheyWereKnownThen) {
  clock_.Set(FromMillis(kNoon + 2 * kDay));
  Merge(PlainPage());
  Merge(BrandPage());
  const auto known_by = [&](int64_t ms) {
    v1::ListCentresRequest request;
    request.set_place_code("360925");
    request.set_known_by_ms(ms);
    return Centres(request).size();
  };
  Merge2(BrandId(), PlainId());
  EXPECT_EQ(known_by(kNoon - kDay), 0u);
  EXPECT_EQ(known_by(kNoon + kDay), 2u) << "nobody had said yet that they are one";
  EXPECT_EQ(known_by(kNoon + 2 * kDay), 1u);
  clock_.Set(FromMillis(kNoon + 5 * kDay));
  Do(Ask(Action::RETRACT, PlainId()));
  EXPECT_EQ(known_by(kNoon + 5 * kDay), 0u);
  EXPECT_EQ(known_by(kNoon + 4 * kDay), 1u);
}

}  // namespace
}  // namespace signboard::registry
