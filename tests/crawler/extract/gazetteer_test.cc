#include "crawler/extract/gazetteer.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace signboard::extract {
namespace {

std::string Codes(const std::vector<const Region*>& regions) {
  std::string codes;
  for (const Region* region : regions) {
    if (!codes.empty()) codes += ' ';
    codes += region->code;
  }
  return codes;
}

// 靖安县:360925! 鼓楼区:…; an exclamation mark for a full name.
std::string Mentions(std::string_view text) {
  std::string found;
  for (const Mention& m : FindMentions(text)) {
    if (!found.empty()) found += ' ';
    found += std::string(text.substr(m.from, m.to - m.from)) + (m.is_full ? "!" : "") + ":" +
             Codes(m.regions);
  }
  return found;
}

TEST(GazetteerTest, CodeLeadsToTheRegionAndItsParents) {
  const Region* jingan = RegionOf("360925");
  ASSERT_NE(jingan, nullptr);
  EXPECT_EQ(jingan->name_zh, "靖安县");
  EXPECT_EQ(jingan->short_zh, "靖安");
  EXPECT_EQ(jingan->name_en, "Jing'an County");
  EXPECT_EQ(jingan->pinyin, "jing an");
  EXPECT_EQ(LevelName(jingan->level), "county");
  EXPECT_NEAR(jingan->lat, 28.863, 0.001);
  const Region* yichun = Parent(*jingan);
  ASSERT_NE(yichun, nullptr);
  EXPECT_EQ(yichun->code, "360900");
  EXPECT_EQ(yichun->level, Level::kPrefecture);
  EXPECT_EQ(ProvinceOf(*jingan).code, "360000");
  EXPECT_EQ(Parent(ProvinceOf(*jingan)), nullptr);
  EXPECT_TRUE(IsWithin(*jingan, *yichun));
  EXPECT_TRUE(IsWithin(*jingan, *jingan));
  EXPECT_FALSE(IsWithin(*yichun, *jingan));
}

TEST(GazetteerTest, UnknownCodesAreNull) {
  for (const char* code : {"", "36", "999999", "3609250001", "bm2700", "100000"})
    EXPECT_EQ(RegionOf(code), nullptr) << code;
}

TEST(GazetteerTest, AbolishedCodesLeadToTheirSuccessors) {
  EXPECT_EQ(RegionOf("110103")->name_zh, "东城区") << "崇文区, merged in 2010";
  EXPECT_EQ(RegionOf("430122")->name_zh, "望城区") << "望城县 until 2011";
  EXPECT_EQ(RegionOf("460037")->name_zh, "三沙市") << "through two renamings";
  EXPECT_EQ(RegionOf("130103"), nullptr) << "桥东区 of Shijiazhuang was divided";
}

TEST(GazetteerTest, ChangesOf2025And2026AreIn) {
  EXPECT_EQ(RegionOf("500157")->name_zh, "两江新区");
  EXPECT_EQ(RegionOf("500157")->short_zh, "两江");
  EXPECT_EQ(RegionOf("500105")->name_zh, "江北区");
  EXPECT_EQ(RegionOf("500105")->successor, "500157");
  EXPECT_EQ(RegionOf("500157")->successor, "");
  EXPECT_EQ(Codes(RegionsNamed("渝北")), "500112");
  EXPECT_EQ(RegionOf("659013")->name_zh, "草湖市");
}

TEST(GazetteerTest, EveryParentExistsOneLevelUp) {
  int count = 0;
  for (int number = 110000; number <= 829999; ++number) {
    const Region* region = RegionOf(std::to_string(number));
    if (region == nullptr || region->code != std::to_string(number)) continue;
    ++count;
    if (region->level == Level::kProvince) {
      EXPECT_EQ(Parent(*region), nullptr) << region->code;
      continue;
    }
    ASSERT_NE(Parent(*region), nullptr) << region->code;
    EXPECT_LT(Parent(*region)->level, region->level) << region->code;
  }
  EXPECT_EQ(count, 3'216);
}

TEST(GazetteerTest, NamesFindAllThatBearThem) {
  const struct {
    const char* name;
    const char* codes;
  } cases[] = {
      {"靖安县", "360925"},
      {"靖安", "360925"},
      {"静安区", "310106"},
      {"鼓楼区", "320106 320302 350102 410204"},
      {"朝阳", "110105 211300 211321 220104"},
      {"吉林", "220000 220200"},
      {"内蒙", "150000"},
      {"延边州", "222400"},
      {"红河州", "532500"},
      {"望城县", "430112"},
      {"宜春地区", "360900"},
      {"桥东区", "130702"},  // Zhangjiakou's has the name today; Shijiazhuang's is history.
      {"佳县", "610828"},
      {"", ""},
      {"安", ""},
      {"火星", ""},
  };
  for (const auto& c : cases) EXPECT_EQ(Codes(RegionsNamed(c.name)), c.codes) << c.name;
}

TEST(GazetteerTest, EnglishNamesIgnoreCaseMarksAndKind) {
  const struct {
    const char* name;
    const char* codes;
  } cases[] = {
      {"Jing'an County", "360925"},
      {"Jing’an District", "310106"},
      {"jingan", "310106 360925"},
      {"Jing An", "310106 360925"},
      {"Yichun", "230700 360900"},
      {"Tibet", "540000"},
      {"Xizang", "540000"},
      {"Shaanxi", "610000"},
      {"Shanxi", "140000"},
      {"Shanxi Province", "140000"},
      {"Lüliang City", "141100"},
      {"Urumqi City", "650100"},
      {"Macau", "820000"},
      {"He", ""},
      {"China", ""},
  };
  for (const auto& c : cases) EXPECT_EQ(Codes(RegionsNamedEn(c.name)), c.codes) << c.name;
}

TEST(GazetteerTest, MentionsAreLongestFirst) {
  const struct {
    const char* text;
    const char* found;
  } cases[] = {
      {"江西省宜春市靖安县", "江西省!:360000 宜春市!:360900 靖安县!:360925"},
      {"浙江湖州国际传播中心", "浙江:330000 湖州:330500"},
      {"靖安国际传播中心揭牌", "靖安:360925"},
      {"积石山保安族东乡族撒拉族自治县。", "积石山保安族东乡族撒拉族自治县!:622927"},
      {"红河哈尼族彝族自治州", "红河哈尼族彝族自治州!:532500"},
      {"阳泉市城区与晋城城区", "阳泉市!:140300 城区!:140302 晋城:140500 城区!:140502"},
      {"主城区和郊区", ""},
      {"新华社记者", ""},
      {"和平发展，光明未来，友好往来", ""},
      {"新华区", "新华区!:130105 130902 410402"},
      {"和平县", "和平县!:441624"},
      {"全市中小学", ""},
      {"没有地名的一句话", ""},
      {"Jing'an", ""},
      {"", ""},
  };
  for (const auto& c : cases) EXPECT_EQ(Mentions(c.text), c.found) << c.text;
}

TEST(GazetteerTest, MentionAtSeesOnlyWhatBeginsThere) {
  EXPECT_EQ(MentionAt("在靖安县", 3).to, 12u);
  EXPECT_EQ(MentionAt("在靖安县", 0).to, 0u);
  EXPECT_EQ(MentionAt("在靖安县", 99).to, 0u);
}

TEST(GazetteerTest, HostileTextCostsLinearTime) {
  const auto begin = std::chrono::steady_clock::now();
  std::string repeated;
  while (repeated.size() < 1'000'000) repeated += "积石山保安族东乡族撒拉族自治";  // Never completed.
  EXPECT_FALSE(FindMentions(repeated).empty()) << "积石山 is a stem";
  EXPECT_TRUE(FindMentions(std::string(1'000'000, '\xE9')).empty());
  EXPECT_TRUE(FindMentions(std::string(1'000'000, 'x')).empty());
  EXPECT_TRUE(FindMentions(std::string(1'000'000, '\0')).empty());
  EXPECT_TRUE(FindMentions("靖\xE5\xAE").empty()) << "cut inside a character";
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
}

}  // namespace
}  // namespace signboard::extract
