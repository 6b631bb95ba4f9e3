#include "crawler/extract/place.h"

#include <gtest/gtest.h>

#include <string>

namespace signboard::extract {
namespace {

struct PlaceCase {
  const char* name;
  PlaceContext context;
  const char* code;  // Empty: none.
  const char* infix = "";
};

void ExpectPlace(const PlaceCase& c) {
  const PlaceVerdict verdict = ResolvePlace(c.name, c.context);
  EXPECT_EQ(verdict.region == nullptr ? "" : verdict.region->code, c.code)
      << c.name << ": " << verdict.reason;
  EXPECT_EQ(verdict.infix, c.infix) << c.name;
  EXPECT_FALSE(verdict.reason.empty()) << c.name;
  EXPECT_EQ(verdict.confidence > 0, verdict.region != nullptr) << c.name;
}

TEST(PlaceTest, NamesResolveByThemselves) {
  const PlaceCase cases[] = {
      {"靖安", {}, "360925"},
      {"靖安县", {}, "360925"},
      {"余杭区", {}, "330110"},
      {"漳州市", {}, "350600"},
      {"浙江省", {}, "330000"},
      {"浙江湖州", {}, "330500"},
      {"江西省宜春市靖安县", {}, "360925"},
      {"重庆西部", {}, "500000", "西部"},
      {"泉州海丝", {}, "350500", "海丝"},
      {"潍坊渤海", {}, "370700", "渤海"},
      {"河北长城", {}, "130000", "长城"},
      {"长城（河北）", {}, "130000", "长城"},
      {"黑龙江东北亚", {}, "230000", "东北亚"},
      {"云南省南亚东南亚区域", {}, "530000", "南亚东南亚区域"},
      {"大湾区(广州南沙)", {}, "440115", "大湾区"},
      {"安吉（余村）生态文明", {}, "330523", "(余村)生态文明"},
      {"今日广东", {}, "440000", "今日"},
      {"东莞日报社", {}, "441900", "日报社"},
      {"湖北日报传媒集团", {}, "420000", "日报传媒集团"},
      {"贵州广电", {}, "520000", "广电"},
      {"“靖安”", {}, "360925"},
      {"城关区（兰州）", {}, "620102"},
      {"广州 南沙", {}, "440115"},
      {"望城县", {}, "430112"},
  };
  for (const PlaceCase& c : cases) ExpectPlace(c);
}

TEST(PlaceTest, NamesakesNeedTheContext) {
  const PlaceCase cases[] = {
      {"鼓楼区", {}, ""},
      {"城关区", {}, ""},
      {"南沙", {}, ""},
      {"朝阳", {}, ""},
      {"鼓楼区", {.sentence = "福州市鼓楼区国际传播中心揭牌"}, "350102"},
      {"鼓楼区", {.sentence = "南京鼓楼区国际传播中心今天揭牌"}, "320106"},
      {"鼓楼区", {.sentence = "河南首个区级平台，鼓楼区国际传播中心揭牌"}, "410204"},
      {"城关区", {.title = "兰州市城关区国际传播中心成立"}, "620102"},
      {"城关区", {.source = "甘肃日报"}, "620102"},
      {"城关区", {.source = "西藏日报"}, "540102"},
      {"城关", {.text_head = "拉萨11月18日电"}, "540102"},
      {"南沙", {.site_code = "440100"}, "440115"},
      {"南沙", {.site_code = "440115"}, "440115"},
      {"南沙", {.site_code = "460000"}, "460303"},
      {"鼓楼区", {.site_code = "320300"}, "320302"},
      {"鼓楼区", {.site_code = "3203020001"}, "320302"},
      {"鼓楼区", {.site_code = "320000"}, ""},  // Two of one province.
      {"西湖区", {.site_name = "浙江在线"}, "330106"},
      {"西安", {.site_code = "610000"}, "610100"},
      {"西安", {.sentence = "西安市委宣传部主管的西安国际传播中心揭牌"}, "610100"},
      {"朝阳", {.sentence = "辽宁朝阳国际传播中心成立"}, "211300"},
      {"朝阳区", {.text_head = "新华社长春6月3日电"}, "220104"},
  };
  for (const PlaceCase& c : cases) ExpectPlace(c);
}

TEST(PlaceTest, SentenceBeatsHeadlineBeatsBylineBeatsSite) {
  PlaceContext context{.sentence = "徐州鼓楼区国际传播中心揭牌",
                       .title = "福州市传来消息",
                       .source = "开封日报",
                       .site_code = "320100"};
  EXPECT_EQ(ResolvePlace("鼓楼区", context).region->code, "320302");
  context.sentence = "";
  EXPECT_EQ(ResolvePlace("鼓楼区", context).region->code, "350102");
  context.title = "";
  EXPECT_EQ(ResolvePlace("鼓楼区", context).region->code, "410204");
  context.source = "";
  EXPECT_EQ(ResolvePlace("鼓楼区", context).region->code, "320106");
}

TEST(PlaceTest, LargerNamesakeIsTheCustomOnlyWhereItHoldsTheOther) {
  const PlaceCase cases[] = {
      {"吉林", {}, "220000"},
      {"海南", {}, "460000"},
      {"河北", {}, "130000"},
      {"长沙", {}, "430100"},
      {"长沙", {.title = "长沙县国际传播中心揭牌"}, "430121"},
      {"吉林", {.site_code = "220200"}, "220200"},
      {"吉林", {.sentence = "吉林省吉林市的吉林国际传播中心", .site_code = "220200"}, "220200"},
      {"海南", {.source = "青海日报"}, "632500"},
      {"中山", {}, ""},
      {"中山", {.site_code = "442000"}, "442000"},
  };
  for (const PlaceCase& c : cases) ExpectPlace(c);
}

TEST(PlaceTest, OrdinaryWordsNeverCountBare) {
  const PlaceCase cases[] = {
      {"新华", {.site_code = "130105"}, "", "新华"},
      {"和平", {}, "", "和平"},
      {"东方", {}, "", "东方"},
      {"光明", {.source = "光明日报"}, "", "光明"},
      {"和平县", {}, "441624"},
      {"和平", {.sentence = "和平县委宣传部主管的和平国际传播中心揭牌"}, "441624"},
  };
  for (const PlaceCase& c : cases) ExpectPlace(c);
}

TEST(PlaceTest, ThemesAreAtHomeInTheirContext) {
  const PlaceContext hubei{.sentence = "长江文化国际传播中心在武汉揭牌", .site_code = "420000"};
  PlaceVerdict verdict = ResolvePlace("长江文化", hubei);
  EXPECT_TRUE(verdict.is_theme);
  EXPECT_EQ(verdict.infix, "长江文化");
  EXPECT_EQ(verdict.region->code, "420100");
  const Place place = MakePlace(verdict);
  EXPECT_EQ(place.level, "other");
  EXPECT_EQ(place.code, "420100");

  verdict = ResolvePlace("东北虎豹文化", {.site_code = "220000"});
  EXPECT_TRUE(verdict.is_theme);
  EXPECT_EQ(verdict.region->code, "220000");

  verdict = ResolvePlace("大运河文化", {});
  EXPECT_TRUE(verdict.is_theme);
  EXPECT_EQ(verdict.region, nullptr) << "not Cangzhou's 运河区";
  EXPECT_EQ(MakePlace(verdict).code, "");

  verdict = ResolvePlace("敦煌文化", {});
  EXPECT_TRUE(verdict.is_theme);
  EXPECT_EQ(verdict.region->code, "620982");

  verdict = ResolvePlace("牡丹文化", {.site_code = "371700"});
  EXPECT_TRUE(verdict.is_theme);
  EXPECT_EQ(verdict.region->code, "371700") << "the flower, not the district";

  verdict = ResolvePlace("科技", {.title = "科技国际传播中心在合肥成立"});
  EXPECT_EQ(verdict.region->code, "340100");
}

TEST(PlaceTest, DeicticNamesAreTheSites) {
  EXPECT_EQ(ResolvePlace("我县", {.site_code = "360925"}).region->code, "360925");
  EXPECT_EQ(ResolvePlace("市", {.site_code = "360900"}).region->code, "360900");
  EXPECT_EQ(ResolvePlace("我省", {.site_code = "360925"}).region->code, "360000");
  EXPECT_EQ(ResolvePlace("我县", {}).region, nullptr);
  EXPECT_EQ(ResolvePlace("", {.site_code = "360925"}).region, nullptr);
}

TEST(PlaceTest, EnglishNamesakesAreUndecidedAlone) {
  const struct {
    const char* name;
    PlaceContext context;
    const char* code;
  } cases[] = {
      {"Jing'an", {}, ""},
      {"Yichun", {}, ""},
      {"Fuzhou", {}, ""},
      {"Jing'an County", {}, "360925"},
      {"Jing’an County", {}, "360925"},
      {"Jing'an District", {}, "310106"},
      {"Huzhou", {}, "330500"},
      {"Zhejiang", {}, "330000"},
      {"Jing'an", {.sentence = "Jing'an in Jiangxi opened a center"}, "360925"},
      {"Jing'an", {.sentence = "Yichun's third, the Jing'an center opened"}, "360925"},
      {"Jing'an", {.sentence = "Shanghai's Jing'an opened a center"}, "310106"},
      {"Jing'an", {.site_code = "360000"}, "360925"},
      {"Jing'an, Jiangxi", {}, "360925"},
      {"Yichun, Heilongjiang", {}, "230700"},
      {"Zhejiang's Huzhou", {}, "330500"},
      {"Yichun", {.text_head = "江西宜春"}, "360900"},
      {"Tibet", {}, "540000"},
      {"Western China", {}, ""},
  };
  for (const auto& c : cases) {
    const PlaceVerdict verdict = ResolvePlaceEn(c.name, c.context);
    EXPECT_EQ(verdict.region == nullptr ? "" : verdict.region->code, c.code)
        << c.name << ": " << verdict.reason;
  }
  EXPECT_EQ(ResolvePlaceEn("Jing'an", {}).candidates.size(), 2u);
}

TEST(PlaceTest, PlacesCarryTheirParents) {
  const Place place = MakePlace(*RegionOf("360925"));
  EXPECT_EQ(place.code, "360925");
  EXPECT_EQ(place.name_zh, "靖安县");
  EXPECT_EQ(place.level, "county");
  EXPECT_EQ(place.parents, (std::vector<std::string>{"360900", "360000"}));
  EXPECT_EQ(MakePlace(*RegionOf("310106")).parents, std::vector<std::string>{"310000"});
}

TEST(PlaceTest, DeicticsHaveAScope) {
  const struct {
    const char* words;
    const char* place;
    const char* site;
    const char* code;
  } cases[] = {
      {"全国", "360925", "", "100000"},   {"我国", "", "", "100000"},
      {"全省", "360925", "", "360000"},   {"我省", "", "360925", "360000"},
      {"全市", "360925", "", "360900"},   {"全市", "", "360900", "360900"},
      {"全市", "330282", "", "330200"},   {"我市", "330282", "330282", "330282"},
      {"全市", "310106", "", "310000"},   {"我市", "360925", "360900", "360900"},
      {"全县", "360925", "", "360925"},   {"全县", "360900", "", ""},
      {"全区", "450100", "", "450000"},   {"全区", "430112", "", "430112"},
      {"全州", "532501", "", "532500"},   {"全省", "", "", ""},
      {"宜春全市", "360925", "", "360900"}, {"宜春", "360925", "", "360900"},
      {"甘肃", "620102", "", "620000"},   {"江西省", "", "", "360000"},
      {"吉林", "220200", "", "220000"},   {"Yichun", "360925", "", "360900"},
      {"Yichun", "", "", ""},             {"the province", "360925", "", "360000"},
      {"the city", "360925", "", "360900"}, {"火星", "360925", "", ""},
      {"", "360925", "", ""},
  };
  for (const auto& c : cases)
    EXPECT_EQ(ScopeOf(c.words, RegionOf(c.place), c.site), c.code) << c.words << " " << c.place;
}

TEST(PlaceTest, HostileContextIsCut) {
  std::string many;
  while (many.size() < 1'000'000) many += "鼓楼区Yichun ";
  const PlaceContext context{many, many, many, many, many, many};
  EXPECT_EQ(ResolvePlace(many, context).region, nullptr);
  EXPECT_EQ(ResolvePlaceEn(many, context).region, nullptr);
  EXPECT_EQ(ResolvePlace("长江文化", context).region, nullptr);
  EXPECT_EQ(ResolvePlace(std::string(100, '\xE9'), {}).region, nullptr);
}

}  // namespace
}  // namespace signboard::extract
