#include "crawler/worker/page_reader.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "proto/base/digest.h"

namespace signboard::worker {
namespace {

constexpr char kUrl[] = "http://a.cn/list/index.html";
constexpr char kHtml[] =
    "<html><head><title>要闻</title></head><body><a href='1.html'>一</a>"
    "<a href='1.html#x'>again</a><a rel=nofollow href='2.html'>二</a>"
    "<a href='http://b.cn/'>other</a></body></html>";

fetch::FetchOutcome Fetched(const std::string& body, v1::Outcome outcome = v1::OUTCOME_CONTENT) {
  fetch::FetchOutcome fetched;
  fetched.outcome = outcome;
  fetched.content_type = "text/html; charset=utf-8";
  fetched.http.status = 200;
  fetched.http.http_version = "HTTP/1.1";
  fetched.http.headers = {{"Content-Type", "text/html; charset=utf-8"}};
  fetched.http.body = body;
  fetched.first_byte_at = FromMillis(1'763'420'000'000);
  return fetched;
}

std::string Gzip(const std::string& bytes) {
  z_stream z{};
  deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
  std::string out(bytes.size() + 200, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

TEST(PageReaderTest, ContentHasDigestsFactsAndDistinctFollowableLinks) {
  const PageRead page = ReadPage({kUrl, ""}, Fetched(kHtml), {});
  const auto& s = page.capture.header.snapshot();
  EXPECT_EQ(s.url(), kUrl);
  EXPECT_EQ(s.captured_ms(), 1'763'420'000'000);
  EXPECT_EQ(s.body_sha256(), base::Sha256(kHtml));
  EXPECT_EQ(s.recipe().method(), v1::WireRecipe::IDENTITY);
  EXPECT_EQ(s.charset().used(), "utf-8");
  EXPECT_EQ(s.page().title(), "要闻");
  EXPECT_EQ(s.page().fingerprint().size(), 8u);
  ASSERT_EQ(page.outlinks.size(), 2u);
  EXPECT_EQ(page.outlinks[0].url(), "http://a.cn/list/1.html");
  EXPECT_EQ(page.outlinks[0].queue(), "a.cn");
  EXPECT_EQ(page.outlinks[1].url(), "http://b.cn/");
}

TEST(PageReaderTest, AListTellsTheDaysThatItShows) {
  const PageRead page = ReadPage(
      {kUrl, ""}, Fetched("<li><a href=/1>靖安白茶文化节开幕</a>2025-11-18"
                          "<li><a href=/2>县委召开常委会会议</a>2018-01-02"), {});
  EXPECT_EQ(page.capture.header.snapshot().page().newest_listed_ms(), 1'763'395'200'000);
  EXPECT_EQ(page.capture.header.snapshot().page().oldest_listed_ms(), 1'514'822'400'000);
  EXPECT_FALSE(ReadPage({kUrl, ""}, Fetched(kHtml), {})
                   .capture.header.snapshot().page().has_newest_listed_ms());
}

TEST(PageReaderTest, GzippedBodyIsKeptDecodedWithARecipeForItsWireForm) {
  auto fetched = Fetched(Gzip(kHtml));
  fetched.content_encoding = "gzip";
  const std::string wire = fetched.http.body;
  const PageRead page = ReadPage({kUrl, ""}, std::move(fetched), {});
  const auto& s = page.capture.header.snapshot();
  EXPECT_EQ(page.capture.decoded, kHtml);
  EXPECT_EQ(s.recipe().method(), v1::WireRecipe::ZLIB);
  EXPECT_EQ(s.wire_sha256(), base::Sha256(wire));
  EXPECT_TRUE(page.capture.wire.empty());
}

TEST(PageReaderTest, BrokenCodingKeepsTheWireBytesAndSaysSo) {
  auto fetched = Fetched(Gzip(kHtml).substr(0, 60));
  fetched.content_encoding = "gzip";
  const std::string wire = fetched.http.body;
  const PageRead page = ReadPage({kUrl, ""}, std::move(fetched), {});
  const auto& s = page.capture.header.snapshot();
  EXPECT_EQ(s.recipe().method(), v1::WireRecipe::STORED);
  EXPECT_EQ(page.capture.wire, wire);
  EXPECT_FALSE(s.truncated().empty());
  EXPECT_EQ(s.reason(), v1::REASON_TRUNCATED);
}

TEST(PageReaderTest, AChallengeBehindACodingIsSeenInTheDecodedBody) {
  auto fetched = Fetched(Gzip("<html><script>var arg1='3F8A';document.cookie='acw_sc__v2='+arg1;"
                              "location.reload()</script><a href=/1>靖安</a></html>"));
  fetched.content_encoding = "gzip";
  fetched.http.status = 200;
  fetched.http.headers = {{"Retry-After", "30"}};
  const std::string wire = fetched.http.body;
  EXPECT_EQ(ReadPage({kUrl, ""}, fetched, {}).capture.header.snapshot().outcome(),
            v1::OUTCOME_CONTENT);
  fetched.judge_text = true;
  const PageRead page = ReadPage({kUrl, ""}, std::move(fetched), {});
  const auto& s = page.capture.header.snapshot();
  EXPECT_EQ(s.outcome(), v1::OUTCOME_BLOCKED);
  EXPECT_EQ(s.reason(), v1::REASON_BLOCKED);
  EXPECT_TRUE(s.detail().starts_with("aliyun: ")) << s.detail();
  EXPECT_EQ(s.wire_sha256(), base::Sha256(wire));
  EXPECT_TRUE(s.body_sha256().empty());
  EXPECT_TRUE(page.capture.decoded.empty());
  EXPECT_TRUE(page.outlinks.empty());
  EXPECT_EQ(page.retry_after, Millis(30'000));
}

TEST(PageReaderTest, BlockedPageIsAnObservationWithoutBodyOrLinks) {
  const PageRead page = ReadPage({kUrl, ""}, Fetched(kHtml, v1::OUTCOME_BLOCKED), {});
  EXPECT_TRUE(page.capture.decoded.empty());
  EXPECT_TRUE(page.capture.header.snapshot().body_sha256().empty());
  EXPECT_EQ(page.capture.header.snapshot().wire_bytes(), sizeof kHtml - 1);
  EXPECT_TRUE(page.outlinks.empty());
}

TEST(PageReaderTest, RedirectLeadsToItsTarget) {
  auto fetched = Fetched("", v1::OUTCOME_REDIRECT);
  fetched.http.status = 301;
  fetched.redirect_to = "http://a.cn/new/";
  const PageRead page = ReadPage({kUrl, ""}, std::move(fetched), {});
  ASSERT_EQ(page.outlinks.size(), 1u);
  EXPECT_EQ(page.outlinks[0].kind(), v1::Outlink::REDIRECT);
}

TEST(PageReaderTest, NofollowIsHeardFromHeaderAndMeta) {
  auto fetched = Fetched(kHtml);
  fetched.http.headers.emplace_back("x-robots-tag", "noindex, nofollow");
  EXPECT_FALSE(ReadPage({kUrl, ""}, std::move(fetched), {}).may_follow);
  EXPECT_FALSE(
      ReadPage({kUrl, ""}, Fetched("<meta name=ROBOTS content=nofollow>" + std::string(kHtml)), {})
          .may_follow);
  EXPECT_TRUE(ReadPage({kUrl, ""}, Fetched(kHtml), {}).may_follow);
}

TEST(PageReaderTest, HeaderBytesThatAreNotUtf8DoNotBreakTheRecord) {
  auto fetched = Fetched(kHtml);
  fetched.http.headers.emplace_back("X-N\xff", "\xb9\xe3");
  fetched.detail = "\xff\xfe";
  const PageRead page = ReadPage({kUrl, ""}, std::move(fetched), {});
  v1::Snapshot again;
  ASSERT_TRUE(again.ParseFromString(page.capture.header.snapshot().SerializeAsString()));
  EXPECT_EQ(again.response_headers(1).value(), "\xb9\xe3");
}

TEST(PageReaderTest, AnnouncementsAreFoundInPagesToReadWithTheTextTheyCountIn) {
  const std::string article =
      "<html><head><meta name=ArticleTitle content='靖安县国际传播中心揭牌成立'>"
      "<meta name=PubDate content='2025-11-18 09:00'></head><body><div class=TRS_Editor>"
      "<p>11月18日，靖安县国际传播中心揭牌成立。该中心由靖安县委宣传部主管。</p></div></body></html>";
  const PageRead page = ReadPage({"http://a.cn/xw/202511/t20251118_1.html", "360925"},
                                 Fetched(article), {});
  ASSERT_FALSE(page.is_hub);
  const auto& header = page.capture.header;
  ASSERT_GE(header.findings_size(), 1);
  EXPECT_TRUE(header.findings(0).is_announcement());
  EXPECT_EQ(header.findings(0).place().code(), "360925");
  ASSERT_GE(header.findings(0).quotes_size(), 1);
  EXPECT_NE(header.text().find(header.findings(0).quotes(0).text()), std::string::npos);
}

TEST(PageReaderTest, ShellIsToldAndItsDocumentIsReadInItsPlaceAndKeptBesideIt) {
  const std::string shell =
      "<html><head><meta charset=gbk><title>x</title></head><body><div id=app></div>"
      "<script src=/app.js></script></body></html>";
  PageRead page = ReadPage({kUrl, ""}, Fetched(shell), {});
  ASSERT_TRUE(page.needs_rendering);
  EXPECT_TRUE(page.outlinks.empty());
  const v1::Snapshot before = page.capture.header.snapshot();
  const std::string document =
      "<html><head><meta charset=gbk><title>要闻</title></head><body><div id=app>"
      "<a href=1.html>靖安县国际传播中心揭牌</a></div></body></html>";
  ReadRendered({kUrl, ""}, document, {}, &page);
  const v1::Snapshot& after = page.capture.header.snapshot();
  EXPECT_FALSE(page.needs_rendering);
  ASSERT_EQ(page.outlinks.size(), 1u);
  EXPECT_EQ(page.outlinks[0].url(), "http://a.cn/list/1.html");
  EXPECT_EQ(after.page().title(), "要闻") << "UTF-8, whatever its meta element says";
  EXPECT_NE(after.page().fingerprint(), before.page().fingerprint());
  EXPECT_EQ(after.body_sha256(), before.body_sha256());
  EXPECT_EQ(after.charset().used(), before.charset().used());
  EXPECT_EQ(page.capture.decoded, shell);
  EXPECT_EQ(page.capture.rendered, document);
  EXPECT_EQ(after.rendered().sha256(), base::Sha256(document));
}

TEST(PageReaderTest, OnlyContentIsWorthABrowser) {
  const std::string shell = "<title>x</title><div id=app></div><script src=/app.js></script>";
  EXPECT_TRUE(ReadPage({kUrl, ""}, Fetched(shell), {}).needs_rendering);
  EXPECT_FALSE(ReadPage({kUrl, ""}, Fetched(kHtml), {}).needs_rendering);
  EXPECT_FALSE(ReadPage({kUrl, ""}, Fetched(shell, v1::OUTCOME_BLOCKED), {}).needs_rendering);
  EXPECT_FALSE(ReadPage({kUrl, ""}, Fetched(shell, v1::OUTCOME_GONE), {}).needs_rendering);
}

TEST(PageReaderTest, ListThatNamesAnAnnouncementMakesNone) {
  const std::string list =
      "<html><head><title>要闻</title></head><body><ul>"
      "<li><a href='t20251118_1.html'>靖安县国际传播中心揭牌成立</a></li></ul></body></html>";
  const PageRead page = ReadPage({kUrl, "360925"}, Fetched(list), {});
  EXPECT_TRUE(page.is_hub);
  EXPECT_EQ(page.capture.header.findings_size(), 0);
  EXPECT_EQ(page.capture.header.text(), "");
}

// A page whose text no known container marks, among the lines that its site puts around it.
std::string Framed(int n, const std::string& sentence, const std::string& notice) {
  return "<html><head><title>第" + std::to_string(n) + "篇</title></head><body><div><p>" + notice +
         "，本站信息请注明来源，转载必究，欢迎监督。</p><p>靖安县第" + std::to_string(n) +
         "届白茶文化节在中源乡举行，来自各地的茶商和游客参加了采茶比赛，" + sentence + "</p></div></body></html>";
}

TEST(PageReaderTest, OnlyWhatASiteDoesNotRepeatMakesAChange) {
  extract::SiteTemplates templates;
  const auto read = [&templates](int n, const std::string& html, extract::SiteTemplates* with) {
    return ReadPage({"http://a.cn/show?id=" + std::to_string(n), "", with}, Fetched(html), {});
  };
  const auto state = [](const PageRead& page) {
    v1::PageState last;
    last.set_fingerprint(page.capture.header.snapshot().page().fingerprint());
    last.set_refined_fingerprint(page.refined_fingerprint);
    return last;
  };
  const std::string old_page = Framed(1, "现场热闹非凡。", "旧通知");
  const PageRead unlearned = read(1, old_page, &templates);
  EXPECT_TRUE(unlearned.refined_fingerprint.empty());
  for (int n = 2; n < 20; ++n) read(n, Framed(n, "现场热闹非凡。", "旧通知"), &templates);
  const PageRead learned = read(1, old_page, &templates);
  ASSERT_FALSE(learned.refined_fingerprint.empty());
  // The same page is the same page, whatever was learned, or forgotten, in between.
  EXPECT_EQ(learned.capture.header.snapshot().page().fingerprint(),
            unlearned.capture.header.snapshot().page().fingerprint());
  EXPECT_FALSE(IsChanged(state(unlearned), learned));
  EXPECT_FALSE(IsChanged(state(learned), unlearned));
  EXPECT_FALSE(IsChanged(state(learned), read(1, old_page, nullptr)));
  // The site's notice changes on all pages: no change of this one, once that is known.
  for (int n = 2; n < 20; ++n) read(n, Framed(n, "现场热闹非凡。", "新通知"), &templates);
  const PageRead renoticed = read(1, Framed(1, "现场热闹非凡。", "新通知"), &templates);
  EXPECT_NE(renoticed.capture.header.snapshot().page().fingerprint(),
            learned.capture.header.snapshot().page().fingerprint());
  EXPECT_FALSE(IsChanged(state(learned), renoticed));
  EXPECT_TRUE(IsChanged(state(unlearned), renoticed)) << "not comparable: the plain rule holds";
  // The text changes.
  EXPECT_TRUE(IsChanged(state(learned), read(1, Framed(1, "现场冷冷清清。", "旧通知"), &templates)));
  EXPECT_TRUE(IsChanged(state(learned), read(1, Framed(1, "现场冷冷清清。", "新通知"), &templates)));
}

TEST(PageReaderTest, FindingsQuoteTheTextWithoutTheTemplate) {
  extract::SiteTemplates templates;
  for (int n = 2; n < 20; ++n)
    ReadPage({"http://a.cn/show?id=" + std::to_string(n), "", &templates},
             Fetched(Framed(n, "现场热闹非凡。", "通知")), {});
  const PageRead page = ReadPage(
      {"http://a.cn/show?id=1", "", &templates},
      Fetched(Framed(1, "2025年11月18日，靖安国际传播中心揭牌成立。", "通知")), {});
  const auto& header = page.capture.header;
  ASSERT_EQ(header.findings_size(), 1);
  EXPECT_EQ(header.text().find("转载必究"), std::string::npos);
  EXPECT_NE(header.text().find("靖安国际传播中心揭牌成立"), std::string::npos);
}

}  // namespace
}  // namespace signboard::worker
