#include "frontier/list_pages.h"

#include <gmock/gmock.h>

namespace signboard::frontier {
namespace {

using ::testing::ElementsAre;

TEST(ListPagesTest, NumberIsWhereTheUrlDiffersFromTheFirstPage) {
  EXPECT_EQ(PageNumber("http://a.cn/n/index.html", "http://a.cn/n/index_3.html"), 3U);
  EXPECT_EQ(PageNumber("http://a.cn/node_12.htm", "http://a.cn/node_12_2.htm"), 2U);
  EXPECT_EQ(PageNumber("http://a.cn/list?page=1", "http://a.cn/list?page=10"), 10U);
  EXPECT_EQ(PageNumber("http://a.cn/list?page=10", "http://a.cn/list?page=1"), 1U);
  EXPECT_EQ(PageNumber("http://a.cn/list", "http://a.cn/list?page=7&x=9"), 7U);
  EXPECT_EQ(PageNumber("http://a.cn/list/", "http://a.cn/list/2/"), 2U);
}

TEST(ListPagesTest, WithoutANumberThereIsNone) {
  EXPECT_EQ(PageNumber("http://a.cn/list", "http://a.cn/list"), 0U);
  EXPECT_EQ(PageNumber("http://a.cn/list", "http://a.cn/next"), 0U);
  EXPECT_EQ(PageNumber("http://a.cn/list", ""), 0U);
  EXPECT_EQ(PageNumber("http://a.cn/list", "http://a.cn/list?t=12345678901234567890"), 0U);
}

TEST(ListPagesTest, FirstPageThatNamesThemAllPlacesThem) {
  EXPECT_THAT(PlacesInList("http://a.cn/index.html", "http://a.cn/index.html", 0,
                           {"http://a.cn/index_1.html", "http://a.cn/index_2.html",
                            "http://a.cn/index_40.html"}),
              ElementsAre(1, 2, 40));
}

TEST(ListPagesTest, StepIsTheSmallestDifference) {
  EXPECT_THAT(PlacesInList("http://a.cn/l", "http://a.cn/l", 0,
                           {"http://a.cn/l?start=40", "http://a.cn/l?start=20",
                            "http://a.cn/l?start=980"}),
              ElementsAre(2, 1, 49));
  EXPECT_THAT(PlacesInList("http://a.cn/l", "http://a.cn/l?start=40", 2,
                           {"http://a.cn/l?start=20", "http://a.cn/l?start=60"}),
              ElementsAre(1, 3));
}

TEST(ListPagesTest, LastPageIsAsFarDownAsItIs) {
  EXPECT_THAT(PlacesInList("http://a.cn/l?page=1", "http://a.cn/l?page=2", 1,
                           {"http://a.cn/l?page=3", "http://a.cn/l?page=99"}),
              ElementsAre(2, 98));
}

TEST(ListPagesTest, PageItselfStaysWhereItIs) {
  EXPECT_THAT(PlacesInList("http://a.cn/l", "http://a.cn/l?page=9", 8,
                           {"http://a.cn/l?page=9", "http://a.cn/l?page=8"}),
              ElementsAre(8, 7));
}

TEST(ListPagesTest, PageWithoutANumberIsTheNext) {
  EXPECT_THAT(PlacesInList("http://a.cn/l", "http://a.cn/older", 3, {"http://a.cn/even-older"}),
              ElementsAre(4));
}

TEST(ListPagesTest, PlacesAreBounded) {
  EXPECT_THAT(PlacesInList("http://a.cn/l", "http://a.cn/l", 0,
                           {"http://a.cn/l?p=1", "http://a.cn/l?p=999999999"}),
              ElementsAre(1, kListPageMax + 1));
  EXPECT_THAT(PlacesInList("http://a.cn/l", "http://a.cn/l", 0, {}), ElementsAre());
}

}  // namespace
}  // namespace signboard::frontier
