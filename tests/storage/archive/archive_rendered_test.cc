// The document that a browser made of a page: kept beside the body, checked as it is, and what a
// change of the page is told by.
#include "tests/storage/archive/archive_fixture.h"

namespace signboard::archive {
namespace {

using ::testing::HasSubstr;

constexpr char kUrl[] = "http://jxja.gov.cn/app/";
constexpr char kShell[] = "<div id=app></div>";

Capture Rendered(int64_t captured_ms, const std::string& document,
                 const std::string& shell = kShell) {
  Capture capture = Page(kUrl, captured_ms, shell);
  v1::Snapshot& snapshot = *capture.header.mutable_snapshot();
  snapshot.mutable_rendered()->set_engine("HeadlessChrome/156");
  snapshot.mutable_rendered()->set_sha256(base::Sha256(document));
  snapshot.mutable_rendered()->set_bytes(document.size());
  std::string fingerprint;
  base::AppendU64(&fingerprint, base::Fingerprint64(document));
  snapshot.mutable_page()->set_fingerprint(fingerprint);
  capture.rendered = document;
  return capture;
}

class ArchiveRenderedTest : public ArchiveTest {};

TEST_F(ArchiveRenderedTest, DocumentAndBodyAreBothThere) {
  const std::string id = Keep(Rendered(kNoon, "<div id=app>一</div>"));
  EXPECT_EQ(Body(id).value(), kShell);
  EXPECT_EQ(Body(id, v1::GetRequest::RENDERED).value(), "<div id=app>一</div>");
  EXPECT_EQ(Body(id, v1::GetRequest::WIRE).value(), kShell);
  EXPECT_EQ(Stats().bodies(), 2u);
  EXPECT_EQ(Find(kUrl, kNoon)->rendered().engine(), "HeadlessChrome/156");
}

TEST_F(ArchiveRenderedTest, SameDocumentIsKeptOnceAndSoIsOneThatItsScriptsLeftAlone) {
  Keep(Rendered(kNoon, "<p>a</p>"));
  Keep(Rendered(kNoon + kDay, "<p>a</p>"));
  EXPECT_EQ(Stats().bodies(), 2u);
  const std::string id = Keep(Rendered(kNoon + 2 * kDay, kShell));
  EXPECT_EQ(Body(id, v1::GetRequest::RENDERED).value(), kShell);
  EXPECT_EQ(Stats().bodies(), 2u);
  Keep(Rendered(kNoon + 3 * kDay, "<p>new</p>", "<p>new</p>"));
  EXPECT_EQ(Stats().bodies(), 3u);
}

TEST_F(ArchiveRenderedTest, WhatWasNotRenderedHasNoDocument) {
  const std::string id = Keep(Page(kUrl, kNoon, "a"));
  EXPECT_EQ(Body(id, v1::GetRequest::RENDERED).status().code(), StatusCode::kNotFound);
  Capture failed = Rendered(kNoon + kDay, "");
  failed.header.mutable_snapshot()->mutable_rendered()->clear_sha256();
  failed.header.mutable_snapshot()->mutable_rendered()->set_detail("the page crashed");
  const std::string other = Keep(failed);
  EXPECT_EQ(Body(other, v1::GetRequest::RENDERED).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(Find(kUrl, kNoon + kDay)->rendered().detail(), "the page crashed");
}

TEST_F(ArchiveRenderedTest, DocumentThatDoesNotFitItsDigestIsRefused) {
  Capture wrong = Rendered(kNoon, "<p>a</p>");
  wrong.rendered = "<p>b</p>";
  EXPECT_THAT(std::string(base::Message(archive_->Store(wrong).status())),
              HasSubstr("rendered_sha256"));
  Capture cut = Rendered(kNoon, "<p>a</p>");
  cut.rendered.pop_back();
  EXPECT_THAT(std::string(base::Message(archive_->Store(cut).status())),
              HasSubstr("rendered_bytes"));
  Capture nameless = Rendered(kNoon, "<p>a</p>");
  nameless.header.mutable_snapshot()->clear_rendered();
  EXPECT_THAT(std::string(base::Message(archive_->Store(nameless).status())),
              HasSubstr("rendered"));
  Capture large = Rendered(kNoon, "<p>a</p>");
  large.header.mutable_snapshot()->mutable_rendered()->set_bytes(kRenderedBytesMax + 1);
  EXPECT_THAT(std::string(base::Message(archive_->Store(large).status())),
              HasSubstr("rendered.bytes"));
  EXPECT_EQ(Stats().snapshots(), 0u);
}

TEST_F(ArchiveRenderedTest, OfAPageThatIsNotContentOnlyTheBodyIsKept) {
  Capture gone = Rendered(kNoon, "<p>页面不存在</p>");
  gone.header.mutable_snapshot()->set_outcome(v1::OUTCOME_GONE);
  Keep(gone);
  EXPECT_EQ(Stats().bodies(), 1u);
  EXPECT_FALSE(Find(kUrl, kNoon)->has_rendered());
}

TEST_F(ArchiveRenderedTest, SameShellWithAnotherDocumentIsAChange) {
  Keep(Rendered(kNoon, "<p>a</p>"));
  Keep(Rendered(kNoon + kDay, "<p>a</p>"));
  Keep(Rendered(kNoon + 2 * kDay, "<p>b</p>"));
  v1::ListVersionsRequest request;
  request.set_url(kUrl);
  request.set_all(true);
  const auto versions = archive_->ListVersions(request).value();
  ASSERT_EQ(versions.size(), 3u);
  EXPECT_FALSE(versions[1].is_change());
  EXPECT_TRUE(versions[2].is_change());
  EXPECT_FALSE(versions[2].is_version()) << "its own bytes are those of before";
}

TEST_F(ArchiveRenderedTest, RevisitHasTheDocumentOfWhatItRepeats) {
  Keep(Rendered(kNoon, "<p>a</p>"));
  const std::string id = Keep(Bare(kUrl, kNoon + kDay, v1::OUTCOME_UNCHANGED, 304));
  EXPECT_EQ(Body(id, v1::GetRequest::RENDERED).value(), "<p>a</p>");
}

}  // namespace
}  // namespace signboard::archive
