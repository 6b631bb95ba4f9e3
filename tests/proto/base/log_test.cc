#include "proto/base/log.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

namespace signboard::base {
namespace {

constexpr UnixTime kNoon = FromMillis(1'763'467'200'000);  // 2025-11-18T12:00:00Z

std::string Text(std::string_view event, LogFields fields) {
  return FormatLogLine(LogFormat::kText, kNoon, kInfo, event, fields);
}

nlohmann::json Json(std::string_view event, LogFields fields) {
  return nlohmann::json::parse(FormatLogLine(LogFormat::kJson, kNoon, kWarn, event, fields));
}

TEST(LogTest, TextLineIsTimeLevelEventAndKeys) {
  EXPECT_EQ(Text("fetched", {{"url", "http://a.cn/"}, {"ms", 12}, {"kept", true}, {"rate", 0.5}}),
            "2025-11-18T12:00:00Z info fetched url=http://a.cn/ ms=12 kept=true rate=0.5");
}

TEST(LogTest, TextValueThatIsNotPlainIsQuoted) {
  EXPECT_EQ(Text("e", {{"a", ""}, {"b", "x y"}, {"c", "k=v"}, {"d", "\""}}),
            R"(2025-11-18T12:00:00Z info e a="" b="x y" c="k=v" d="\"")");
}

TEST(LogTest, HostileValueCannotForgeALine) {
  const std::string line = Text("e", {{"v", "a\n2025 error forged\x1b[2J\xe2\x80\xae\x7f\xff"}});
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(line.find('\x1b'), std::string::npos);
  EXPECT_NE(line.find(R"(a\n2025 error forged\u001b[2J\u202e\u007f\xff)"), std::string::npos)
      << line;
}

TEST(LogTest, HostileKeyAndEventCannotForgeALine) {
  EXPECT_EQ(Text("a\nb", {{"k\n", 1}}), R"(2025-11-18T12:00:00Z info "a\nb" "k\n"=1)");
}

TEST(LogTest, JsonLineParsesWhateverTheValue) {
  std::string every_byte;
  for (int c = 0; c < 256; ++c) every_byte.push_back(static_cast<char>(c));
  const nlohmann::json line = Json("e", {{"v", every_byte}, {"n", -3}, {"inf", 1e308 * 10}});
  EXPECT_EQ(line["time"], "2025-11-18T12:00:00Z");
  EXPECT_EQ(line["level"], "warn");
  EXPECT_EQ(line["event"], "e");
  EXPECT_EQ(line["n"], -3);
  EXPECT_EQ(line["inf"], "inf");
  EXPECT_EQ(line["v"].get<std::string>().substr(0, 0x80), every_byte.substr(0, 0x80));
}

TEST(LogTest, ChineseStaysReadable) {
  EXPECT_EQ(Json("e", {{"v", "国际传播中心"}})["v"], "国际传播中心");
  EXPECT_NE(Text("e", {{"v", "国际传播中心"}}).find("国际传播中心"), std::string::npos);
}

TEST(LogTest, LongValueIsCutBetweenCharactersAndSaysByHowMuch) {
  std::string value(kLogValueBytesMax - 1, 'x');
  value += "中文";
  const std::string cut = Json("e", {{"v", value}})["v"];
  EXPECT_EQ(cut, value.substr(0, kLogValueBytesMax - 1) + "...(+6 bytes)");
}

TEST(LogTest, FieldsBeyondTheBoundAreCounted) {
  const LogFields many = {{"a", 1}, {"a", 1}, {"a", 1}, {"a", 1}, {"a", 1}, {"a", 1}, {"a", 1},
                          {"a", 1}, {"a", 1}, {"a", 1}, {"a", 1}, {"a", 1}, {"a", 1}, {"a", 1},
                          {"a", 1}, {"a", 1}, {"a", 1}, {"a", 1}, {"a", 1}, {"a", 1}, {"a", 1},
                          {"a", 1}, {"a", 1}, {"a", 1}, {"a", 1}, {"a", 1}, {"a", 1}, {"a", 1},
                          {"a", 1}, {"a", 1}, {"a", 1}, {"a", 1}, {"b", 1}, {"b", 1}};
  const std::string line = FormatLogLine(LogFormat::kText, kNoon, kInfo, "e", many);
  EXPECT_EQ(line.find("b="), std::string::npos);
  EXPECT_NE(line.find("fields_not_shown=2"), std::string::npos);
}

TEST(LogTest, LevelAndFormatNamesAreParsedAndOthersRefusedWithTheChoices) {
  EXPECT_EQ(*ParseLogLevel("debug"), kDebug);
  EXPECT_EQ(*ParseLogFormat("json"), LogFormat::kJson);
  EXPECT_EQ(ParseLogLevel("loud").status().code(), StatusCode::kInvalidArgument);
  EXPECT_NE(Message(ParseLogLevel("loud").status()).find("error, warn, info or debug"),
            std::string::npos);
  EXPECT_EQ(ParseLogFormat("xml").status().code(), StatusCode::kInvalidArgument);
}

class LogOutputTest : public ::testing::Test {
 protected:
  void TearDown() override { InitLog({}); }
};

TEST_F(LogOutputTest, LevelChangesWhileRunning) {
  ::testing::internal::CaptureStderr();
  InitLog({.level = kWarn, .format = LogFormat::kText});
  Log(kInfo, "unheard");
  SetLogLevel(kDebug);
  Log(kDebug, "heard", {{"n", 1}});
  const std::string out = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(out.find("unheard"), std::string::npos);
  EXPECT_NE(out.find("debug heard n=1\n"), std::string::npos) << out;
}

TEST_F(LogOutputTest, LinesOfManyThreadsStayWhole) {
  ::testing::internal::CaptureStderr();
  InitLog({.level = kInfo, .format = LogFormat::kJson});
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i < 100; ++i) Log(kInfo, "e", {{"t", t}, {"text", std::string(200, 'x')}});
    });
  }
  for (auto& thread : threads) thread.join();
  std::istringstream out(::testing::internal::GetCapturedStderr());
  int count = 0;
  for (std::string line; std::getline(out, line); ++count) {
    EXPECT_TRUE(nlohmann::json::accept(line)) << line;
  }
  EXPECT_EQ(count, 800);
}

}  // namespace
}  // namespace signboard::base
