#include "storage/warc/cdxj.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "storage/warc/line_sorter.h"

namespace signboard::warc {
namespace {

TEST(CdxjTest, SaysWhatCdxjIndexerSays) {
  CdxjEntry entry;
  entry.url = "http://www.A.cn/公告?b=2&a=\"1\"";
  entry.date = base::FromMillis(1763435045123);
  entry.mime = CdxjMime("text/html; charset=GBK");
  entry.status = 200;
  entry.digest = "sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N";
  entry.bytes = 312;
  entry.offset = 7;
  entry.filename = "a.warc.gz";
  EXPECT_EQ(CdxjLine(entry),
            "cn,a)/%e5%85%ac%e5%91%8a?a=\"1\"&b=2 20251118030405 "
            "{\"url\": \"http://www.A.cn/\\u516c\\u544a?b=2&a=\\\"1\\\"\", "
            "\"mime\": \"text/html\", "
            "\"status\": \"200\", \"digest\": \"sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N\", "
            "\"length\": \"312\", \"offset\": \"7\", \"filename\": \"a.warc.gz\"}");
}

TEST(CdxjTest, LeavesOutWhatIsNotKnown) {
  CdxjEntry entry;
  entry.url = "http://a.cn/";
  entry.date = base::FromMillis(1763435045000);
  EXPECT_EQ(CdxjLine(entry), "cn,a)/ 20251118030405 {\"url\": \"http://a.cn/\"}");
  EXPECT_EQ(CdxjMime(""), "");
  EXPECT_EQ(CdxjMime("text/plain charset=x"), "text/plain");
}

std::vector<std::string> Sorted(size_t bytes_max, const std::vector<std::string>& lines) {
  LineSorter sorter(bytes_max);
  std::vector<std::string> sorted;
  for (const std::string& line : lines) EXPECT_TRUE(sorter.Add(line).ok());
  EXPECT_TRUE(sorter.Give([&](const std::string& line) {
    sorted.push_back(line);
    return OkStatus();
  }).ok());
  return sorted;
}

TEST(LineSorterTest, SortsBytesInMemoryAndOnDisk) {
  std::vector<std::string> lines;
  for (int i = 0; i < 5'000; ++i) {
    lines.push_back(std::to_string(i * 7'919 % 5'003) + std::string(i % 50, 'x'));
    if (i % 100 == 0) lines.push_back(std::string(100'000, static_cast<char>('a' + i % 26)));
  }
  lines.insert(lines.end(), {"", "\xe9\x9d\x99", "same", "same"});
  std::vector<std::string> expected = lines;
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(Sorted(kSortedBytesMax, lines), expected);
  EXPECT_EQ(Sorted(20'000, lines), expected) << "in many files";
  EXPECT_TRUE(Sorted(10, {}).empty());
}

}  // namespace
}  // namespace signboard::warc
