#include "crawler/worker/findings.h"

#include <gtest/gtest.h>

namespace signboard::worker {
namespace {

extract::Finding Whole() {
  extract::Finding finding;
  finding.is_announcement = true;
  finding.score = 0.97;
  finding.event = "unveiled";
  finding.unit_type = "centre";
  finding.centre_name_zh = "靖安国际传播中心";
  finding.centre_name_en = "Jing'an International Communication Center";
  finding.place = {"360925", "靖安县", "county", {"360900", "360000"}};
  finding.event_date = extract::EventDate{"2025-11-18", "day", "text"};
  finding.lead_organ = "靖安县委宣传部";
  finding.guiding_organ = "江西国际传播中心";
  finding.operator_organ = "靖安县融媒体中心";
  finding.partners = {"江西师范大学"};
  finding.platforms = {"TikTok", "X"};
  finding.accounts = {"@GoJingan"};
  finding.claims = {{"countries", 70, "70多个国家"}, {"reach", 30'000'000, "3000万"}};
  finding.ordinal = extract::Ordinal{3, "360900", "全市第三家"};
  finding.quotes = {{"centre", 7, 15, "靖安国际传播中心"}};
  finding.reasons = {"name: 国际传播中心", "verb: 揭牌"};
  return finding;
}

TEST(FindingsTest, EveryFieldIsPassedOn) {
  const v1::Finding out = ToProto(Whole());
  EXPECT_TRUE(out.is_announcement());
  EXPECT_EQ(out.score(), 0.97);
  EXPECT_EQ(out.event() + out.unit_type(), "unveiledcentre");
  EXPECT_EQ(out.centre_name_zh(), "靖安国际传播中心");
  EXPECT_EQ(out.centre_name_en(), "Jing'an International Communication Center");
  EXPECT_EQ(out.place().code() + out.place().level(), "360925county");
  ASSERT_EQ(out.place().parents_size(), 2);
  EXPECT_EQ(out.place().parents(1), "360000");
  EXPECT_EQ(out.event_date() + out.event_date_precision() + out.event_date_basis(),
            "2025-11-18daytext");
  EXPECT_EQ(out.lead_organ() + out.guiding_organ() + out.operator_organ(),
            "靖安县委宣传部江西国际传播中心靖安县融媒体中心");
  EXPECT_EQ(out.partners_size() + out.platforms_size() + out.accounts_size(), 4);
  ASSERT_EQ(out.claims_size(), 2);
  EXPECT_EQ(out.claims(1).value(), 30'000'000);
  EXPECT_TRUE(out.has_ordinal_rank());
  EXPECT_EQ(out.ordinal_rank(), 3);
  EXPECT_EQ(out.ordinal_scope_code() + out.ordinal_raw(), "360900全市第三家");
  ASSERT_EQ(out.quotes_size(), 1);
  EXPECT_EQ(out.quotes(0).from(), 7u);
  EXPECT_EQ(out.quotes(0).text(), "靖安国际传播中心");
  EXPECT_EQ(out.reasons_size(), 2);
}

TEST(FindingsTest, WhatThePageDoesNotSayStaysUnsaid) {
  const v1::Finding out = ToProto({});
  EXPECT_FALSE(out.has_place());
  EXPECT_FALSE(out.has_ordinal_rank());
  EXPECT_EQ(out.event_date(), "");
  EXPECT_EQ(out.ByteSizeLong(), 0u);
}

}  // namespace
}  // namespace signboard::worker
