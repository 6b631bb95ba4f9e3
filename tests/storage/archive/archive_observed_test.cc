// What came with a redirect or a 404 is kept and shown as what it is, and is never a version.
#include "proto/base/digest.h"
#include "tests/storage/archive/archive_fixture.h"

namespace signboard::archive {
namespace {

constexpr char kUrl[] = "http://jingan.gov.cn/1.html";

Capture Answer(int64_t captured_ms, v1::Outcome outcome, int status, const std::string& body) {
  Capture capture = Page(kUrl, captured_ms, body);
  capture.header.mutable_snapshot()->set_outcome(outcome);
  capture.header.mutable_snapshot()->set_http_status(status);
  return capture;
}

class ArchiveObservedTest : public ArchiveTest {
 protected:
  StatusOr<v1::Snapshot> Nearest(int64_t at_ms, bool or_observed) {
    v1::GetRequest request;
    request.set_url(kUrl);
    request.set_at_ms(at_ms);
    request.set_nearest(v1::NEAREST_AT);
    request.set_with_body_only(true);
    request.set_or_observed(or_observed);
    return archive_->Find(request);
  }
};

TEST_F(ArchiveObservedTest, BodiesOfRedirectsAndOfMissingPagesAreReadBack) {
  const std::string moved = Keep(Answer(kNoon, v1::OUTCOME_REDIRECT, 302, "moved"));
  const std::string gone = Keep(Answer(kNoon + 1, v1::OUTCOME_GONE, 404, "<p>404</p>"));
  const std::string empty = Keep(Answer(kNoon + 2, v1::OUTCOME_GONE, 410, ""));
  for (const auto& [id, body] : {std::pair(moved, "moved"), {gone, "<p>404</p>"}, {empty, ""}}) {
    v1::GetRequest request;
    request.set_snapshot_id(id);
    const v1::Snapshot found = archive_->Find(request).value();
    ASSERT_TRUE(HasBody(found)) << id;
    EXPECT_EQ(archive_->ReadBody(found, v1::GetRequest::DECODED).value(), body);
    EXPECT_EQ(archive_->ReadBody(found, v1::GetRequest::WIRE).value(), body);
  }
  Reopen();
  EXPECT_EQ(Nearest(kNoon + 1, true).value().id(), gone);
  EXPECT_EQ(Nearest(kNoon + 9, false).status().code(), StatusCode::kNotFound);
}

TEST_F(ArchiveObservedTest, TheyAreNeverVersionsAndNothingRepeatsThem) {
  const std::string first = Keep(Page(kUrl, kNoon, "content"));
  Keep(Answer(kNoon + 1, v1::OUTCOME_GONE, 404, "<p>404</p>"));
  Keep(Answer(kNoon + 2, v1::OUTCOME_REDIRECT, 301, "moved"));
  Keep(Page(kUrl, kNoon + 3, "content"));
  Capture unchanged = Bare(kUrl, kNoon + 4, v1::OUTCOME_UNCHANGED, 304);
  Keep(std::move(unchanged));
  v1::ListVersionsRequest list;
  list.set_url(kUrl);
  EXPECT_EQ(archive_->ListVersions(list).value().size(), 1u);
  list.set_all(true);
  const std::vector<v1::Version> all = archive_->ListVersions(list).value();
  ASSERT_EQ(all.size(), 5u);
  for (size_t i = 1; i < all.size(); ++i) {
    EXPECT_FALSE(all[i].is_version()) << i;
    EXPECT_FALSE(all[i].is_change()) << i;
  }
  EXPECT_EQ(Nearest(kNoon + 2, false).value().id(), first);
  EXPECT_EQ(archive_->ReadBody(all[4].snapshot(), v1::GetRequest::DECODED).value(), "content");
}

TEST_F(ArchiveObservedTest, BlocksErrorsAndLongBodiesAreNotKept) {
  Keep(Answer(kNoon, v1::OUTCOME_BLOCKED, 412, "challenge"));
  Keep(Answer(kNoon + 1, v1::OUTCOME_ERROR, 500, "oops"));
  Keep(Answer(kNoon + 2, v1::OUTCOME_REFUSED, 403, "no"));
  Keep(Answer(kNoon + 3, v1::OUTCOME_GONE, 404, std::string(kObservedBytesMax + 1, 'x')));
  EXPECT_EQ(Nearest(kNoon + 9, true).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(archive_->Stats().value().bodies(), 0u);
  const std::string id =
      Keep(Answer(kNoon + 4, v1::OUTCOME_GONE, 404, std::string(kObservedBytesMax, 'x')));
  EXPECT_EQ(Nearest(kNoon + 9, true).value().id(), id);
}

TEST_F(ArchiveObservedTest, BytesThatDoNotFitTheirDigestAreRefused) {
  Capture wrong = Answer(kNoon, v1::OUTCOME_GONE, 404, "<p>404</p>");
  wrong.decoded[0] = '!';
  EXPECT_EQ(archive_->Store(std::move(wrong)).status().code(), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace signboard::archive
