#include <thread>

#include "tests/storage/archive/archive_fixture.h"

namespace signboard::archive {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ArchiveListTest : public ArchiveTest {
 protected:
  // "body", with ! for a change and ~ for a version that is none; "-" for no body.
  std::vector<std::string> Versions(v1::ListVersionsRequest request) {
    auto versions = archive_->ListVersions(request);
    EXPECT_TRUE(versions.ok()) << versions.status();
    std::vector<std::string> out;
    if (!versions.ok()) return out;
    for (const v1::Version& version : *versions) {
      const v1::Snapshot& snapshot = version.snapshot();
      std::string text =
          HasBody(snapshot) ? archive_->ReadBody(snapshot, v1::GetRequest::DECODED).value() : "-";
      if (version.is_change()) {
        text += "!";
      } else if (version.is_version()) {
        text += "~";
      }
      out.push_back(text);
    }
    return out;
  }
  static v1::ListVersionsRequest Of(const std::string& url, bool all = false) {
    v1::ListVersionsRequest request;
    request.set_url(url);
    request.set_all(all);
    return request;
  }
  StatusOr<std::vector<v1::UrlEntry>> Urls(const std::string& query,
                                           v1::ListUrlsRequest::Match match, uint32_t limit = 0,
                                           const std::string& after = "") {
    v1::ListUrlsRequest request;
    request.set_query(query);
    request.set_match(match);
    request.set_limit(limit);
    request.set_after(after);
    return archive_->ListUrls(request);
  }
  std::vector<std::string> UrlNames(const std::string& query, v1::ListUrlsRequest::Match match) {
    auto urls = Urls(query, match);
    EXPECT_TRUE(urls.ok()) << query << ": " << urls.status();
    std::vector<std::string> names;
    if (urls.ok())
      for (const v1::UrlEntry& entry : *urls) names.push_back(entry.url());
    return names;
  }
  // A page whose content is judged the same as that of `like`.
  static Capture Alike(const std::string& url, int64_t at, const std::string& body,
                       const std::string& like) {
    Capture capture = Page(url, at, body);
    *capture.header.mutable_snapshot()->mutable_page() =
        Page(url, at, like).header.snapshot().page();
    return capture;
  }
};

constexpr char kUrl[] = "http://jxja.gov.cn/";

TEST_F(ArchiveListTest, VersionsAreChangesUnlessAllAreAskedFor) {
  Keep(Page(kUrl, kNoon, "a"));
  Keep(Page(kUrl, kNoon + 1, "a"));
  Keep(Alike(kUrl, kNoon + 2, "a with another counter", "a"));
  Keep(Bare(kUrl, kNoon + 3, v1::OUTCOME_UNREACHABLE));
  Keep(Bare(kUrl, kNoon + 4, v1::OUTCOME_UNCHANGED, 304));
  Keep(Page(kUrl, kNoon + 5, "b"));
  Keep(Page("https://jxja.gov.cn/", kNoon + 6, "another URL"));
  EXPECT_THAT(Versions(Of(kUrl)), ElementsAre("a!", "b!"));
  EXPECT_THAT(Versions(Of(kUrl, true)),
              ElementsAre("a!", "a", "a with another counter~", "-", "a with another counter",
                          "b!"));
}

TEST_F(ArchiveListTest, ImportIntoThePastChangesWhatIsAVersion) {
  Keep(Page(kUrl, kNoon, "a"));
  Keep(Page(kUrl, kNoon + 100, "a"));
  EXPECT_THAT(Versions(Of(kUrl, true)), ElementsAre("a!", "a"));
  Keep(Page(kUrl, kNoon + 50, "b"));
  EXPECT_THAT(Versions(Of(kUrl, true)), ElementsAre("a!", "b!", "a!"));
  Keep(Page(kUrl, kNoon - 50, "a"));
  EXPECT_THAT(Versions(Of(kUrl, true)), ElementsAre("a!", "a", "b!", "a!"));
  EXPECT_THAT(Versions(Of(kUrl)), ElementsAre("a!", "b!", "a!"));
}

TEST_F(ArchiveListTest, RangeKeepsWhatItsFirstNeighbourSays) {
  for (int i = 0; i < 6; ++i) Keep(Page(kUrl, kNoon + i, std::to_string(i / 2)));
  v1::ListVersionsRequest request = Of(kUrl, true);
  request.set_from_ms(kNoon + 1);
  request.set_to_ms(kNoon + 4);
  EXPECT_THAT(Versions(request), ElementsAre("0", "1!", "1", "2!"));
  request.set_all(false);
  EXPECT_THAT(Versions(request), ElementsAre("1!", "2!"));
  request.set_from_ms(kNoon + 100);
  EXPECT_THAT(Versions(request), ElementsAre());
  request.set_from_ms(-5);
  request.set_to_ms(INT64_MAX);
  EXPECT_THAT(Versions(request), ElementsAre("0!", "1!", "2!"));
}

TEST_F(ArchiveListTest, PagesOfVersionsJoinWithoutGapOrRepeat) {
  for (int i = 0; i < 25; ++i) Keep(Page(kUrl, kNoon + i / 5, std::to_string(i / 3)));
  for (const bool all : {false, true}) {
    const std::vector<std::string> whole = Versions(Of(kUrl, all));
    std::vector<std::string> joined;
    v1::ListVersionsRequest request = Of(kUrl, all);
    request.set_limit(4);
    for (;;) {
      auto page = archive_->ListVersions(request);
      ASSERT_TRUE(page.ok()) << page.status();
      const std::vector<std::string> some = Versions(request);
      joined.insert(joined.end(), some.begin(), some.end());
      if (page->size() < 4) break;
      request.set_after_id(page->back().snapshot().id());
    }
    EXPECT_EQ(joined, whole);
  }
}

TEST_F(ArchiveListTest, ContentWithoutFingerprintIsJudgedByItsBytes) {
  for (const char* body : {"1", "1", "2"}) {
    static int64_t at = kNoon;
    Capture capture = Page(kUrl, at++, body);
    capture.header.mutable_snapshot()->mutable_page()->clear_fingerprint();
    Keep(capture);
  }
  EXPECT_THAT(Versions(Of(kUrl, true)), ElementsAre("1!", "1", "2!"));
}

TEST_F(ArchiveListTest, VersionsOfAnUnknownUrlAreNotFound) {
  Keep(Page("https://jxja.gov.cn/", kNoon, "a"));
  EXPECT_THAT(Versions(Of(kUrl)), ElementsAre("a!")) << "of the URL that shares the SURT";
  const Status status = archive_->ListVersions(Of("http://jxja.gov.cn/x")).status();
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_THAT(status.message(), HasSubstr("no capture of URL http://jxja.gov.cn/x"));
  v1::ListVersionsRequest request = Of(kUrl);
  request.set_limit(kListMax + 1);
  EXPECT_EQ(archive_->ListVersions(request).status().code(), StatusCode::kInvalidArgument);
  request = Of(kUrl);
  request.set_after_id("nonsense");
  EXPECT_EQ(archive_->ListVersions(request).status().code(), StatusCode::kInvalidArgument);
}

TEST_F(ArchiveListTest, UrlEntryTellsWhatItsCapturesComeTo) {
  Keep(Page(kUrl, kNoon + 5, "later"));
  Keep(Page(kUrl, kNoon + 1, "early"));
  Keep(Bare(kUrl, kNoon + 9, v1::OUTCOME_GONE, 404));
  Keep(Page("https://www.jxja.gov.cn/", kNoon, "https"));
  const auto urls = Urls(kUrl, v1::ListUrlsRequest::EXACT).value();
  ASSERT_EQ(urls.size(), 2u) << "all exact URLs of the SURT";
  EXPECT_EQ(urls[0].url(), kUrl);
  EXPECT_EQ(urls[0].surt(), "cn,gov,jxja)/");
  EXPECT_EQ(urls[0].capture_count(), 3u);
  EXPECT_EQ(urls[0].first_ms(), kNoon + 1);
  EXPECT_EQ(urls[0].last_ms(), kNoon + 9);
  EXPECT_EQ(urls[0].last_outcome(), v1::OUTCOME_GONE);
  EXPECT_EQ(urls[0].title(), "标题 later");
  EXPECT_EQ(urls[1].url(), "https://www.jxja.gov.cn/");
}

TEST_F(ArchiveListTest, MatchesDrawTheirBorders) {
  for (const char* url :
       {"http://jxja.gov.cn/", "http://jxja.gov.cn/col/", "http://jxja.gov.cn/col/1.html",
        "http://jxja.gov.cn/column", "http://news.jxja.gov.cn/", "http://jxja.gov.cn:8080/",
        "http://jxjan.gov.cn/", "http://jxj.gov.cn/"}) {
    Keep(Page(url, kNoon, url));
  }
  using M = v1::ListUrlsRequest;
  EXPECT_THAT(UrlNames("http://jxja.gov.cn/col/", M::PREFIX),
              ElementsAre("http://jxja.gov.cn/col/1.html"));
  EXPECT_THAT(UrlNames("http://jxja.gov.cn/col", M::PREFIX),
              ElementsAre("http://jxja.gov.cn/col/", "http://jxja.gov.cn/col/1.html",
                          "http://jxja.gov.cn/column"));
  EXPECT_THAT(UrlNames("jxja.gov.cn", M::HOST),
              ElementsAre("http://jxja.gov.cn/", "http://jxja.gov.cn/col/",
                          "http://jxja.gov.cn/col/1.html", "http://jxja.gov.cn/column"));
  EXPECT_THAT(UrlNames("jxja.gov.cn:8080", M::HOST), ElementsAre("http://jxja.gov.cn:8080/"));
  EXPECT_THAT(UrlNames("www.jxja.gov.cn", M::HOST), ::testing::SizeIs(4));
  EXPECT_THAT(UrlNames("jxja.gov.cn", M::DOMAIN),
              ElementsAre("http://jxja.gov.cn/", "http://jxja.gov.cn/col/",
                          "http://jxja.gov.cn/col/1.html", "http://jxja.gov.cn/column",
                          "http://news.jxja.gov.cn/"));
  EXPECT_THAT(UrlNames("*.jxja.gov.cn", M::DOMAIN), ::testing::SizeIs(5));
  EXPECT_THAT(UrlNames("elsewhere.cn", M::HOST), ElementsAre());
}

TEST_F(ArchiveListTest, QueriesThatCannotBeAnsweredSaySo) {
  using M = v1::ListUrlsRequest;
  const auto code = [&](const std::string& query, M::Match match, uint32_t limit = 0,
                        const std::string& after = "") {
    return Urls(query, match, limit, after).status().code();
  };
  EXPECT_EQ(code("gov.cn", M::DOMAIN), StatusCode::kInvalidArgument) << "a public suffix";
  EXPECT_EQ(code("", M::HOST), StatusCode::kInvalidArgument);
  EXPECT_EQ(code("http://", M::PREFIX), StatusCode::kInvalidArgument);
  EXPECT_EQ(code("a.cn", M::HOST, kListMax + 1), StatusCode::kInvalidArgument);
  EXPECT_EQ(code("a.cn", M::HOST, 0, "nonsense"), StatusCode::kInvalidArgument);
  EXPECT_EQ(code("a.cn", M::HOST, 0, std::string("a\0 b", 4)), StatusCode::kInvalidArgument);
  EXPECT_EQ(code("a.cn", M::HOST, 0, "zz) http://z/"), StatusCode::kOk) << "behind the end";
}

TEST_F(ArchiveListTest, FiveThousandUrlsAreListedInPages) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([this, t] {
      for (int i = t; i < 5'000; i += 8) {
        const std::string host = i % 5 == 0 ? "news.jxja.gov.cn" : "jxja.gov.cn";
        Keep(Page("http://" + host + "/" + std::to_string(i % 10) + "/" + std::to_string(i),
                  kNoon, "body " + std::to_string(i % 100)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  struct Case {
    const char* query;
    v1::ListUrlsRequest::Match match;
    size_t count;
  };
  for (const Case& c : {Case{"jxja.gov.cn", v1::ListUrlsRequest::DOMAIN, 5'000},
                        Case{"jxja.gov.cn", v1::ListUrlsRequest::HOST, 4'000},
                        Case{"http://jxja.gov.cn/3/", v1::ListUrlsRequest::PREFIX, 500}}) {
    std::vector<std::string> surts;
    std::string after;
    for (;;) {
      const auto page = Urls(c.query, c.match, 333, after).value();
      for (const v1::UrlEntry& entry : page) surts.push_back(entry.surt());
      if (page.size() < 333) break;
      after = page.back().cursor();
    }
    EXPECT_EQ(surts.size(), c.count) << c.query;
    EXPECT_TRUE(std::is_sorted(surts.begin(), surts.end()));
    EXPECT_EQ(std::adjacent_find(surts.begin(), surts.end()), surts.end()) << "a repeat";
  }
}

}  // namespace
}  // namespace signboard::archive
