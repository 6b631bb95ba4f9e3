#include "storage/gateway/register_words.h"

#include <gtest/gtest.h>

#include "storage/gateway/csv.h"
#include "storage/gateway/labels.h"
#include "storage/gateway/regions.h"
#include "storage/gateway/register_filter.h"
#include "tests/storage/gateway/scripted_register.h"

namespace signboard::gateway {
namespace {

TEST(RegisterWordsTest, FindingSaysAllThatThePageSays) {
  const Json json = FindingJson(Jingan().merged());
  EXPECT_EQ(json["is_announcement"], true);
  EXPECT_EQ(Dump(json["score"]), "0.97");
  EXPECT_EQ(json["event"], "unveiled");
  EXPECT_EQ(json["centre"]["name_zh"], "靖安县国际传播中心");
  EXPECT_EQ(json["place"]["code"], "360925");
  EXPECT_EQ(Dump(json["place"]["parents"]), R"(["360900","360000"])");
  EXPECT_EQ(Dump(json["event_date"]),
            R"({"date":"2025-11-18","precision":"day","basis":"text"})");
  EXPECT_EQ(json["lead_organ"], "靖安县委宣传部");
  EXPECT_EQ(json["operator"], "靖安县融媒体中心");
  EXPECT_EQ(json["claims"][1]["metric"], "reach");
  EXPECT_EQ(json["claims"][1]["value"], 30'000'000);
  EXPECT_EQ(json["ordinal"]["rank"], 3);
  EXPECT_EQ(json["ordinal"]["scope_code"], "360900");
  EXPECT_EQ(json["quotes"][0]["from"], 20);
  EXPECT_EQ(json["reasons"].size(), 1u);
}

TEST(RegisterWordsTest, WhatThePageDoesNotSayIsNullAndNeverMissing) {
  const Json json = FindingJson(v1::Finding());
  for (const char* key : {"event", "unit_type", "place", "event_date", "lead_organ",
                          "guiding_organ", "operator", "ordinal"}) {
    ASSERT_TRUE(json.contains(key)) << key;
    EXPECT_TRUE(json[key].is_null()) << key;
  }
  for (const char* key : {"partners", "platforms", "accounts", "claims", "quotes", "reasons"})
    EXPECT_EQ(Dump(json[key]), "[]") << key;
  EXPECT_TRUE(json["centre"]["name_en"].is_null());
  EXPECT_EQ(json["is_announcement"], false);
}

TEST(RegisterWordsTest, AnnouncementIsItsFindingWithItsSources) {
  const Json json = AnnouncementJson(Jingan());
  const Json finding = FindingJson(Jingan().merged());
  for (const auto& [key, value] : finding.items()) EXPECT_EQ(json[key], value) << key;
  EXPECT_EQ(json["id"], "a1");
  EXPECT_EQ(json["first_found"], "2025-11-18T03:04:05Z");
  EXPECT_EQ(json["simulated"], true);
  const Json& source = json["sources"][0];
  EXPECT_EQ(source["replay"], "/web/20251118030405id_/http://jingan.gov.cn/t1.html");
  EXPECT_EQ(source["snapshot_id"], Jingan().sources(0).snapshot_id());
  EXPECT_EQ(source["published"], "2025-11-18T01:00:00Z");
  EXPECT_EQ(source["finding"]["quotes"], finding["quotes"]);
  EXPECT_EQ(AnnouncementRow(Jingan()).size(), AnnouncementColumns().size());
  EXPECT_EQ(CentreRow(v1::Centre()).size(), CentreColumns().size());
}

TEST(RegisterWordsTest, CentreKeepsWhoSaidWhatWhen) {
  v1::Centre centre;
  centre.set_id("c1");
  v1::Statement& statement = *centre.add_statements();
  statement.set_field("lead_organ");
  statement.set_value("靖安县委宣传部");
  statement.set_snapshot_id("20251118030405678-0a1b2c3d/http://a.cn/");
  const Json json = CentreJson(centre);
  EXPECT_TRUE(json["place"].is_null());
  EXPECT_TRUE(json["known_before"].is_null());
  EXPECT_EQ(json["statements"][0]["replay"], "/web/20251118030405id_/http://a.cn/");
  EXPECT_TRUE(json["statements"][0]["known"].is_null());
}

TEST(CsvTest, CellsAreQuotedAsRfc4180Asks) {
  EXPECT_EQ(CsvLine({"a", "b,c", "d\"e", "f\ng", ""}), "a,\"b,c\",\"d\"\"e\",\"f\ng\",\r\n");
  EXPECT_EQ(CsvLine({"靖安", "\xff"}), "靖安,\xEF\xBF\xBD\r\n");
}

TEST(CsvTest, NoCellIsAFormula) {
  for (const char* cell : {"=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "--11-18", "＝1",
                           "  =1"}) {
    EXPECT_TRUE(CsvLine({cell}).starts_with("'")) << cell;
  }
  EXPECT_TRUE(CsvLine({"\t=1"}).starts_with("'\t"));
  EXPECT_EQ(CsvLine({"-1.5", "2025-11-18", "a=b"}), "-1.5,2025-11-18,a=b\r\n");
}

TEST(LabelsTest, FieldsAreSaidInBothLanguages) {
  const v1::Finding f = Jingan().merged();
  EXPECT_EQ(EventLabel("unveiled", Language::kZh), "揭牌");
  EXPECT_EQ(EventLabel("<new>", Language::kEn), "<new>") << "escaped by the page, not here";
  EXPECT_EQ(ClaimText(f.claims(1), Language::kEn), "reach 30,000,000 (3000万)");
  EXPECT_EQ(OrdinalText(f, Language::kEn), "3rd in 宜春市 (全市第三家)");
  EXPECT_EQ(OrdinalText(f, Language::kZh), "宜春市第3家（全市第三家）");
  EXPECT_EQ(EventDateText(f, Language::kEn), "2025-11-18");
  v1::Finding undated = f;
  undated.set_event_date("--11-18");
  EXPECT_EQ(EventDateText(undated, Language::kEn), "11-18 (year not given)");
  v1::Claim least;
  least.set_value(INT64_MIN);
  EXPECT_EQ(ClaimText(least, Language::kEn), " -9,223,372,036,854,775,808");
}

TEST(RegionsTest, PlacesAreNamedWidestFirst) {
  EXPECT_EQ(PlaceChain(Jingan().merged().place()),
            (std::vector<std::string>{"江西省", "宜春市", "靖安县"}));
  EXPECT_EQ(RegionName("999999"), "999999");
}

TEST(RegionsTest, NamesBecomeCodesOrAQuestion) {
  for (const char* word : {"江西", "江西省", "360000", "Jiangxi"})
    EXPECT_EQ(RegionCode(word, "province").value(), "360000") << word;
  EXPECT_EQ(RegionCode("靖安", "").value(), "360925");
  EXPECT_EQ(RegionCode("吉林", "province").value(), "220000");
  EXPECT_EQ(RegionCode("吉林", "").value(), "220000") << "the province holds the city";
  for (const char* word : {"亚特兰蒂斯", "999999", "", "\xff", "360925"})
    EXPECT_EQ(RegionCode(word, "province").status().code(), StatusCode::kInvalidArgument) << word;
  // 鼓楼区 is in Nanjing, Fuzhou, Xuzhou and Kaifeng.
  const auto many = RegionCode("鼓楼区", "");
  ASSERT_FALSE(many.ok());
  EXPECT_NE(base::Message(many.status()).find("several"), std::string_view::npos);
}

TEST(RegisterFilterTest, WordsBecomeAFilter) {
  const UnixTime now = base::ParseRfc3339("2025-11-20T00:00:00Z").value();
  const auto at = [](const char* text) { return ToMillis(base::ParseRfc3339(text).value()); };
  auto filter = MakeFilter({.since = "7d", .province = "江西", .level = "county",
                            .min_score = ".6"}, now);
  ASSERT_TRUE(filter.ok()) << filter.status();
  EXPECT_EQ(filter->since_ms(), at("2025-11-13T00:00:00Z"));
  EXPECT_FALSE(filter->has_until_ms());
  EXPECT_EQ(filter->place_code(), "360000");
  EXPECT_EQ(filter->level(), "county");
  EXPECT_DOUBLE_EQ(filter->score_min(), 0.6);
  filter = MakeFilter({.since = "2025-11-01..2025-11-02"}, now);
  EXPECT_EQ(filter->since_ms(), at("2025-11-01T00:00:00Z"));
  EXPECT_EQ(filter->until_ms(), at("2025-11-03T00:00:00Z")) << "to the end of that day";
  EXPECT_FALSE(MakeFilter({.since = "2025-11-01.."}, now)->has_until_ms());
  EXPECT_TRUE(MakeFilter({.since = "..2025-11-01"}, now)->has_until_ms());
  EXPECT_EQ(MakeFilter({.province = "江西", .place = "宜春"}, now)->place_code(), "360900");
}

TEST(RegisterFilterTest, BadWordsAreNamed) {
  const UnixTime now = base::ParseRfc3339("2025-11-20T00:00:00Z").value();
  const std::vector<std::pair<FilterWords, std::string>> cases = {
      {{.since = "yesterday"}, "since"},
      {{.since = "2025-11-02", .until = "2025-11-01"}, "since"},
      {{.until = "-"}, "until"},
      {{.province = "宜春"}, "province"},
      {{.province = "浙江", .place = "靖安"}, "place"},
      {{.level = "village"}, "level"},
      {{.min_score = "2"}, "min_score"},
      {{.min_score = "nan"}, "min_score"},
      {{.place = std::string(10'000, 'a')}, "filter"}};
  for (const auto& [words, name] : cases) {
    const auto filter = MakeFilter(words, now);
    ASSERT_FALSE(filter.ok()) << name;
    EXPECT_TRUE(base::Message(filter.status()).starts_with(name + ": ")) << filter.status();
  }
}

}  // namespace
}  // namespace signboard::gateway
