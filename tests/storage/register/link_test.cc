// Foundings that pages tell of under several names, centres that are renamed, and centres that were
// known before under another spelling.
#include <algorithm>

#include "storage/register/foundings.h"
#include "tests/storage/register/register_fixture.h"

namespace signboard::registry {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

v1::Finding Putian(const std::string& name_zh, const std::string& day = "2025-11-18") {
  v1::Finding f = Jingan();
  f.set_centre_name_zh(name_zh);
  f.mutable_place()->set_code("350300");
  f.mutable_place()->set_name_zh("莆田市");
  f.mutable_place()->set_level("prefecture");
  f.mutable_place()->clear_parents();
  f.mutable_place()->add_parents("350000");
  f.set_event_date(day);
  return f;
}

class LinkTest : public RegisterTest {
 protected:
  // Each in words of its own.
  void Tell(const v1::Finding& finding, int hour) {
    std::string text;
    for (int i = 0; i < 40; ++i) text += "第" + std::to_string(hour * 41 + i) + "句";
    Merge(PageOf("http://m.cn/" + std::to_string(hour), kNoon + hour * kHour)
              .Says(finding)
              .Text(text)
              .Site("媒体" + std::to_string(hour)));
  }
  // Those that stand.
  std::vector<v1::Announcement> Found() {
    std::vector<v1::Announcement> all = All();
    std::erase_if(all, [](const v1::Announcement& a) { return a.state() != "found"; });
    return all;
  }
};

TEST_F(LinkTest, FullNameShortNameAndEnglishNameOfOneDayAreOneAnnouncement) {
  const size_t centres = Centres().size();
  Tell(Putian("莆田妈祖国际传播中心"), 1);
  Tell(Putian("莆田市国际传播中心"), 2);
  v1::Finding english = Putian("");
  english.set_centre_name_en("Putian Mazu International Communication Center");
  english.set_event_date("2025-11-19");  // As seen from elsewhere.
  Tell(english, 30);
  ASSERT_EQ(All().size(), 1u);
  EXPECT_EQ(All()[0].sources_size(), 3);
  EXPECT_EQ(All()[0].merged().centre_name_zh(), "莆田妈祖国际传播中心");
  EXPECT_EQ(Centres().size(), centres + 1);
  EXPECT_THAT(Said(register_->centres().Get(All()[0].centre_id()).value(), "name_zh"),
              ElementsAre("莆田妈祖国际传播中心", "莆田市国际传播中心"));
  Reopen();
  Tell(Putian("莆田国际传播中心"), 31);
  ASSERT_EQ(All().size(), 1u);
  EXPECT_EQ(All()[0].sources_size(), 4);
}

TEST_F(LinkTest, TwoNamesThatBothSayMoreAreTwoCentresAndAVagueOneIsNeithers) {
  Tell(Putian("莆田日报社国际传播中心"), 1);
  Tell(Putian("莆田广播电视台国际传播中心"), 2);
  EXPECT_EQ(Found().size(), 2u);
  Tell(Putian("莆田国际传播中心"), 3);
  EXPECT_EQ(Found().size(), 3u);
  Tell(Putian("莆田国际传播中心仙游分中心"), 4);
  EXPECT_EQ(Found().size(), 4u) << "a branch is not the centre";
}

TEST_F(LinkTest, AnotherDayIsAnotherFounding) {
  Tell(Putian("莆田妈祖国际传播中心", "2025-11-03"), 1);
  Tell(Putian("莆田国际传播中心", "2025-11-18"), 2);
  EXPECT_EQ(Found().size(), 2u);
}

TEST_F(LinkTest, WhatCameFirstHasTheAnnouncementInWhateverOrderPagesCome) {
  Tell(Putian("莆田国际传播中心"), 9);
  const std::string later = All()[0].id();
  Tell(Putian("莆田妈祖国际传播中心"), 1);
  ASSERT_EQ(Found().size(), 1u);
  EXPECT_EQ(Found()[0].sources_size(), 2);
  EXPECT_EQ(Found()[0].sources(0).captured_ms(), kNoon + kHour);
  const v1::Announcement merged = register_->GetAnnouncement(later).value();
  EXPECT_EQ(merged.state(), "merged");
  EXPECT_EQ(merged.merged_into(), Found()[0].id());
  EXPECT_EQ(Events().back().type(), "merged");
  // A third name that fits only one of them: what was linked is looked at anew.
  Tell(Putian("莆田侨乡国际传播中心"), 10);
  EXPECT_EQ(Found().size(), 3u) << "莆田国际传播中心 may be either's now";
  EXPECT_EQ(register_->GetAnnouncement(later).value().state(), "found");
}

TEST_F(LinkTest, AnalystsWordStandsOverWhatPagesTell) {
  Tell(Putian("莆田妈祖国际传播中心"), 1);
  Tell(Putian("莆田国际传播中心"), 2);
  ASSERT_EQ(All().size(), 1u);
  v1::CurateRequest split;
  split.set_action(v1::CurateRequest::SPLIT);
  split.set_id(All()[0].id());
  split.add_snapshot_ids(All()[0].sources(1).snapshot_id());
  split.set_who("李分析");
  split.set_why("两家");
  ASSERT_TRUE(register_->Curate(split).ok());
  EXPECT_EQ(Found().size(), 2u);
  Tell(Putian("莆田妈祖国际传播中心"), 3);
  EXPECT_EQ(Found().size(), 2u);
  v1::CurateRequest retract = split;
  retract.set_action(v1::CurateRequest::RETRACT);
  retract.clear_snapshot_ids();
  ASSERT_TRUE(register_->Curate(retract).ok());
  Tell(Putian("莆田市国际传播中心"), 4);
  EXPECT_EQ(Found().size(), 1u) << "a reprint under the other name announces nothing";
}

TEST_F(LinkTest, RenamedCentreIsAStatementOfItAndNoNewCentre) {
  Tell(Putian("莆田妈祖国际传播中心"), 1);
  const std::string id = All()[0].id();
  const size_t centres = Centres().size();
  v1::Finding old_name = Putian("莆田妈祖国际传播中心", "2026-03-01");
  old_name.set_is_announcement(false);
  old_name.set_event("renamed");
  v1::Finding new_name = old_name;
  new_name.set_centre_name_zh("莆田世遗国际传播中心");
  const int64_t later = kNoon + 103 * kDay;
  Merge(PageOf("http://m.cn/rename", later).Says(old_name).Says(new_name).Text("更名"));
  EXPECT_EQ(Centres().size(), centres);
  const v1::Centre centre = register_->centres().Get(Found().at(0).centre_id()).value();
  EXPECT_THAT(Said(centre, "name_zh"),
              ElementsAre("莆田妈祖国际传播中心", "莆田世遗国际传播中心"));
  for (const v1::Statement& statement : centre.statements()) {
    if (statement.field() != "name_zh") continue;
    const bool is_new = statement.value() == "莆田世遗国际传播中心";
    EXPECT_EQ(statement.valid_from(), is_new ? "2026-03-01" : "2025-11-18");
    EXPECT_EQ(statement.valid_to(), is_new ? "" : "2026-03-01");
  }
  // Whoever reports the new name's unveiling announces nothing.
  v1::Finding unveiled = Putian("莆田世遗国际传播中心", "2026-03-01");
  Merge(PageOf("http://m.cn/plaque", later + kHour).Says(unveiled).Text("揭牌"));
  ASSERT_EQ(Found().size(), 1u);
  EXPECT_EQ(Found()[0].id(), id);
  EXPECT_EQ(Found()[0].sources_size(), 1);
  EXPECT_EQ(Centres().size(), centres);
}

TEST_F(LinkTest, KnownCentreIsMetUnderEverySpelling) {
  const size_t centres = Centres().size();
  v1::Finding f = Jingan();
  f.mutable_place()->set_code("370100");
  f.mutable_place()->set_name_zh("济南市");
  f.mutable_place()->set_level("prefecture");
  int page = 0;
  for (const char* name : {"济南国际传播中心", "济南市国际传播中心", "济南市对外传播中心",
                           "济南对外传播中心", "济南市國際傳播中心", "济南市海外传播中心", "",
                           "济南国传中心"}) {
    f.set_centre_name_zh(name);
    Tell(f, ++page);
  }
  // Where nobody resolved the place.
  f.clear_place();
  for (const char* name : {"济南国际传播中心", "济南市国际传播中心", "济南市对外传播中心"}) {
    f.set_centre_name_zh(name);
    Tell(f, ++page);
  }
  EXPECT_THAT(All(), IsEmpty());
  EXPECT_EQ(Centres().size(), centres);
  EXPECT_THAT(Said(CentreNamed("济南国际传播中心"), "name_zh"), Contains("济南市对外传播中心"));
}

TEST_F(LinkTest, ManyFoundingsWithReprintsAreCountedOnce) {
  constexpr int kFoundings = 40;
  constexpr int kReprints = 20;
  const size_t centres = Centres().size();
  for (int number = 0; number < kFoundings; ++number) {
    for (int copy = 0; copy <= kReprints; ++copy) {
      v1::Finding f = Putian("莆田题" + std::to_string(number) + "号国际传播中心");
      std::string text;
      for (int i = 0; i < 40; ++i) text += "第" + std::to_string(number * 41 + i) + "句";
      Merge(PageOf("http://m" + std::to_string(copy) + ".cn/" + std::to_string(number),
                   kNoon + copy)
                .Says(f)
                .Text(text)
                .Site("媒体" + std::to_string(copy), copy == 0 ? "" : "媒体0"));
    }
  }
  ASSERT_EQ(All().size(), static_cast<size_t>(kFoundings));
  for (const v1::Announcement& a : All()) {
    EXPECT_EQ(a.sources_size(), kReprints + 1);
    EXPECT_EQ(a.independent_source_count(), 1u);
    EXPECT_FALSE(a.sources(0).is_reprint());
  }
  EXPECT_EQ(Centres().size(), centres + kFoundings);
  v1::ListCentresRequest request;
  request.set_place_code("350300");
  const auto count = register_->centres().Count(request).value();
  EXPECT_EQ(count.by_level().at("prefecture"), count.count());
  EXPECT_GE(count.count(), static_cast<uint64_t>(kFoundings));
  request.set_as_of_ms(kNoon - kDay);
  EXPECT_LT(register_->centres().Count(request).value().count(), count.count());
  request.clear_as_of_ms();
  request.set_known_by_ms(kNoon - kDay);
  EXPECT_LT(register_->centres().Count(request).value().count(), count.count());
}

}  // namespace
}  // namespace signboard::registry
