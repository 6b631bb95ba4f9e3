#include "deploy/signboard/seed_list.h"

#include <gtest/gtest.h>

namespace signboard::cli {
namespace {

TEST(SeedListTest, TableIsReadByItsHeader) {
  const auto seeds = ParseSeeds(
      "\xEF\xBB\xBF" "code,name_zh,kind,url,note\r\n"
      "360925,\"靖安县\n人民政府\",government,https://a.cn/,\"says \"\"hi\"\", twice\"\r\n\r\n"
      "360000,江西,government,https://b.cn/,\n", "s.csv");
  ASSERT_TRUE(seeds.ok()) << seeds.status();
  ASSERT_EQ(seeds->size(), 2u);
  EXPECT_EQ((*seeds)[0].url(), "https://a.cn/");
  EXPECT_EQ((*seeds)[0].code(), "360925");
  EXPECT_EQ((*seeds)[0].note(), "says \"hi\", twice");
  EXPECT_EQ((*seeds)[1].url(), "https://b.cn/");
}

TEST(SeedListTest, PlainListSkipsCommentsAndEmptyLines) {
  const auto seeds = ParseSeeds("# sites\nhttps://a.cn/\n\n  https://b.cn/  \n", "s.txt");
  ASSERT_TRUE(seeds.ok());
  ASSERT_EQ(seeds->size(), 2u);
  EXPECT_EQ((*seeds)[1].url(), "https://b.cn/");
}

TEST(SeedListTest, MissingUrlNamesFileAndLine) {
  const auto seeds = ParseSeeds("url,kind\nhttps://a.cn/,x\n,y\n", "s.csv");
  ASSERT_FALSE(seeds.ok());
  EXPECT_NE(base::Message(seeds.status()).find("s.csv:3"), std::string_view::npos);
  EXPECT_FALSE(ParseSeeds("code,kind\n1,2\n", "s.csv").ok());
  EXPECT_FALSE(ParseSeeds("url\n\xff\xfe\n", "s.csv").ok());
}

TEST(SeedListTest, CsvFieldIsQuotedAndNoFormula) {
  EXPECT_EQ(CsvField("plain"), "plain");
  EXPECT_EQ(CsvField("a,\"b\""), "\"a,\"\"b\"\"\"");
  EXPECT_EQ(CsvField("=HYPERLINK(1)"), "'=HYPERLINK(1)");
}

}  // namespace
}  // namespace signboard::cli
