#include "crawler/worker/outlinks.h"

#include <gtest/gtest.h>

namespace signboard::worker {
namespace {

std::vector<v1::Outlink> Links(const std::vector<std::pair<std::string, std::string>>& all) {
  std::vector<v1::Outlink> links;
  for (const auto& [url, queue] : all) {
    links.emplace_back().set_url(url);
    links.back().set_queue(queue);
  }
  return links;
}

std::vector<std::string> Kept(const v1::Lease& lease, const std::vector<v1::Outlink>& links) {
  std::vector<std::string> urls;
  const auto kept = SelectOutlinks(lease, links);
  for (const auto& link : kept) urls.push_back(link.url());
  return urls;
}

v1::Lease LeaseOf(const std::string& host, uint32_t depth = 0) {
  v1::Lease lease;
  lease.set_depth(depth);
  lease.mutable_scope()->set_host(host);
  return lease;
}

TEST(OutlinksTest, OnlyTheSeedsHostUnlessSubdomainsBelongToIt) {
  const auto links = Links({{"http://a.cn/1", "a.cn"},
                            {"http://b.a.cn/2", "b.a.cn"},
                            {"http://xa.cn/3", "xa.cn"},
                            {"http://a.cn:81/4", "a.cn:81"}});
  v1::Lease lease = LeaseOf("a.cn");
  EXPECT_EQ(Kept(lease, links), std::vector<std::string>{"http://a.cn/1"});
  lease.mutable_scope()->set_subdomains(true);
  EXPECT_EQ(Kept(lease, links), (std::vector<std::string>{"http://a.cn/1", "http://b.a.cn/2"}));
}

TEST(OutlinksTest, PathPrefixBoundsTheSite) {
  const auto links = Links({{"http://a.cn/news/1", "a.cn"}, {"http://a.cn/blog/1", "a.cn"}});
  v1::Lease lease = LeaseOf("a.cn");
  lease.mutable_scope()->set_path_prefix("/news/");
  EXPECT_EQ(Kept(lease, links), std::vector<std::string>{"http://a.cn/news/1"});
}

TEST(OutlinksTest, NothingBelowTheDeepestLevelAndNothingWithoutAScope) {
  const auto links = Links({{"http://a.cn/1", "a.cn"}});
  v1::Lease lease = LeaseOf("a.cn", 3);
  lease.mutable_scope()->set_depth_max(3);
  EXPECT_TRUE(Kept(lease, links).empty());
  lease.set_depth(2);
  EXPECT_EQ(Kept(lease, links).size(), 1u);
  lease.clear_scope();
  EXPECT_TRUE(Kept(lease, links).empty());
}

TEST(OutlinksTest, AtMostFiveThousand) {
  std::vector<std::pair<std::string, std::string>> many;
  for (int i = 0; i < 6'000; ++i) many.emplace_back("http://a.cn/" + std::to_string(i), "a.cn");
  EXPECT_EQ(Kept(LeaseOf("a.cn"), Links(many)).size(), kOutlinksMax);
}

extract::Link LinkTo(const std::string& url, extract::LinkKind kind, extract::ListDay day = {}) {
  extract::Link link;
  link.url = url;
  link.kind = kind;
  link.listed = day;
  if (!day.empty()) link.place = extract::LinkPlace::kList;
  return link;
}

TEST(OutlinksTest, ListsComeFirstThenTheNewestEntries) {
  using Kind = extract::LinkKind;
  extract::Links links;
  links.links = {LinkTo("http://a.cn/about", Kind::kAnchor),
                 LinkTo("http://a.cn/old", Kind::kAnchor, {2018, 1, 31}),
                 LinkTo("http://a.cn/new", Kind::kAnchor, {2025, 11, 18}),
                 LinkTo("http://a.cn/also-new", Kind::kAnchor, {2025, 11, 18}),
                 LinkTo("http://a.cn/art/2024/3/12/art_1_2.html", Kind::kAnchor),
                 LinkTo("http://a.cn/list?page=2", Kind::kNext)};
  links.links[4].place = extract::LinkPlace::kList;
  links.links.push_back(LinkTo("http://a.cn/yw/", Kind::kAnchor));
  links.links.back().is_column = true;
  std::vector<std::string> urls;
  const auto collected = CollectOutlinks(links, "http://a.cn/moved");
  for (const auto& link : collected) urls.push_back(link.url());
  EXPECT_EQ(urls, (std::vector<std::string>{
                      "http://a.cn/moved", "http://a.cn/list?page=2", "http://a.cn/yw/",
                      "http://a.cn/new", "http://a.cn/also-new",
                      "http://a.cn/art/2024/3/12/art_1_2.html", "http://a.cn/old",
                      "http://a.cn/about"}));
  EXPECT_EQ(collected[1].priority(), v1::PRIORITY_HUB);
  EXPECT_EQ(collected[2].priority(), v1::PRIORITY_HUB);
  EXPECT_EQ(collected[2].kind(), v1::Outlink::LINK);
  EXPECT_EQ(collected[3].priority(), v1::PRIORITY_NORMAL);
  EXPECT_EQ(collected[3].listed_on(), "2025-11-18");
  EXPECT_EQ(collected[6].listed_on(), "2018-01-31");
  EXPECT_EQ(collected[5].listed_on(), "") << "a day in a URL is not one the list shows";
}

TEST(OutlinksTest, DayWithoutItsYearIsNotReported) {
  extract::Links links;
  links.links = {LinkTo("http://a.cn/1", extract::LinkKind::kAnchor, {0, 11, 18})};
  EXPECT_EQ(CollectOutlinks(links, "")[0].listed_on(), "");
}

}  // namespace
}  // namespace signboard::worker
