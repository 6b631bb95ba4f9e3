// A megabyte of what nobody writes: the detector announces nothing, and takes no longer for it than
// reading as many bytes as a page takes, many times over. Both are CPU time of this thread on the
// same machine, so that a busy one changes nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <time.h>

#include <string>
#include <utility>
#include <vector>

#include "crawler/extract/detector.h"
#include "crawler/parse/document.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr size_t kGarbageBytes = size_t{1} << 20;
// What is quadratic in a megabyte is thousands of times slower.
constexpr double kTimesParseMax = 60;
// And so is what goes back through the page for each of its names, some hundred times.
constexpr double kTimesParseForNamesMax = 4;

double CpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

std::string Repeated(const std::string& piece) {
  std::string text;
  while (text.size() < kGarbageBytes) text += piece;
  return text;
}

// What parsing prose of that length costs here and now.
double ParseSeconds() {
  const std::string page = "<html><body>" + Repeated("<p>靖安县今日举行植树活动，干部群众参加。</p>\n");
  const double from = CpuSeconds();
  const auto document = parse::Document::Parse(page);
  EXPECT_TRUE(document.ok());
  return CpuSeconds() - from;
}

void ExpectNothing(const std::vector<std::pair<std::string, std::string>>& cases,
                   double times_parse_max = kTimesParseMax) {
  const double parse = ParseSeconds();
  for (const auto& [what, text] : cases) {
    DetectorInput input;
    input.text = text;
    input.published = FromMillis(1'763'438'400'000);
    const double from = CpuSeconds();
    const std::vector<Finding> findings = Detect(input);
    EXPECT_LE(CpuSeconds() - from, times_parse_max * parse) << what;
    for (const Finding& finding : findings)
      EXPECT_FALSE(finding.is_announcement) << what << ": " << finding.centre_name_zh;
    EXPECT_LE(findings.size(), kFindingsMax) << what;
  }
}

TEST(GarbageTest, AMegabyteOfOneCharacter) {
  std::vector<std::pair<std::string, std::string>> cases;
  for (const char* one : {"a", " ", "\n", "(", "（", "，", "。", "\"", "“", "1", "年", "月", "传", "播",
                          "傳", "国", "际", "中", "心", "县", "市", "省", "揭", "\xE7", "\x80", "\xFF",
                          "\xEF\xBB\xBF", "\xF0\x9F\x8E\x89"})
    cases.emplace_back(std::string("of ") + base::EscapeTerminal(one), Repeated(one));
  ExpectNothing(cases);
}

TEST(GarbageTest, ScriptsAndControlCharactersInTurns) {
  std::string controls;
  for (char c = 1; c < 32; ++c) controls += std::string(1, c) + "传播国际";
  ExpectNothing({{"scripts", Repeated("国inter際nationalцентр国际传커뮤니케이션播コミュニケーション中ommunication心")},
                 {"pinyin", Repeated("国(guó)际(jì)传(chuán)播(bō)")},
                 {"brackets", Repeated("国际传播（((（国际传播")},
                 {"controls", Repeated(controls)},
                 {"zeros", Repeated(std::string("国际\0传播\0中心", 20))},
                 {"halves", Repeated("国际传播中\xE5\xBF")},
                 {"combining", Repeated("国际传播a\xCC\x81\xCC\x81\xCC\x81")}});
}

TEST(GarbageTest, TenThousandCandidateNames) {
  const char* kPlaces[] = {"靖安", "铜鼓", "宜丰", "万载", "上高", "南昌", "慈溪", "云南", "平南", "石阡"};
  std::string names;
  std::string lines;
  std::string numbered;
  for (int i = 0; i < 10'000; ++i) {
    const std::string name = std::string(kPlaces[i % 10]) + "国际传播中心";
    names += name + "、";
    lines += name + "\n";
    numbered += "第" + std::to_string(i) + name + "，";
  }
  ExpectNothing({{"names", names},
                 {"lines", lines},
                 {"numbered", numbered},
                 {"heads", Repeated("国际传播中心")},
                 {"english", Repeated("International Communication Center ")},
                 {"Russian", Repeated("центр международной коммуникации ")},
                 {"organs", Repeated("由县委宣传部、市委宣传部主管国际传播中心和")}});
}

TEST(GarbageTest, WhatBelongsToANameIsLookedForNearIt) {
  const auto behind = [](const std::string& filler, const std::string& piece) {
    std::string text = Repeated(filler);
    text.resize(text.size() / 8 * 7 / filler.size() * filler.size());
    for (int i = 0; i < 300; ++i) text += "\n" + piece;
    return text;
  };
  const std::string pair = "The Chuzhou and Xuancheng international communication centers opened.";
  ExpectNothing({{"brackets", behind("哈", "由县委宣传部甲)主管国际传播中心。")},
                 {"quotation", behind("哈", "”国际传播中心揭牌。")},
                 {"pairs", behind("哈 ", pair)},
                 {"clauses", behind("哈", "靖安国际传播中心拟揭牌铜鼓国际传播中心拟揭牌。")}},
                kTimesParseForNamesMax);
}

}  // namespace
}  // namespace signboard::extract
