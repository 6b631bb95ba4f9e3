#include "deploy/signboard/csv_file.h"

#include <gtest/gtest.h>

#include "storage/gateway/csv.h"

namespace signboard::cli {
namespace {

TEST(CsvFileTest, WhatWeWriteIsReadBack) {
  const std::vector<std::string> cells = {"a,b",  "say \"hi\"\nthere", "=1+1",
                                          "靖安", "-5",                   "'quoted'"};
  const std::string text =
      gateway::CsvLine({"1", "2", "3", "4", "5", "6"}) + gateway::CsvLine(cells);
  const auto rows = ReadCsv(text, "f");
  ASSERT_TRUE(rows.ok()) << base::ToString(rows.status());
  ASSERT_EQ(rows->size(), 1u);
  for (size_t i = 0; i < cells.size(); ++i)
    EXPECT_EQ((*rows)[0].Of(std::to_string(i + 1)), cells[i]);
  EXPECT_EQ((*rows)[0].Of("7"), "");
}

TEST(CsvFileTest, SpreadsheetsOfAllCountriesAreRead) {
  for (const char* text : {"\xef\xbb\xbf" "id;note\r\n7;\"a;b\"\r\n", "id\tnote\n7\ta;b\n",
                           "id,note\n\n 7 ,a;b", "note,id\na;b,7\n,\n"}) {
    const auto rows = ReadCsv(text, "f");
    ASSERT_TRUE(rows.ok()) << text;
    ASSERT_EQ(rows->size(), 1u) << text;
    EXPECT_EQ((*rows)[0].Of("id"), "7") << text;
    EXPECT_EQ((*rows)[0].Of("note"), "a;b") << text;
  }
}

TEST(CsvFileTest, WhatIsNoTableIsNamedWithItsRow) {
  const auto open = ReadCsv("id,note\n1,a\n2,\"never closed\n3,b\n", "mine.csv");
  ASSERT_FALSE(open.ok());
  EXPECT_EQ(open.status().code(), StatusCode::kInvalidArgument);
  EXPECT_NE(std::string(base::Message(open.status())).find("mine.csv, row 3"), std::string::npos)
      << base::ToString(open.status());
  EXPECT_FALSE(ReadCsv("id\na\"b\"\n", "f").ok());
  EXPECT_FALSE(ReadCsv(std::string(2'000, ',') + "\n", "f").ok());
  EXPECT_TRUE(ReadCsv("", "f")->empty());
  EXPECT_EQ((*ReadCsv(std::string("id\n\0\xff\n", 6), "f"))[0].number, 2u);
}

}  // namespace
}  // namespace signboard::cli
