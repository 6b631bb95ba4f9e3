#include "crawler/extract/claims.h"

#include <gtest/gtest.h>

#include <string>

namespace signboard::extract {
namespace {

// reach=30000000(3000万) countries=70(70多)
std::string Claims(std::string_view passage) {
  std::string all;
  for (const ClaimFound& found : FindClaims(passage)) {
    EXPECT_EQ(passage.substr(found.from, found.to - found.from), found.claim.raw);
    EXPECT_FALSE(found.subject.empty());
    if (!all.empty()) all += ' ';
    all += found.claim.metric + "=" + std::to_string(found.claim.value) + "(" + found.claim.raw +
           (found.strong ? ")" : ")?");
  }
  return all;
}

struct ClaimCase {
  const char* passage;
  const char* claims;
};

TEST(ClaimsTest, AudienceOfACentreIsFound) {
  const ClaimCase cases[] = {
      {"账号粉丝来自70多个国家和地区，累计触达超过3000万人次。",
       "countries=70(70多) reach=30000000(3000万)"},
      {"中心海外账号粉丝超800万。", "followers=8000000(800万)"},
      {"目前，平台粉丝数突破24万，总覆盖人数超743万。",
       "followers=240000(24万) reach=7430000(743万)"},
      {"海外社交媒体账号粉丝量160万+", "followers=1600000(160万+)"},
      {"传播矩阵全球用户2300万", "followers=23000000(2300万)?"},
      {"账号总浏览量达3.2亿次", "views=320000000(3.2亿)"},
      {"海外账号矩阵累计曝光量逾1亿，粉丝近三千万。",
       "views=100000000(1亿) followers=30000000(三千万)"},
      {"中心作品覆盖七十多个国家和地区", "countries=70(七十多)"},
      {"账号覆盖百余个国家和地区", "countries=100(百余)"},
      {"中心推出的短视频播放量突破5000余万次", "views=50000000(5000余万)"},
      {"主页拥有粉丝12.5万人", "followers=125000(12.5万)"},
      {"平台触达受众三百六十多万人", "reach=3600000(三百六十多万)"},
      {"累计收获800万粉丝", "followers=8000000(800万)"},
      {"平台面向海外华侨华人传播，账号粉丝超24万。", "followers=240000(24万)"},
      {"中心账号在华侨华人中拥有粉丝24万", "followers=240000(24万)"},
      {"矩阵触达3000万人次，覆盖70个国家。", "reach=30000000(3000万) countries=70(70)"},
      {"Its accounts have over 30 million followers in more than 70 countries.",
       "followers=30000000(30 million) countries=70(70)"},
      {"该脸书专页追踪人数约3万8千人", "followers=38000(3万8千)"},
      {"账号已聚起近万名关注者", "followers=10000(万)"},
      {"accounts followed by more than 160,000 people", "followers=160000(160,000)"},
      {"三个号加起来4.2万个关注，另有12个账号", "followers=42000(4.2万)"},
      {"力争三年后粉丝破百万，账号目前有粉丝2万。", "followers=20000(2万)"},
      {"The page claims over 60,000 fans", "followers=60000(60,000)"},
      {"The center's platforms have reached over 3.2m people.", "reach=3200000(3.2m)"},
      {"The account has 3,740,000 followers.", "followers=3740000(3,740,000)"},
      {"videos on its pages were viewed 100 million times", "views=100000000(100 million)"},
  };
  for (const ClaimCase& c : cases) EXPECT_EQ(Claims(c.passage), c.claims) << c.passage;
}

TEST(ClaimsTest, WhatElseIsCountedIsNoClaim) {
  const char* passages[] = {
      "中心提出，到2027年底前账号粉丝突破100万。",
      "三年之内，要让矩阵粉丝到100万。",
      "目标是一年内账号关注人数超过5万。",
      "海外账号曝光量目标为5000万次。",
      "It aims to have one million followers by 2028.",
      "金华与233个国家和地区有贸易往来。",
      "贸易伙伴覆盖233个国家和地区。",
      "宁波已与54个国家的友好城市结好，覆盖五大洲。",
      "文成有华侨华人16.8万，分布在70多个国家和地区。",
      "海外侨胞约70万，遍布近200个国家和地区。",
      "在义乌常住的外国人来自100多个国家和地区。",
      "来自20多个国家的主流媒体参加活动。",
      "来自30个国家和地区的200名嘉宾出席揭牌仪式。",
      "港口航线通达100多个国家，覆盖600多个港口。",
      "电视频道覆盖200多个国家和地区的5000余万观众。",
      "产品远销70多个国家和地区。",
      "中心共有12个账号、8种语言、36家媒体加盟。",
      "中心总投资3000万元。",
      "11月18日，中心揭牌，电话0795-4662000。",
      "2025年，第3000万名粉丝。",
      "粉丝增长30%。",
      "统一平台，一带一路覆盖。",
      "The city trades with 233 countries and regions.",
      "The city has 41 sister cities across 21 countries.",
      "About 700,000 of the diaspora live in nearly 200 countries.",
      "Some 200 journalists from 30 countries attended.",
      "",
  };
  for (const char* passage : passages) EXPECT_EQ(Claims(passage), "") << passage;
}

TEST(ClaimsTest, HostilePassagesAreBounded) {
  std::string numbers;
  while (numbers.size() < 1'000'000) numbers += "粉丝9999999999999999999999万";
  EXPECT_LE(FindClaims(numbers).size(), kClaimsMax);
  std::string words;
  while (words.size() < 1'000'000) words += "粉丝账号覆盖12";
  EXPECT_LE(FindClaims(words).size(), kClaimsMax);
  EXPECT_TRUE(FindClaims(std::string(1'000'000, '1')).empty());
  EXPECT_TRUE(FindClaims(std::string(1'000'000, '\xE4')).empty());
  std::string units;
  while (units.size() < 1'000'000) units += "万";
  EXPECT_TRUE(FindClaims("粉丝" + units).empty());
}

}  // namespace
}  // namespace signboard::extract
