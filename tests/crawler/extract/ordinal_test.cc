#include "crawler/extract/ordinal.h"

#include <gtest/gtest.h>

#include <string>

namespace signboard::extract {
namespace {

struct OrdinalCase {
  const char* sentence;
  const char* name;     // Of the centre, where the sentence has it.
  const char* place;
  const char* site;
  const char* ordinal;  // "3 360900 全市第三家"; empty: none.
};

std::string Find(const OrdinalCase& c) {
  const std::string_view sentence = c.sentence;
  const size_t at = *c.name == '\0' ? std::string_view::npos : sentence.find(c.name);
  const auto found = FindOrdinal(sentence, at, RegionOf(c.place), c.site);
  if (!found) return {};
  EXPECT_EQ(sentence.substr(found->from, found->to - found->from), found->ordinal.raw);
  return std::to_string(found->ordinal.rank) + " " + found->ordinal.scope_code + " " +
         found->ordinal.raw;
}

TEST(OrdinalTest, RankAndScopeAreTheCentres) {
  const OrdinalCase cases[] = {
      {"这是继市级平台之后，宜春全市第三家揭牌的国际传播中心", "", "360925", "360925",
       "3 360900 宜春全市第三家"},
      {"靖安国际传播中心揭牌，是全市第三家", "靖安国际传播中心", "360925", "",
       "3 360900 全市第三家"},
      {"甘肃首个县区级国际传播中心——城关区国际传播中心揭牌", "城关区国际传播中心", "620102", "",
       "1 620000 甘肃首个县区级"},
      {"城关区国际传播中心揭牌，系甘肃首个县区级。", "城关区国际传播中心", "620102", "",
       "1 620000 甘肃首个县区级"},
      {"湖南省首个区县级国际传播中心在望城成立", "", "430112", "", "1 430000 湖南省首个区县级"},
      {"该中心是我省第四家省级、首个垂直类国际传播中心", "", "", "220000",
       "4 220000 我省第四家省级"},
      {"这是全国第一个省级国际传播中心", "", "330000", "", "1 100000 全国第一个省级"},
      {"全省地市级首个海外传播中心在中山揭牌", "", "442000", "", "1 440000 全省地市级首个"},
      {"山东省首个国际传播中心正式成立", "", "370100", "", "1 370000 山东省首个"},
      {"宜春十个县市区里，我们是头一家。", "", "360925", "", "1 360900 头一家"},
      {"这也是江西国际传播中心在吉安设立的首个分中心", "", "360881", "", "1 360800 吉安设立的首个"},
      {"系我市第二家县级国传机构", "", "360925", "360900", "2 360900 我市第二家县级"},
      {"成为该州首家国际传播中心", "", "532500", "", "1 532500 该州首家"},
      {"这是全自治区第二家国际传播中心", "", "640502", "", "2 640000 全自治区第二家"},
      {"宜春市的第3家国际传播中心", "", "360925", "", "3 360900 宜春市的第3家"},
      {"我市第二家国际传播中心揭牌", "", "360925", "360900", "2 360900 我市第二家"},
      {"在全省范围内首家国际传播中心", "", "360925", "", "1 360000 全省范围内首家"},
      {"宜春市继丰城、樟树之后的第三家国际传播中心", "", "360925", "", "3 360900 第三家"},
      {"第三家国际传播中心揭牌", "", "360925", "", "3  第三家"},
      {"Jing'an's is Yichun's third international communication center", "", "360925", "",
       "3 360900 Yichun's third"},
      {"The center is the third in Yichun", "The center", "360925", "", "3 360900 third in Yichun"},
      {"It is the city's 3rd international communication center", "", "360925", "",
       "3 360900 the city's 3rd"},
      {"the first county-level international communication center in China", "", "360925", "",
       "1 100000 first county-level international communication center in China"},
  };
  for (const OrdinalCase& c : cases) EXPECT_EQ(Find(c), c.ordinal) << c.sentence;
}

TEST(OrdinalTest, OtherThingsOrdinalsAreNotTheCentres) {
  const OrdinalCase cases[] = {
      {"东莞国际传播中心揭牌，全省首个地市频道同日上线", "东莞国际传播中心", "441900", "", ""},
      {"靖安国际传播中心揭牌，全国首个白茶研究院成立", "靖安国际传播中心", "360925", "", ""},
      {"全省首个国际传播实训基地揭牌", "", "360925", "", ""},
      {"全省首个国际传播研究中心揭牌", "", "360925", "", ""},
      {"第三届国际传播中心论坛", "", "360925", "", ""},
      {"第一时间发布，首批作品上线", "", "360925", "", ""},
      {"靖安是全国第一个生态县", "", "360925", "", ""},
      {"全市第三家企业入驻", "", "360925", "", ""},
      {"the province's first channel of the communication center", "", "360925", "", ""},
      {"First, the center was unveiled", "the center", "360925", "", ""},
      {"靖安国际传播中心揭牌", "靖安国际传播中心", "360925", "", ""},
      {"", "", "", "", ""},
  };
  for (const OrdinalCase& c : cases) EXPECT_EQ(Find(c), c.ordinal) << c.sentence;
}

TEST(OrdinalTest, UnknownPlacesLeaveTheScopeUndecided) {
  EXPECT_EQ(Find({"全市第三家国际传播中心", "", "", "", ""}), "3  全市第三家");
}

TEST(OrdinalTest, HostileSentencesAreBounded) {
  std::string many;
  while (many.size() < 1'000'000) many += "全市第三家";
  EXPECT_FALSE(FindOrdinal(many, 0, nullptr, "").has_value());
  many = std::string(1'000'000, '\xE7');
  EXPECT_FALSE(FindOrdinal(many, 0, nullptr, "").has_value());
}

}  // namespace
}  // namespace signboard::extract
