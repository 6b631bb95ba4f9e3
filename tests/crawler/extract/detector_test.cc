#include "crawler/extract/detector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "crawler/extract/extract.h"
#include "crawler/extract/fold.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Noon of 2025-11-18 in China.
constexpr UnixTime kNoon = FromMillis(1'763'438'400'000);

// A headline and a body, published at kNoon.
DetectorInput Article(const std::string& title, const std::string& body,
                      const std::string& code = "") {
  DetectorInput input;
  input.text = title.empty() ? body : title + "\n" + body;
  input.title_bytes = title.size();
  input.published = kNoon;
  input.place_code = code;
  return input;
}

std::vector<std::string> Announced(const DetectorInput& input) {
  std::vector<std::string> names;
  for (const Finding& f : Detect(input)) {
    if (!f.is_announcement) continue;
    names.push_back(f.centre_name_zh + f.centre_name_en + " " + f.place.code);
  }
  return names;
}

std::string CodePoints(const std::string& text, uint32_t from, uint32_t to) {
  size_t at = 0;
  for (uint32_t i = 0; i < from; ++i) base::NextCodePoint(text, &at);
  const size_t first = at;
  for (uint32_t i = from; i < to; ++i) base::NextCodePoint(text, &at);
  return text.substr(first, at - first);
}

void ExpectQuotesCountInTheText(const DetectorInput& input) {
  for (const Finding& finding : Detect(input))
    for (const Quote& quote : finding.quotes)
      EXPECT_EQ(CodePoints(input.text, quote.from, quote.to), quote.text) << quote.field;
}

struct Case {
  const char* title;
  const char* body;
  const char* found;  // "name code" of the one announcement; empty: none.
};

void Check(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    const DetectorInput input = Article(c.title, c.body);
    if (*c.found == '\0') {
      EXPECT_THAT(Announced(input), IsEmpty()) << c.title << " | " << c.body;
    } else {
      EXPECT_THAT(Announced(input), ElementsAre(c.found)) << c.title << " | " << c.body;
    }
    ExpectQuotesCountInTheText(input);
  }
}

TEST(DetectorTest, FoundingsAreAnnouncements) {
  Check({
      {"铜鼓国际传播中心揭牌成立", "11月17日，铜鼓国际传播中心在县融媒体中心揭牌成立。",
       "铜鼓国际传播中心 360926"},
      {"青田有了对外窗口", "11月16日上午，青田县国际传播中心正式挂牌。当天还举行了座谈会。",
       "青田县国际传播中心 331121"},
      {"平凉市国际传播中心启动运行", "日前，平凉市国际传播中心启动运行，市委宣传部有关负责人到场。",
       "平凉市国际传播中心 620800"},
      {"文化周落幕", "11月17日，活动在广场举行。活动现场，丽江国际传播中心举行揭牌仪式，"
                     "首批海外账号同步上线。", "丽江国际传播中心 530700"},
      {"广西成立国际传播中心", "11月18日，广西成立国际传播中心，由自治区党委宣传部直接领导。",
       "广西国际传播中心 450000"},
      {"中山市海外传播中心揭牌", "11月18日，中山市海外传播中心揭牌，开设六个海外账号。",
       "中山市海外传播中心 442000"},
      {"浏阳国际传播中心将于11月20日正式成立", "记者获悉，浏阳国际传播中心将于11月20日正式成立。",
       "浏阳国际传播中心 430181"},
      {"红河有了分中心", "11月15日，云南省南亚东南亚区域国际传播中心红河州分中心揭牌成立。",
       "云南省南亚东南亚区域国际传播中心红河州分中心 532500"},
  });
}

TEST(DetectorTest, TraditionalCharactersAndEnglishAreReadAndQuotedAsWritten) {
  Check({
      {"靖安國際傳播中心揭牌", "11月18日上午，靖安國際傳播中心正式揭牌，由靖安縣委宣傳部主管。",
       "靖安國際傳播中心 360925"},
      {"Mianyang opens new window",
       "The Mianyang International Communication Center was unveiled on Monday in Sichuan.",
       "Mianyang International Communication Center 510700"},
  });
  const auto findings = Detect(Article(
      "", "11月18日上午，靖安國際傳播中心正式揭牌，由靖安縣委宣傳部主管。"));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(FoldText(findings[0].lead_organ), "靖安县委宣传部");
}

TEST(DetectorTest, WhatIsNoFoundingIsNotAnnounced) {
  Check({
      {"重庆路演走进米兰", "11月17日，由西部国际传播中心主办的路演在米兰举行，三十家媒体参加。", ""},
      {"我县荣获传播奖", "自2021年6月湖州国际传播中心成立以来，已发布短视频三千条，近日荣获省级奖项。",
       ""},
      {"成立三周年", "今年是金华国际传播中心成立三周年。三年来，中心推出了二百部作品。", ""},
      {"县委常委会召开", "会议要求，明年要筹建修水国际传播中心，讲好修水故事。", ""},
      {"关于设立国际传播中心的建议", "建议我市尽快设立萍乡国际传播中心，统筹全市外宣资源。", ""},
      {"茶园里的新基地", "11月16日，湖南国际传播中心安化实践基地揭牌，村里来了第一批外国学生。", ""},
      {"会客厅开门", "11月17日，鄂州国际传播中心会客厅正式启用。", ""},
      {"招聘公告", "丽水国际传播中心因工作需要，面向社会招聘编辑两名。中心成立于2024年。", ""},
      {"研究院成立", "11月18日，某大学国际传播研究院揭牌成立，院长由李教授担任。", ""},
      {"更名启事", "经批准，雅安海外传播中心更名为雅安国际传播中心，机构职能不变。", ""},
      {"频道上线", "11月18日，宁波国际传播中心推出的英文频道正式上线。", ""},
      {"声明", "网传赣州国际传播中心成立的消息不实，我市未成立赣州国际传播中心。", ""},
      {"瑞金见闻", "本报记者 李明\n来源：江西国际传播中心\n秋天的瑞金，红叶正好。", ""},
  });
}

TEST(DetectorTest, FoundingLongAgoIsRetold) {
  Check({
      {"海外账号破万", "早在2018年成立的重庆国际传播中心，近日粉丝再创新高。", ""},
      {"我在县里拍短视频", "去年2月揭牌的德清国际传播中心，如今有了十二名年轻人。", ""},
  });
  // The same words are news on the day and none half a year later.
  DetectorInput input = Article("", "5月9日，铜鼓国际传播中心揭牌成立，由铜鼓县委宣传部主管。");
  EXPECT_THAT(Announced(input), IsEmpty());
  input.published = kNoon - std::chrono::hours(24 * 192);
  EXPECT_THAT(Announced(input), ElementsAre("铜鼓国际传播中心 360926"));
}

TEST(DetectorTest, PlansAreRecordedAsPlans) {
  const auto findings =
      Detect(Article("", "修水县拟设立修水国际传播中心，计划于明年建成。", "360424"));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].event, "planned");
  EXPECT_FALSE(findings[0].is_announcement);
  EXPECT_THAT(findings[0].reasons, Contains(::testing::HasSubstr("planned")));
}

TEST(DetectorTest, SeveralCentresOfAPageAreSeveralFindings) {
  EXPECT_THAT(Announced(Article("两地同日揭牌", "11月18日，铜鼓国际传播中心在铜鼓揭牌成立。"
                                                "同日，青田国际传播中心在青田揭牌成立。")),
              ::testing::UnorderedElementsAre("铜鼓国际传播中心 360926", "青田国际传播中心 331121"));
  EXPECT_THAT(Announced(Article("望城、浏阳国际传播中心揭牌",
                                "11月18日，望城、浏阳国际传播中心在长沙揭牌成立。")),
              ::testing::UnorderedElementsAre("望城国际传播中心 430112", "浏阳国际传播中心 430181"));
}

TEST(DetectorTest, FieldsAreWhatThePageSaysOfTheCentre) {
  const auto findings = Detect(Article(
      "靖安国际传播中心揭牌",
      "11月18日上午，靖安国际传播中心正式揭牌，这是宜春全市第三家国际传播中心。\n"
      "中心由靖安县委宣传部主管，靖安县融媒体中心承建运营，已在脸书、优兔开设“Discover Jing’an”账号，"
      "账号粉丝来自70多个国家和地区，累计触达超过3000万人次。\n"
      "揭牌仪式由靖安县人民政府主办。去年全县产品远销120个国家和地区。",
      "360925"));
  ASSERT_EQ(findings.size(), 1u);
  const Finding& f = findings[0];
  EXPECT_TRUE(f.is_announcement);
  EXPECT_EQ(f.event, "unveiled");
  EXPECT_EQ(f.unit_type, "centre");
  EXPECT_EQ(f.place.code, "360925");
  EXPECT_EQ(f.place.level, "county");
  EXPECT_THAT(f.place.parents, ElementsAre("360900", "360000"));
  ASSERT_TRUE(f.event_date);
  EXPECT_EQ(f.event_date->date, "2025-11-18");
  EXPECT_EQ(f.lead_organ, "靖安县委宣传部");
  EXPECT_EQ(f.operator_organ, "靖安县融媒体中心");
  EXPECT_EQ(f.guiding_organ, "");
  EXPECT_THAT(f.partners, IsEmpty());
  EXPECT_THAT(f.platforms, ElementsAre("Facebook", "YouTube"));
  EXPECT_THAT(f.accounts, ElementsAre("Discover Jing’an"));
  ASSERT_EQ(f.claims.size(), 2u);
  EXPECT_EQ(f.claims[0].metric, "countries");
  EXPECT_EQ(f.claims[0].value, 70);
  EXPECT_EQ(f.claims[1].metric, "reach");
  EXPECT_EQ(f.claims[1].value, 30'000'000);
  EXPECT_EQ(f.claims[1].raw, "3000万");
  ASSERT_TRUE(f.ordinal);
  EXPECT_EQ(f.ordinal->rank, 3);
  EXPECT_EQ(f.ordinal->scope_code, "360900");
}

TEST(DetectorTest, WhatThePageDoesNotSayIsNull) {
  DetectorInput input = Article("", "铜鼓国际传播中心揭牌成立。");
  input.published.reset();
  const auto findings = Detect(input);
  ASSERT_EQ(findings.size(), 1u);
  const Finding& f = findings[0];
  EXPECT_FALSE(f.event_date);
  EXPECT_FALSE(f.ordinal);
  EXPECT_EQ(f.lead_organ + f.guiding_organ + f.operator_organ + f.centre_name_en, "");
  EXPECT_THAT(f.claims, IsEmpty());
  EXPECT_THAT(f.platforms, IsEmpty());
}

TEST(DetectorTest, DayWithoutYearStaysSo) {
  DetectorInput input = Article("", "11月18日，铜鼓国际传播中心揭牌成立。");
  input.published.reset();
  const auto findings = Detect(input);
  ASSERT_EQ(findings.size(), 1u);
  ASSERT_TRUE(findings[0].event_date);
  EXPECT_EQ(findings[0].event_date->date, "--11-18");
}

TEST(DetectorTest, ThemeIsAtHomeWhereItsPageSays) {
  const auto findings = Detect(Article(
      "", "11月18日，茶马古道文化国际传播中心在四川省雅安市名山区启动运行。"));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_TRUE(findings[0].is_announcement);
  EXPECT_EQ(findings[0].place.level, "other");
  EXPECT_EQ(findings[0].place.code, "511803");
  EXPECT_THAT(findings[0].place.parents, ElementsAre("511800", "510000"));
}

TEST(DetectorTest, HostileTextAnswersNothingOfItsOwn) {
  for (const std::string& text :
       {std::string(), std::string(1 << 20, 'a'), std::string(3 << 20, '\xE7'),
        std::string("\x01\x02\x1b[31m\0\x7f", 9), std::string(200'000, '\n'),
        std::string("国际传播中心")}) {
    EXPECT_THAT(Detect(Article("", text)), IsEmpty()) << text.substr(0, 20);
  }
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += "铜鼓国际传播中心揭牌成立，";
  EXPECT_LE(Detect(Article("", many)).size(), kFindingsMax);
  ExpectQuotesCountInTheText(Article("", many.substr(0, 3'001)));
}

TEST(MakeDetectorInputTest, HeadlineIsPartOfTheTextOnce) {
  PageFacts facts;
  facts.title = "靖安国际传播中心揭牌_靖安县人民政府";
  facts.site_name = "靖安县人民政府";
  const DetectorInput added = MakeDetectorInput(facts, "11月18日上午……", "", "");
  EXPECT_EQ(added.text, "靖安国际传播中心揭牌\n11月18日上午……");
  EXPECT_EQ(added.title_bytes, std::string("靖安国际传播中心揭牌").size());
  const DetectorInput had = MakeDetectorInput(facts, "靖安国际传播中心揭牌\n正文", "", "");
  EXPECT_EQ(had.text, "靖安国际传播中心揭牌\n正文");
  EXPECT_EQ(had.title_bytes, added.title_bytes);
}

}  // namespace
}  // namespace signboard::extract
