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

TEST(SeedListTest, ScopeIsReadFromItsColumnsAndWrittenAsItIsRead) {
  const std::string header = "url,include,exclude,depth,subdomains,path\n";
  const std::vector<std::string> fields = {"/a/* /b/*", "*.pdf$", "3", "yes", "/x/"};
  std::string row = "https://a.cn/";
  for (const auto& field : fields) row += "," + field;
  const auto seeds = ParseSeeds(header + row + "\nhttps://b.cn/\n", "s.csv");
  ASSERT_TRUE(seeds.ok()) << seeds.status();
  const v1::Scope& scope = (*seeds)[0].scope();
  ASSERT_EQ(scope.include_size(), 2);
  EXPECT_EQ(scope.include(1), "/b/*");
  EXPECT_EQ(scope.exclude(0), "*.pdf$");
  EXPECT_EQ(scope.depth_max(), 3u);
  EXPECT_TRUE(scope.subdomains());
  EXPECT_EQ(scope.path_prefix(), "/x/");
  EXPECT_EQ(ScopeFields(scope), fields);
  EXPECT_TRUE((*seeds)[1].has_scope()) << "the table says scopes: this one is the whole host";
  EXPECT_EQ(ScopeFields((*seeds)[1].scope()), std::vector<std::string>(5));
}

TEST(SeedListTest, TableWithoutScopeColumnsLeavesTheScopeAlone) {
  const auto seeds = ParseSeeds("url,code\nhttps://a.cn/,360925\n", "s.csv");
  ASSERT_TRUE(seeds.ok());
  EXPECT_FALSE((*seeds)[0].has_scope());
}

TEST(SeedListTest, ScopeThatIsNoneNamesFileAndLine) {
  for (const char* row : {"https://a.cn/,,x,", "https://a.cn/,,0,", "https://a.cn/,,-1,",
                          "https://a.cn/,,99999999999,", "https://a.cn/,,,maybe"}) {
    const std::string table = "url,include,depth,subdomains\nhttps://b.cn/,,,no\n";
    const auto seeds = ParseSeeds(table + row, "s.csv");
    ASSERT_FALSE(seeds.ok()) << row;
    EXPECT_NE(base::Message(seeds.status()).find("s.csv:3"), std::string_view::npos) << row;
  }
}

TEST(SeedListTest, CsvFieldIsQuotedAndNoFormula) {
  EXPECT_EQ(CsvField("plain"), "plain");
  EXPECT_EQ(CsvField("a,\"b\""), "\"a,\"\"b\"\"\"");
  EXPECT_EQ(CsvField("=HYPERLINK(1)"), "'=HYPERLINK(1)");
}

}  // namespace
}  // namespace signboard::cli
