// What tests/data/gold/README.md promises of scoring: intervals, what counts as the same, pairing,
// clusters; and that a broken set is refused with its line.
#include "deploy/signboard/gold_score.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "deploy/signboard/gold_set.h"

namespace signboard::cli {
namespace {

using ::testing::DoubleNear;
using ::testing::HasSubstr;
using ::testing::Pair;
using Json = gateway::Json;

StatusOr<std::vector<GoldPage>> Read(const std::string& lines) {
  std::istringstream in(lines);
  return ReadGoldSet(in, "set");
}

GoldPage Page(const std::string& id, const std::string& findings) {
  return Read(R"({"id":")" + id + R"(","text":"x","class":"c","findings":)" + findings + "}")
      ->front();
}

extract::Finding Found(const std::string& name, const std::string& code) {
  extract::Finding finding;
  finding.is_announcement = true;
  finding.centre_name_zh = name;
  finding.place.code = code;
  finding.place.level = "county";
  finding.event = "unveiled";
  return finding;
}

std::string Wanted(const std::string& founding, const std::string& name, const std::string& code,
                   const std::string& more = "") {
  return R"({"is_announcement":true,"founding":")" + founding + R"(","centre":{"name_zh":")" +
         name + R"("},"place":{"code":")" + code + R"("})" + more + "}";
}

// Of R. G. Newcombe, Two-sided confidence intervals for the single proportion (1998), table I.
TEST(GoldScoreTest, IntervalsAreWilsons) {
  EXPECT_THAT((Share{81, 263}.Wilson()), Pair(DoubleNear(0.2553, 1e-4), DoubleNear(0.3662, 1e-4)));
  EXPECT_THAT((Share{15, 148}.Wilson()), Pair(DoubleNear(0.0624, 1e-4), DoubleNear(0.1605, 1e-4)));
  EXPECT_THAT((Share{0, 20}.Wilson()), Pair(0.0, DoubleNear(0.1611, 1e-4)));
  EXPECT_THAT((Share{29, 29}.Wilson()), Pair(DoubleNear(0.8830, 1e-4), DoubleNear(1.0, 1e-9)));
}

TEST(GoldScoreTest, TextsFitFolded) {
  EXPECT_TRUE(FieldFits("name_zh", "西藏國際傳播中心", "西藏国际传播中心"));
  EXPECT_TRUE(FieldFits("name_zh", "“水韵江苏”全球传播中心", "水韵江苏全球传播中心"));
  EXPECT_FALSE(FieldFits("name_zh", "靖安县国际传播中心", "县国际传播中心"));
  EXPECT_FALSE(FieldFits("name_zh", "靖安国际传播中心", Json()));
  EXPECT_FALSE(FieldFits("name_zh", Json(), "靖安国际传播中心"));
  EXPECT_TRUE(FieldFits("name_en", Json(), Json()));
}

TEST(GoldScoreTest, AnOrganFitsWithItsPlaceInFront) {
  EXPECT_TRUE(FieldFits("lead_organ", "靖安县委宣传部", "县委宣传部"));
  EXPECT_TRUE(FieldFits("partners", Json::array({"新华社"}), Json::array({"新华社"})));
  EXPECT_FALSE(FieldFits("lead_organ", "靖安县委宣传部", "靖安县委")) << "another organ";
  EXPECT_FALSE(FieldFits("operator", "日报", "江西日报")) << "names no organ";
}

TEST(GoldScoreTest, ListsFitAsSetsAndAnyMeansAny) {
  const Json platforms = Json::array({"X", "Facebook"});
  EXPECT_TRUE(FieldFits("platforms", platforms, Json::array({"Facebook", "X"})));
  EXPECT_FALSE(FieldFits("platforms", platforms, Json::array({"Facebook"})));
  EXPECT_FALSE(FieldFits("platforms", Json::array({"X"}), platforms));
  EXPECT_FALSE(FieldFits("platforms", platforms, Json()));
  const Json claims = Json::parse(R"([{"metric":"reach","value":30000000}])");
  EXPECT_TRUE(FieldFits("claims", claims,
                        Json::parse(R"([{"metric":"reach","value":30000000,"raw":"3000万"}])")));
  EXPECT_FALSE(FieldFits("claims", claims, Json::parse(R"([{"metric":"reach","value":3000}])")));
  const Json any = Json::parse(R"({"any":["unveiled",null]})");
  EXPECT_TRUE(FieldFits("event", any, "unveiled"));
  EXPECT_TRUE(FieldFits("event", any, Json()));
  EXPECT_FALSE(FieldFits("event", any, "launched"));
  EXPECT_TRUE(FieldFits("ordinal", Json::parse(R"({"rank":3})"),
                        Json::parse(R"({"rank":3,"scope_code":"360900"})")));
  EXPECT_FALSE(FieldFits("ordinal", Json::parse(R"({"rank":3,"scope_code":"360000"})"),
                         Json::parse(R"({"rank":3,"scope_code":"360900"})")));
}

TEST(GoldScoreTest, PagesAreCountedByDecision) {
  GoldScore score;
  score.Add(Page("1", "[" + Wanted("a", "靖安国际传播中心", "360925") + "]"),
            {Found("靖安国际传播中心", "360925")}, std::nullopt);
  score.Add(Page("2", "[]"), {Found("靖安国际传播中心", "360925")}, std::nullopt);
  score.Add(Page("3", "[" + Wanted("b", "慈溪国际传播中心", "330282") + "]"), {}, std::nullopt);
  score.Add(Page("4", R"([{"is_announcement":false,"event":"planned"}])"), {}, std::nullopt);
  const Json page = score.Summary()["page"];
  EXPECT_EQ(page["true_positives"], 1);
  EXPECT_EQ(page["false_positives"], 1);
  EXPECT_EQ(page["false_negatives"], 1);
  EXPECT_EQ(page["true_negatives"], 1);
  EXPECT_EQ(page["precision"]["value"], 0.5);
  EXPECT_EQ(page["f1"], 0.5);
  EXPECT_EQ(score.Summary()["classes"]["c"]["right"], 2);
}

TEST(GoldScoreTest, FindingsArePairedByCentreAndEveryLabelledKeyCounts) {
  GoldScore score;
  const auto mistakes = score.Add(
      Page("1", "[" + Wanted("a", "望城国际传播中心", "430112", R"(,"event":"unveiled")") + "," +
                    Wanted("b", "浏阳国际传播中心", "430181", R"(,"event":"launched")") + "]"),
      {Found("浏阳国际传播中心", "430181"), Found("望城国际传播中心", "430112")}, std::nullopt);
  ASSERT_EQ(mistakes.size(), 1u);
  EXPECT_EQ(mistakes[0].what, "wrong event");
  EXPECT_EQ(mistakes[0].wanted, "\"launched\"");
  const Json summary = score.Summary();
  EXPECT_EQ(summary["fields"]["accuracy"]["of"], 6) << "name, place, event of two";
  EXPECT_EQ(summary["fields"]["accuracy"]["right"], 5);
  EXPECT_EQ(summary["foundings"]["right"], 2);
}

TEST(GoldScoreTest, PairsOfFoundingsAreCounted) {
  GoldScore score;
  const std::string label = Wanted("a", "靖安国际传播中心", "360925");
  score.Add(Page("1", "[" + label + "]"), {Found("靖安国际传播中心", "360925")}, std::nullopt);
  score.Add(Page("2", "[" + label + "]"), {Found("靖安县国际传播中心", "360925")}, std::nullopt);
  score.Add(Page("3", "[" + label + "]"), {}, std::nullopt);  // Missed: two pairs are not found.
  score.Add(Page("4", "[" + Wanted("b", "上高国际传播中心", "360923") + "]"),
            {Found("靖安国际传播中心", "360925")}, std::nullopt);  // Taken for another: two pairs too many.
  const Json clustering = score.Summary()["clustering"];
  EXPECT_EQ(clustering["recall"]["of"], 3);
  EXPECT_EQ(clustering["recall"]["right"], 1);
  EXPECT_EQ(clustering["precision"]["of"], 3);
  EXPECT_EQ(clustering["foundings"], 2);
}

TEST(GoldSetTest, ABrokenLineIsNamed) {
  const std::string good = R"({"id":"1","text":"x","findings":[]})";
  const auto message = [&](const std::string& line) {
    const auto read = Read(good + "\n\n" + line);
    return read.ok() ? "read" : std::string(base::Message(read.status()));
  };
  EXPECT_THAT(message("{"), HasSubstr("set, line 3"));
  EXPECT_THAT(message("[]"), HasSubstr("no object"));
  EXPECT_THAT(message(good), HasSubstr("a second page 1"));
  EXPECT_THAT(message(R"({"id":"2","findings":[]})"), HasSubstr("either text or html"));
  EXPECT_THAT(message(R"({"id":"2","text":"x","html":"<p>","findings":[]})"),
              HasSubstr("either text or html"));
  EXPECT_THAT(message(R"({"id":"2","text":"x","findings":[{}]})"), HasSubstr("is_announcement"));
  EXPECT_THAT(message(R"({"id":"2","text":"x","findings":[{"is_announcement":true}]})"),
              HasSubstr("founding"));
  EXPECT_THAT(message(R"({"id":"2","text":"x","site_code":"1","findings":[]})"),
              HasSubstr("GB/T 2260"));
  EXPECT_THAT(message(R"({"id":"2","text":"x","page_date":"soon","findings":[]})"),
              HasSubstr("set, line 3"));
  EXPECT_THAT(message(R"({"id":7,"text":"x","findings":[]})"), HasSubstr("id is no text"));
  EXPECT_THAT(std::string(base::Message(Read("\n").status())), HasSubstr("no pages"));
}

}  // namespace
}  // namespace signboard::cli
