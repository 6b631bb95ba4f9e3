// Opening: old directories, newer programs, the list of known centres; lists, their order and
// filters.
#include <set>

#include "storage/register/founding_day.h"
#include "storage/register/known_centres.h"
#include "storage/register/sketch.h"
#include "tests/storage/register/register_fixture.h"

namespace signboard::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A county of the province of Jiangxi, whose centre is not in the list.
v1::Finding Of(const std::string& code, const std::string& name, double score) {
  v1::Finding f = Jingan();
  f.set_centre_name_zh(name + "国际传播中心");
  f.set_score(score);
  v1::Place* place = f.mutable_place();
  place->set_code(code);
  place->set_name_zh(name);
  place->clear_parents();
  place->add_parents(code.substr(0, 4) + "00");
  place->add_parents(code.substr(0, 2) + "0000");
  return f;
}

TEST(RegisterOpenTest, DirectoryMadeBeforeTheRegisterGetsItsFamilies) {
  kv::testing::TempDirectory directory;
  const base::ManualClock clock(FromMillis(kNoon));
  {
    auto space = OpenSpace(directory.Sub("archive"), archive::ArchiveFamilies());
    ASSERT_TRUE(space.ok()) << base::ToString(space.status());
    EXPECT_EQ(Register::Open(**space, clock).status().code(), StatusCode::kInvalidArgument);
    kv::Batch batch;
    batch.Put(0, kv::SlotKey(7) + "key", "value");
    ASSERT_TRUE((*space)->Shards()[0]->Write(batch, kv::Durability::kSynced).ok());
  }
  auto space = OpenSpace(directory.Sub("archive"), AllFamilies());
  ASSERT_TRUE(space.ok()) << base::ToString(space.status());
  auto opened = Register::Open(**space, clock);
  ASSERT_TRUE(opened.ok()) << base::ToString(opened.status());
  EXPECT_GT((*opened)->Stats().centres(), 40u);
  EXPECT_EQ((*space)->Shards()[0]->Get(0, kv::SlotKey(7) + "key").value(), "value");
}

TEST(RegisterOpenTest, RegisterGoesToTheShardThatHoldsTheReservedSlot) {
  kv::testing::TempDirectory directory;
  const base::ManualClock clock(FromMillis(kNoon));
  kv::LocalSpaceOptions options;
  options.directory = directory.Sub("archive");
  options.families = AllFamilies();
  options.shards = {{0, 99}, {100, kv::kReservedSlot}};
  auto space = kv::LocalSpace::Open(options).value();
  auto opened = Register::Open(*space, clock);
  ASSERT_TRUE(opened.ok()) << base::ToString(opened.status());
  EXPECT_TRUE(CheckSchema(*space).ok());
}

TEST_F(RegisterTest, RegisterOfANewerProgramIsRefused) {
  const Families families = FindFamilies(*space_).value();
  std::string newer;
  base::AppendU32(&newer, kSchemaVersion + 1);
  kv::Batch batch;
  batch.Put(families.meta, VersionKey(), newer);
  const auto shard = space_->ShardOf(kv::kReservedSlot).value();
  ASSERT_TRUE(shard->Write(batch, kv::Durability::kSynced).ok());
  const Status refused = Register::Open(*space_, clock_).status();
  EXPECT_EQ(refused.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(base::ToString(refused), HasSubstr("schema version 3"));
}

TEST_F(RegisterTest, DamagedRecordIsDataLossAndNamesItsKey) {
  Merge(PageOf("http://a.cn/1", kNoon).Says(Jingan()).Text("揭牌"));
  const std::string id = All()[0].id();
  const Families families = FindFamilies(*space_).value();
  const auto shard = space_->ShardOf(kv::kReservedSlot).value();
  const std::string good = shard->Get(families.announcement, IdKey(id)).value().value();
  kv::Batch batch;
  batch.Put(families.announcement, IdKey(id), "\xff\xff");
  ASSERT_TRUE(shard->Write(batch, kv::Durability::kSynced).ok());
  const Status damaged = register_->GetAnnouncement(id).status();
  EXPECT_EQ(damaged.code(), StatusCode::kDataLoss);
  EXPECT_THAT(base::ToString(damaged), HasSubstr("Announcement"));
  EXPECT_EQ(CheckSchema(*space_).code(), StatusCode::kDataLoss);
  batch.Clear();
  batch.Put(families.announcement, IdKey(id), good);
  ASSERT_TRUE(shard->Write(batch, kv::Durability::kSynced).ok());
}

TEST(KnownCentresTest, ListIsReadWithFormerNamesAndBrackets) {
  const KnownCentres known = KnownCentres::Load().value();
  EXPECT_EQ(known.all().size(), 46u) << "47 rows, one of them a base";
  std::set<std::string> keys;
  for (const KnownCentre& centre : known.all()) {
    EXPECT_TRUE(keys.insert(centre.key).second) << centre.name_zh;
    EXPECT_FALSE(centre.source.empty()) << centre.name_zh;
    EXPECT_EQ(CentreIdOf(centre.key).size(), 13u);
  }
  v1::Place chongqing;
  chongqing.set_code("500000");
  chongqing.set_name_zh("重庆市");
  chongqing.set_level("province");
  const auto key = [&](const char* name, const v1::Place& place) {
    return known.Resolve(KeyOf(name, place));
  };
  EXPECT_EQ(key("重庆国际传播中心", chongqing), key("西部国际传播中心", chongqing));
  EXPECT_EQ(key("济南国际传播中心", {}), key("济南市国际传播中心", {}))
      << "without a place both spellings lead to the centre in the list";
  EXPECT_EQ(known.Resolve("360925|国际传播中心"), "360925|国际传播中心");
}

TEST(KnownCentresTest, BrokenListSaysWhere) {
  const auto broken = KnownCentres::Parse("a,b\n\"x\ny\",z\n");
  EXPECT_THAT(base::ToString(broken.status()), HasSubstr("record 2"));
}

TEST(SketchTest, TextsAreAlikeAsTheirShinglesAre) {
  std::string text;
  for (int i = 0; i < 400; ++i) text += "第" + std::to_string(i * 37) + "号公告";
  const std::string sketch = MakeSketch(text);
  EXPECT_EQ(sketch.size(), kSketchHashes * 8);
  const auto alike = [](const std::string& x, const std::string& y) {
    return Likeness(HashesOf(MakeSketch(x)), HashesOf(MakeSketch(y)));
  };
  EXPECT_EQ(alike(text, text), 1);
  EXPECT_EQ(alike(text, "  " + text + "。\n\n"), 1) << "spaces do not count";
  EXPECT_GT(alike(text, "来源：某报。" + text + "责任编辑：某某"), 0.8);
  EXPECT_LT(alike(text, text.substr(0, text.size() / 4)), 0.5);
  EXPECT_EQ(alike("國際傳播中心揭牌", "国际传播中心揭牌"), 1);
  EXPECT_EQ(MakeSketch("短"), "");
  EXPECT_EQ(alike("", text), 0);
  EXPECT_EQ(MakeSketch(std::string(1'000'000, 'a')).size(), 8u);
  MakeSketch("\xff\xfe\x80");
}

TEST(FoundingDayTest, LooseDatesAreRangesInChina) {
  const UnixTime day = FromMillis(kNoon - 12 * kHour);  // 2025-11-18T00:00+08:00
  EXPECT_EQ(ParseFoundingDay("2025-11-18").first, day);
  EXPECT_EQ(ParseFoundingDay("2025-11-18").last, day + Millis(kDay));
  EXPECT_EQ(ParseFoundingDay("2025").last, ParseFoundingDay("2025-12-31").last);
  EXPECT_EQ(ParseFoundingDay("<=2025-11-18").last, day + Millis(kDay));
  EXPECT_FALSE(ParseFoundingDay("<=2025-11-18").first);
  EXPECT_EQ(ParseFoundingDay("--11-18").month_day, "11-18");
  EXPECT_EQ(ParseFoundingDay("\?\?\?\?-11-18").month_day, "11-18");
  for (const char* nothing : {"", "unknown", "2025-13-40", "2025-11-18T", "20251118", "--", "<="})
    EXPECT_FALSE(ParseFoundingDay(nothing).last) << nothing;
}

TEST_F(RegisterTest, ListsAreNewestFirstFilteredAndPaged) {
  const std::vector<std::pair<const char*, const char*>> counties = {
      {"360922", "万载县"}, {"360923", "上高县"}, {"360924", "宜丰县"},
      {"360925", "靖安县"}, {"360926", "铜鼓县"}, {"331126", "庆元县"}};
  int i = 0;
  for (const auto& [code, name] : counties) {
    ++i;
    const std::string url = "http://" + std::string(code) + ".gov.cn/";
    Merge(PageOf(url, kNoon + i * kHour).Says(Of(code, name, 0.1 * i)).Text(name));
  }
  const auto places = [](const std::vector<v1::Announcement>& all) {
    std::vector<std::string> codes;
    for (const v1::Announcement& row : all) codes.push_back(row.merged().place().code());
    return codes;
  };
  EXPECT_THAT(places(All()),
              ElementsAre("331126", "360926", "360925", "360924", "360923", "360922"));
  v1::ListAnnouncementsRequest request;
  request.set_limit(1);
  EXPECT_EQ(All(request).size(), 6u) << "page by page";
  request.set_cursor(All()[2].id());
  EXPECT_THAT(places(All(request)), ElementsAre("360924", "360923", "360922"));
  request.Clear();
  request.mutable_filter()->set_place_code("360900");
  request.mutable_filter()->set_score_min(0.35);
  EXPECT_THAT(places(All(request)), ElementsAre("360926", "360925"));
  request.mutable_filter()->Clear();
  request.mutable_filter()->set_since_ms(kNoon + 2 * kHour);
  request.mutable_filter()->set_until_ms(kNoon + 4 * kHour);
  EXPECT_THAT(places(All(request)), ElementsAre("360924", "360923"));
  request.mutable_filter()->set_level("province");
  EXPECT_TRUE(All(request).empty());
  request.set_limit(kListMax + 1);
  EXPECT_EQ(register_->ListAnnouncements(request).status().code(), StatusCode::kInvalidArgument);
  request.Clear();
  request.set_cursor("a000000000000");
  EXPECT_EQ(register_->ListAnnouncements(request).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(register_->GetAnnouncement("a000000000000").status().code(), StatusCode::kNotFound);
  EXPECT_EQ(register_->GetAnnouncement("").status().code(), StatusCode::kNotFound);
  EXPECT_EQ(register_->centres().Get(std::string(100'000, 'c')).status().code(),
            base::StatusCode::kInvalidArgument)
      << "longer than any key";
}

TEST_F(RegisterTest, CentresAreListedByPlaceAsOfADayAndAsKnownThen) {
  Merge(PageOf("http://a.gov.cn/", kNoon).Says(Jingan()).Text("揭牌"));
  v1::ListCentresRequest request;
  request.set_place_code("360000");
  std::vector<std::string> names;
  for (const v1::Centre& centre : Centres(request)) names.push_back(centre.name_zh());
  EXPECT_THAT(names, ElementsAre("江西国际传播中心", "靖安国际传播中心"));
  request.set_limit(1);
  EXPECT_EQ(Centres(request).size(), 2u);
  request.clear_limit();
  request.set_as_of_ms(kNoon - 10 * kDay);
  EXPECT_EQ(Centres(request).size(), 1u) << "Jing'an was not there yet";
  request.set_as_of_ms(kNoon + kDay);
  EXPECT_EQ(Centres(request).size(), 2u);
  request.set_known_by_ms(kNoon - 1);
  EXPECT_EQ(Centres(request).size(), 1u) << "and nobody knew of it";
  request.Clear();
  request.set_level("other");
  for (const v1::Centre& centre : Centres(request)) EXPECT_EQ(centre.place().level(), "other");
  EXPECT_EQ(Centres(request).size(), 4u) << "themes";
  EXPECT_EQ(Centres().size(), register_->Stats().centres());
}

}  // namespace
}  // namespace signboard::registry
