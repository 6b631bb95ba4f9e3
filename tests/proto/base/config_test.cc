#include "proto/base/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

namespace signboard::base {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

struct Settings {
  std::string listen = "127.0.0.1:7070";
  std::string level = "info";
  bool enabled = true;
  int64_t redirects = 10;
  double rate = 1;
  Millis host_gap{2'000};
  ByteSize html_max{10'000'000};
  std::vector<std::string> allow = {"127.0.0.1/32"};
};

ConfigSchema MakeSchema(Settings* s) {
  ConfigSchema schema;
  schema.Describe("frontier", "What to fetch next.");
  schema.Add("frontier", "listen", &s->listen, {.comment = "Where gRPC is spoken."});
  schema.Add("frontier", "host_gap", &s->host_gap,
             {.comment = "Least time between two fetches\nof one host.",
              .reloadable = true,
              .check = Between(Millis(1), Millis(3'600'000))});
  schema.Add("crawler.limits", "redirects", &s->redirects,
             {.unit = "hops", .comment = "Followed.", .check = Between<int64_t>(0, 20)});
  schema.Add("crawler.limits", "html_max", &s->html_max, {.reloadable = true});
  schema.Add("crawler.limits", "rate", &s->rate, {.unit = "per second"});
  schema.Add("crawler.guard", "allow", &s->allow, {.comment = "Addresses allowed."});
  schema.Add("log", "level", &s->level,
             {.reloadable = true, .choices = {"error", "warn", "info", "debug"}});
  schema.Add("log", "enabled", &s->enabled);
  return schema;
}

class ConfigTest : public ::testing::Test {
 protected:
  Status Load(std::string_view text) { return schema_.LoadText(text, "signboard.toml"); }
  std::string Refusal(std::string_view text) {
    const Status status = Load(text);
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << text;
    return std::string(Message(status));
  }
  std::string Environment(const char* entry) {
    const std::array<const char*, 3> environment = {"PATH=/bin", entry, nullptr};
    const Status status = schema_.ApplyEnvironment(environment.data());
    return std::string(Message(status));
  }

  Settings settings_;
  ConfigSchema schema_ = MakeSchema(&settings_);
};

TEST_F(ConfigTest, EveryTypeIsRead) {
  ASSERT_EQ(Load(R"(
[frontier]
listen = "0.0.0.0:1"
host_gap = "250ms"
[crawler.limits]
redirects = 3
html_max = "64KiB"
rate = 2.5
[crawler.guard]
allow = ["10.0.0.0/8", "::1/128"]
[log]
level = "debug"
enabled = false
)"),
            OkStatus());
  EXPECT_EQ(settings_.listen, "0.0.0.0:1");
  EXPECT_EQ(settings_.host_gap, Millis(250));
  EXPECT_EQ(settings_.redirects, 3);
  EXPECT_EQ(settings_.html_max.bytes, 65'536U);
  EXPECT_EQ(settings_.rate, 2.5);
  EXPECT_THAT(settings_.allow, ElementsAre("10.0.0.0/8", "::1/128"));
  EXPECT_EQ(settings_.level, "debug");
  EXPECT_FALSE(settings_.enabled);
}

TEST_F(ConfigTest, WholeNumberServesAsNumberAndAsBytes) {
  ASSERT_EQ(Load("[crawler.limits]\nrate = 3\nhtml_max = 512\n"), OkStatus());
  EXPECT_EQ(settings_.rate, 3);
  EXPECT_EQ(settings_.html_max.bytes, 512U);
}

TEST_F(ConfigTest, AbsentKeysKeepTheirDefaults) {
  ASSERT_EQ(Load("[log]\n"), OkStatus());
  EXPECT_EQ(settings_.level, "info");
  EXPECT_EQ(settings_.host_gap, Millis(2'000));
}

TEST_F(ConfigTest, UnknownKeyIsRefusedWithPlaceAndNearestName) {
  EXPECT_EQ(Refusal("[log]\n  levle = \"info\"\n"),
            "signboard.toml:2:3: unknown key \"levle\" in [log]; did you mean \"level\"?");
}

TEST_F(ConfigTest, KeyOfAnotherSectionIsSentThere) {
  EXPECT_THAT(Refusal("[log]\nredirects = 3\n"), HasSubstr("it belongs in [crawler.limits]"));
  EXPECT_THAT(Refusal("listen = \"x\"\n"), HasSubstr("outside of any section"));
}

TEST_F(ConfigTest, UnknownSectionIsRefusedWithPlaceAndNearestName) {
  EXPECT_EQ(Refusal("[crawler.limit]\nredirects = 3\n"),
            "signboard.toml:1:10: unknown section \"crawler.limit\"; did you mean "
            "\"crawler.limits\"?");
  EXPECT_THAT(Refusal("[[log.level]]\nx = 1\n"), HasSubstr("log.level must be a string"));
  EXPECT_THAT(Refusal("crawler = 3\n"), HasSubstr("\"crawler\" is a section"));
}

TEST_F(ConfigTest, WrongTypeNamesKeyExpectationAndPlace) {
  EXPECT_EQ(Refusal("[crawler.limits]\nredirects = \"many\"\n"),
            "signboard.toml:2:13: crawler.limits.redirects must be a whole number, not a string");
  EXPECT_THAT(Refusal("[frontier]\nhost_gap = 2\n"), HasSubstr("must be a span such as \"2s\""));
  EXPECT_THAT(Refusal("[frontier]\nhost_gap = \"soon\"\n"),
              HasSubstr("frontier.host_gap must be a span such as \"2s\""));
  EXPECT_THAT(Refusal("[crawler.guard]\nallow = [\"a\", 3]\n"), HasSubstr("a list of strings"));
  EXPECT_THAT(Refusal("[log]\nenabled = 1\n"), HasSubstr("true or false"));
  EXPECT_THAT(Refusal("[crawler.limits]\nhtml_max = -1\n"), HasSubstr("a size"));
  EXPECT_THAT(Refusal("[crawler.limits]\nrate = nan\n"), HasSubstr("a number"));
}

TEST_F(ConfigTest, ValueOutsideItsBoundsIsRefused) {
  EXPECT_EQ(Refusal("[crawler.limits]\nredirects = 21\n"),
            "signboard.toml:2:13: crawler.limits.redirects must be 0 to 20, not 21");
  EXPECT_THAT(Refusal("[frontier]\nhost_gap = \"2h\"\n"), HasSubstr("must be 1ms to 1h, not 2h"));
  EXPECT_THAT(Refusal("[log]\nlevel = \"loud\"\n"),
              HasSubstr("log.level must be one of error, warn, info, debug, not \"loud\""));
}

TEST_F(ConfigTest, AllErrorsOfAFileAreSaidAtOnce) {
  const std::string all = Refusal("[log]\nlevle = 1\nenabled = 3\n[frontier]\nlisten = 4\n");
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 2);
  EXPECT_THAT(all, HasSubstr(":2:1: "));
  EXPECT_THAT(all, HasSubstr(":3:11: "));
  EXPECT_THAT(all, HasSubstr(":5:10: "));
}

TEST_F(ConfigTest, EndlessErrorsAreCounted) {
  std::string text = "[log]\n";
  for (int i = 0; i < 100; ++i) text += "k" + std::to_string(i) + " = 1\n";
  EXPECT_THAT(Refusal(text), HasSubstr("and 80 more errors"));
}

TEST_F(ConfigTest, BrokenTomlIsRefusedWithPlace) {
  EXPECT_THAT(Refusal("[log]\nlevel = \"info\nenabled = true\n"), HasSubstr("signboard.toml:2:"));
  EXPECT_THAT(Refusal("[log]\nlevel = \"info\"\nlevel = \"warn\"\n"), HasSubstr(":3:"));
  EXPECT_THAT(Refusal("\xff\xfe"), HasSubstr("signboard.toml:1:1"));
  EXPECT_THAT(Refusal(std::string(5'000, '[')), HasSubstr("signboard.toml:1:"));
  EXPECT_THAT(Refusal(std::string(kConfigBytesMax + 1, '#')), HasSubstr("at most 1 MiB"));
}

TEST_F(ConfigTest, HeaderThatIsNoHeaderIsRefusedWithPlace) {
  for (const char* header : {"[=]", "[", "[[", "[[[a]]]", "[\x01]", "[ ]", "[.a]", "[a.]", "[中]"}) {
    EXPECT_THAT(Refusal("[log]\n\n" + std::string(header) + "\n"),
                HasSubstr("signboard.toml:3:"))
        << header;
  }
}

TEST_F(ConfigTest, BrokenBytesNeverDoMoreThanBeRefused) {
  const std::string whole =
      "[frontier]\nhost_gap = \"2s\"\n[crawler.guard]\nallow = [\"a\", '''b\nc'''] # x\n"
      "[crawler.limits]\nrate = 1e3\nredirects = 0x10\n\"html_max\" = { a = 1979-05-27T07:32:00Z "
      "}\n";
  std::minstd_rand random(7);
  const std::string_view spice = "[]{}=.,\"'#\\\n\r \t_-+0aTZ:ex\xff\xe4\x01";
  for (int i = 0; i < 20'000; ++i) {
    std::string broken = whole;
    for (unsigned n = 1 + random() % 4; n > 0; --n) {
      const size_t at = random() % broken.size();
      const char c = spice[random() % spice.size()];
      if (random() % 2 == 0) {
        broken[at] = c;
      } else {
        broken.insert(at, 1, c);
      }
    }
    if (random() % 4 == 0) broken.resize(random() % broken.size());
    const Status status = Load(broken);
    EXPECT_TRUE(status.ok() || status.code() == StatusCode::kInvalidArgument) << broken;
  }
}

TEST_F(ConfigTest, HostileNamesArePrintedEscaped) {
  EXPECT_THAT(Refusal("[log]\n\"\\u001b[2J\" = 1\n"), Not(HasSubstr("\x1b")));
}

TEST_F(ConfigTest, SecretsAreNotPrinted) {
  ConfigSchema schema;
  std::string token, other;
  schema.Add("gateway", "token", &token, {.comment = "Who may write.", .secret = true});
  schema.Add("gateway", "other", &other, {.comment = "None.", .secret = true});
  ASSERT_EQ(schema.LoadText("[gateway]\ntoken = \"sesame\"\n", "a.toml"), OkStatus());
  EXPECT_EQ(token, "sesame");
  EXPECT_EQ(schema.PrintEffective(), "[gateway]\n# token is set, and not shown\nother = \"\"\n");
  EXPECT_THAT(schema.PrintInit(), Not(HasSubstr("sesame")));
}

TEST_F(ConfigTest, EnvironmentOverrides) {
  EXPECT_EQ(Environment("SIGNBOARD_CRAWLER_LIMITS_REDIRECTS=7"), "");
  EXPECT_EQ(settings_.redirects, 7);
  EXPECT_EQ(Environment("SIGNBOARD_CRAWLER_GUARD_ALLOW=10.0.0.0/8, ::1/128"), "");
  EXPECT_THAT(settings_.allow, ElementsAre("10.0.0.0/8", "::1/128"));
  EXPECT_EQ(Environment("SIGNBOARD_FRONTIER_HOST_GAP=50ms"), "");
  EXPECT_EQ(settings_.host_gap, Millis(50));
  EXPECT_EQ(Environment("SIGNBOARD_LOG_ENABLED=false"), "");
  EXPECT_FALSE(settings_.enabled);
}

TEST_F(ConfigTest, EnvironmentErrorsNameTheVariable) {
  EXPECT_EQ(Environment("SIGNBOARD_CRAWLER_LIMITS_REDIRECTS=x"),
            "environment: SIGNBOARD_CRAWLER_LIMITS_REDIRECTS must be a whole number: \"x\" is not "
            "a number");
  EXPECT_THAT(Environment("SIGNBOARD_CRAWLER_LIMITS_REDIRECTS=99"), HasSubstr("must be 0 to 20"));
  EXPECT_EQ(Environment("SIGNBOARD_LOG_LEVLE=info"),
            "environment: unknown setting SIGNBOARD_LOG_LEVLE; did you mean SIGNBOARD_LOG_LEVEL?");
}

TEST_F(ConfigTest, VariablesOfOthersAreLeftAlone) {
  EXPECT_EQ(Environment("SIGNBOARD_ELSEWHERE=1"), "");
  EXPECT_EQ(Environment("SIGNBOARD_FRONTIER_SERVICE_HOST=10.0.0.1"), "");
  EXPECT_EQ(Environment("SIGNBOARD_FRONTIER_PORT=tcp://10.0.0.1:7070"), "");
  EXPECT_EQ(Environment("SIGNBOARD_FRONTIER_PORT_7070_TCP_PROTO=tcp"), "");
}

TEST_F(ConfigTest, FileIsReadAndItsAbsenceNamed) {
  const auto directory = std::filesystem::temp_directory_path() /
                         ("signboard-config-" + std::to_string(::getpid()));
  std::filesystem::create_directories(directory);
  const std::string path = directory / "signboard.toml";
  EXPECT_EQ(schema_.LoadFile(path).code(), StatusCode::kNotFound);
  EXPECT_THAT(std::string(Message(schema_.LoadFile(path))), HasSubstr(path));
  std::ofstream(path) << "[log]\nlevel = \"warn\"\n";
  EXPECT_EQ(schema_.LoadFile(path), OkStatus());
  EXPECT_EQ(settings_.level, "warn");
  EXPECT_EQ(schema_.LoadFile(directory).code(), StatusCode::kInvalidArgument);
  std::filesystem::remove_all(directory);
}

TEST_F(ConfigTest, EffectivePrintIsReadBackTheSame) {
  ASSERT_EQ(Load("[frontier]\nlisten = \"q\\\"\\\\\\u0001\\u007f中\"\nhost_gap = \"1500ms\"\n"
                 "[crawler.limits]\nrate = 0.1\nhtml_max = 1000001\n[crawler.guard]\nallow = []\n"),
            OkStatus());
  Settings again;
  ConfigSchema second = MakeSchema(&again);
  ASSERT_EQ(second.LoadText(schema_.PrintEffective(), "printed"), OkStatus());
  for (size_t i = 0; i < schema_.keys().size(); ++i) {
    EXPECT_EQ(schema_.keys()[i].Value(), second.keys()[i].Value()) << schema_.keys()[i].FullName();
  }
  EXPECT_EQ(second.PrintEffective(), schema_.PrintEffective());
}

TEST_F(ConfigTest, InitCommentsEveryKeyWithDefaultAndUnit) {
  const std::string init = schema_.PrintInit();
  EXPECT_THAT(init, HasSubstr("# What to fetch next.\n[frontier]\n# Where gRPC is spoken.\n"
                              "# listen = \"127.0.0.1:7070\"\n"));
  EXPECT_THAT(init, HasSubstr("# Least time between two fetches\n# of one host.\n"
                              "# host_gap = \"2s\"\n"));
  EXPECT_THAT(init, HasSubstr("# redirects = 10  # hops\n"));
  EXPECT_THAT(init, HasSubstr("# html_max = \"10MB\"\n"));
  EXPECT_THAT(init, HasSubstr("# One of: error warn info debug\n# level = \"info\"\n"));
  EXPECT_EQ(Load(init), OkStatus());
}

TEST_F(ConfigTest, InitWithItsKeysUncommentedIsTheDefault) {
  std::string init = schema_.PrintInit();
  std::string uncommented;
  std::istringstream lines(init);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# ") && line.find(" = ") != std::string::npos) line.erase(0, 2);
    uncommented += line + "\n";
  }
  const std::string before = schema_.PrintEffective();
  ASSERT_EQ(Load(uncommented), OkStatus());
  EXPECT_EQ(schema_.PrintEffective(), before);
}

TEST_F(ConfigTest, JsonSchemaHasEveryKeyAndForbidsOthers) {
  const auto schema = nlohmann::json::parse(schema_.PrintJsonSchema());
  EXPECT_EQ(schema["additionalProperties"], false);
  const auto& crawler = schema["properties"]["crawler"];
  EXPECT_EQ(crawler["additionalProperties"], false);
  const auto& limits = crawler["properties"]["limits"]["properties"];
  EXPECT_EQ(limits["redirects"]["type"], "integer");
  EXPECT_EQ(limits["redirects"]["default"], 10);
  EXPECT_EQ(limits["html_max"]["default"], "10MB");
  EXPECT_EQ(crawler["properties"]["guard"]["properties"]["allow"]["items"]["type"], "string");
  EXPECT_EQ(schema["properties"]["log"]["properties"]["level"]["enum"].size(), 4U);
  EXPECT_EQ(schema["properties"]["frontier"]["properties"]["host_gap"]["x-reloadable"], true);
}

TEST_F(ConfigTest, ReloadNamesTheKeysThatNeedARestart) {
  Settings next;
  ConfigSchema second = MakeSchema(&next);
  ASSERT_EQ(second.LoadText("[log]\nlevel = \"debug\"\nenabled = false\n"
                            "[frontier]\nlisten = \":1\"\nhost_gap = \"3s\"\n",
                            "next"),
            OkStatus());
  EXPECT_THAT(ChangedNotReloadable(schema_, second),
              ElementsAre("frontier.listen", "log.enabled"));
  EXPECT_THAT(ChangedNotReloadable(second, second), ElementsAre());
}

TEST(ByteSizeTest, ParsesAndFormats) {
  EXPECT_EQ(ParseByteSize("64KiB")->bytes, 65'536U);
  EXPECT_EQ(ParseByteSize(" 10 mb ")->bytes, 10'000'000U);
  EXPECT_EQ(ParseByteSize("7")->bytes, 7U);
  EXPECT_EQ(ParseByteSize("0")->bytes, 0U);
  EXPECT_EQ(FormatByteSize({65'536}), "64KiB");
  EXPECT_EQ(FormatByteSize({10'000'000}), "10MB");
  EXPECT_EQ(FormatByteSize({1'000'001}), "1000001B");
  EXPECT_EQ(FormatByteSize({0}), "0B");
  for (const char* bad : {"", "KiB", "-1", "1.5MB", "3 apples", "99999999999999999999",
                          "9999999999TiB", "+3"}) {
    EXPECT_EQ(ParseByteSize(bad).status().code(), StatusCode::kInvalidArgument) << bad;
  }
}

}  // namespace
}  // namespace signboard::base
