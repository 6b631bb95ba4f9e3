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

}  // namespace
}  // namespace signboard::worker
