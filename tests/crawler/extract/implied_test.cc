// Foundings that no verb of the lists tells, and what looks like one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "crawler/extract/detector.h"
#include "tests/crawler/extract/article.h"

namespace signboard::extract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::vector<std::string> Announced(const DetectorInput& input) {
  std::vector<std::string> names;
  for (const Finding& f : Detect(input))
    if (f.is_announcement) names.push_back(f.centre_name_zh + f.centre_name_en);
  return names;
}

std::vector<std::string> PlacesOf(const DetectorInput& input) {
  std::vector<std::string> codes;
  for (const Finding& f : Detect(input))
    if (f.is_announcement) codes.push_back(f.place.code);
  return codes;
}

TEST(ImpliedTest, AFoundingIsSeenWhereNoListHasItsVerb) {
  for (const char* told : {"尘埃落定", "自此生根", "悄悄降生", "宣告入编"}) {
    const DetectorInput input =
        Article("盐都有了新消息", "11月17日，自贡国际传播中心" + std::string(told) +
                                      "，由市委宣传部主管、市融媒体中心运营。");
    EXPECT_THAT(Announced(input), ElementsAre("自贡国际传播中心")) << told;
  }
}

TEST(ImpliedTest, WhatShowsIsWeighedOnlyWhereNothingIsTold) {
  const std::vector<Finding> told =
      Detect(Article("盐都有了新消息", "11月17日，自贡国际传播中心揭牌，由市委宣传部主管。"));
  ASSERT_EQ(told.size(), 1u);
  EXPECT_THAT(told[0].features, ::testing::Not(::testing::Contains(Feature::kImplied)));
}

TEST(ImpliedTest, ACentreAtWorkIsNotFounded) {
  for (const char* body :
       {"11月17日，自贡国际传播中心主办的彩灯展开门迎客，市委宣传部指导。",
        "11月17日，记者走进自贡国际传播中心，了解彩灯短片的拍摄。",
        "自贡国际传播中心成立一年来，由市委宣传部主管的账号圈粉无数。",
        "11月17日，市委宣传部探讨与四川国际传播中心合作，自贡国际传播中心前景可期。"})
    EXPECT_THAT(Announced(Article("盐都新闻", body)), IsEmpty()) << body;
}

TEST(ImpliedTest, TooLittleIsNoFinding) {
  DetectorInput input = Article("彩灯节", "自贡国际传播中心从此多了一份牵挂。");
  EXPECT_TRUE(Detect(input).empty());
  input.with_doubtful = true;
  EXPECT_FALSE(Detect(input).empty()) << "a fit is shown what did not pass";
}

TEST(ImpliedTest, APageReadsTheSameWithoutItsVerbs) {
  DetectorInput input = Article(
      "自贡国际传播中心揭牌", "11月17日，自贡国际传播中心揭牌，由市委宣传部主管。");
  input.verbs_unknown = true;
  const std::vector<Finding> found = Detect(input);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(found[0].is_announcement);
  EXPECT_THAT(found[0].features, ::testing::Contains(Feature::kImplied));
}

TEST(ImpliedTest, AThingOfTheCentreIsNotTheCentre) {
  for (const char* body :
       {"11月17日，自贡国际传播中心“海外达人工作室”正式启动。",
        "11月17日，自贡国际传播中心App上线，可看彩灯直播。",
        "11月17日，自贡国际传播中心官方App“HiZigong”正式上线。"})
    EXPECT_THAT(Announced(Article("盐都新闻", body)), IsEmpty()) << body;
}

TEST(ImpliedTest, ANewNameOrAPlanIsNoFounding) {
  EXPECT_THAT(Announced(Article("盐都新闻", "11月17日，自贡国际传播中心更名为盐都国际传播中心，"
                                            "换牌仪式在灯城举行。")),
              IsEmpty());
  EXPECT_THAT(Announced(Article("自贡启动国际传播中心建设",
                                "11月17日，市里启动自贡国际传播中心建设，明年完工。")),
              IsEmpty());
  EXPECT_THAT(Announced(Article("委员建言：尽快成立自贡国际传播中心", "委员认为时机已到。")),
              IsEmpty());
  EXPECT_THAT(Announced(Article("设想一个场景", "某县“某某国际传播中心”今日揭牌，领导讲话。")),
              IsEmpty());
}

TEST(ImpliedTest, AKindOfCentresIsNoCentre) {
  EXPECT_THAT(Announced(Article("要闻", "盘锦国际传播中心昨日成立，辽宁市级国际传播中心增至7家。")),
              ElementsAre("盘锦国际传播中心"));
  EXPECT_THAT(Announced(Article("喜讯", "顺德区级国传中心11月17日揭牌。")).size(), 1u);
}

TEST(ImpliedTest, OurCitysCentreIsTheOneNamedInFull) {
  const std::vector<std::string> names =
      Announced(Article("我市成立国际传播中心", "11月17日，我市国际传播中心成立仪式举行。"
                                                "朔州市国际传播中心由市委宣传部主管。"));
  EXPECT_THAT(names, ElementsAre("朔州市国际传播中心"));
}

TEST(ImpliedTest, ABodySpokenOfByItsKindIsTheCentre) {
  EXPECT_THAT(Announced(Article("年会花絮", "新名片上印着琼海国际传播中心。"
                                            "原来，就在17日下午，这家市级机构揭了牌。")),
              ElementsAre("琼海国际传播中心"));
}

TEST(ImpliedTest, LongTimePhrasesStandBetweenNameAndVerb) {
  EXPECT_THAT(Announced(Article("功夫怎么讲", "登封国际传播中心上星期五（11月14日）在书院对面"
                                              "挂牌成立，由登封市委宣传部主管。")),
              ElementsAre("登封国际传播中心"));
}

TEST(ImpliedTest, EnglishSaysItAroundTheNameAndWithShortenedMonths) {
  EXPECT_THAT(Announced(Article("Lead", "Officials put the Luzhou International Communication "
                                        "Center into operation on Nov. 17, the city said.")),
              ElementsAre("Luzhou International Communication Center"));
  EXPECT_THAT(PlacesOf(Article("Hub opens", "YANJI, Nov. 17 -- A center for international "
                                            "communication opened its doors on Monday in Yanbian "
                                            "Korean Autonomous Prefecture.")),
              ElementsAre("222400"));
}

TEST(ImpliedTest, WhoseOrganSpeaksItsCentreItIs) {
  const std::string body = "28日，德令哈市诗歌节上，柴达木国际传播中心揭牌。中心由州委宣传部主管。";
  EXPECT_THAT(PlacesOf(Article("诗歌节", body, "632800")), ElementsAre("632800"));
  EXPECT_THAT(PlacesOf(Article("十件大事", "11月17日，妫川国际传播中心成立，区融媒体中心承建，"
                                           "北京日报社提供平台。延庆区对外宣传再上台阶。",
                               "110119")),
              ElementsAre("110119"));
}

TEST(ImpliedTest, TheSameWordInLettersDecidesNothing) {
  EXPECT_THAT(PlacesOf(Article("HUANGSHAN向世界说您好", "11月17日，黄山国际传播中心揭牌。",
                               "341000")),
              ElementsAre("341000"));
}

TEST(ImpliedTest, ANameMayBeTheLastLineOfItsPage) {
  EXPECT_THAT(Announced(Article("自贡", "自贡国际传播中心\n")), IsEmpty());
  EXPECT_THAT(Announced(Article("自贡", "自贡国际传播中心\n\n \n")), IsEmpty());
  const std::vector<Finding> findings =
      Detect(Article("盐都要闻", "11月17日，亮出写有新名字的卷轴。\n自贡国际传播中心\n尘埃落定。\n"));
  EXPECT_THAT(findings, ::testing::SizeIs(1)) << "the next line tells it";
}

TEST(ImpliedTest, ABranchIsNoFoundingOfItsParent) {
  EXPECT_THAT(Announced(Article("山海之间", "17日，长城国际传播中心秦皇岛分中心揭牌，成为长城国际传播"
                                            "中心在全省的第一家分中心。")),
              UnorderedElementsAre("长城国际传播中心秦皇岛分中心"));
}

}  // namespace
}  // namespace signboard::extract
