// What comes in is hostile: each case is one field of an otherwise good capture.
#include <functional>

#include "tests/storage/archive/wire_fixture.h"

namespace signboard::archive {
namespace {

using ::testing::HasSubstr;

class ArchiveCheckTest : public ArchiveTest {
 protected:
  void Refuses(const std::string& what, const std::function<void(Capture&)>& spoil) {
    Capture capture = Page("http://jxja.gov.cn/", kNoon, "body");
    spoil(capture);
    const Status status = archive_->Store(std::move(capture)).status();
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << what << ": " << status;
    EXPECT_THAT(status.message(), HasSubstr(what));
    EXPECT_EQ(Stats().snapshots(), 0u) << what;
  }
  static v1::Snapshot& S(Capture& capture) { return *capture.header.mutable_snapshot(); }

  static std::string LongPage() {
    std::string page;
    for (int i = 0; i < 3'000; ++i) page += "<li>静安县新闻 " + std::to_string(i * i) + "</li>\n";
    return page;
  }
};

TEST_F(ArchiveCheckTest, CapturesThatAreNotWellFormedAreRefused) {
  Refuses("url", [](Capture& c) { S(c).set_url("not a url"); });
  Refuses("url", [](Capture& c) { S(c).set_url(""); });
  Refuses("url", [](Capture& c) { S(c).set_url(" http://jxja.gov.cn/"); });
  Refuses("url", [](Capture& c) { S(c).set_url("http://jxja.gov.cn/" + std::string(9'000, 'a')); });
  Refuses("capture_id", [](Capture& c) { S(c).set_capture_id("short"); });
  Refuses("captured_ms", [](Capture& c) { S(c).set_captured_ms(0); });
  Refuses("captured_ms", [](Capture& c) { S(c).set_captured_ms(-5); });
  Refuses("captured_ms", [](Capture& c) { S(c).set_captured_ms(INT64_MAX); });
  Refuses("outcome", [](Capture& c) { S(c).set_outcome(v1::OUTCOME_UNSPECIFIED); });
  Refuses("outcome", [](Capture& c) { S(c).set_outcome(static_cast<v1::Outcome>(77)); });
  Refuses("http_status", [](Capture& c) { S(c).set_http_status(1'000); });
  Refuses("method", [](Capture& c) { S(c).set_method(std::string(100, 'G')); });
  Refuses("detail", [](Capture& c) { S(c).set_detail(std::string(100'000, 'd')); });
  Refuses("fingerprint", [](Capture& c) { S(c).mutable_page()->set_fingerprint("123"); });
  Refuses("UTF-8", [](Capture& c) { S(c).set_detail("\xb9\xfa"); });
  Refuses("UTF-8", [](Capture& c) { c.header.add_findings()->set_event("\xb9\xfa"); });
  Refuses("response_headers", [](Capture& c) {
    for (int i = 0; i < 1'001; ++i) S(c).add_response_headers()->set_name("x");
  });
  Refuses("larger", [](Capture& c) {
    S(c).add_response_headers()->set_value(std::string(kSnapshotBytesMax, 'v'));
  });
  Refuses("findings", [](Capture& c) {
    for (size_t i = 0; i <= kFindingsMax; ++i) c.header.add_findings();
  });
  Refuses("text", [](Capture& c) { c.header.set_text(std::string(kTextBytesMax + 1, 't')); });
}

TEST_F(ArchiveCheckTest, BytesThatAreNotTheAnnouncedOnesAreRefused) {
  Refuses("body_sha256", [](Capture& c) { S(c).clear_body_sha256(); });
  Refuses("body_sha256", [](Capture& c) { S(c).set_body_sha256("123"); });
  Refuses("body_sha256", [](Capture& c) { S(c).set_body_sha256(base::Sha256("other")); });
  Refuses("body_sha1", [](Capture& c) { S(c).set_body_sha1(base::Sha1("other")); });
  Refuses("body_bytes", [](Capture& c) { S(c).set_body_bytes(3); });
  Refuses("body_bytes", [](Capture& c) { S(c).set_body_bytes(kBodyBytesMax + 1); });
  Refuses("wire_sha256", [](Capture& c) { S(c).set_wire_sha256(base::Sha256("other")); });
  Refuses("wire", [](Capture& c) { c.wire = "bytes that no recipe asks for"; });
  Refuses("wire_bytes", [](Capture& c) {
    S(c).mutable_recipe()->set_method(v1::WireRecipe::STORED);
    SetWire(c, "wire");
  });
  Refuses("wire_sha256", [](Capture& c) {
    S(c).mutable_recipe()->set_method(v1::WireRecipe::STORED);
    SetWire(c, "wire");
    c.wire = "wirf";
  });
  Refuses("recipe", [](Capture& c) {
    S(c).mutable_recipe()->set_method(v1::WireRecipe::ZLIB);
    S(c).mutable_recipe()->set_level(99);
    SetWire(c, "wire");
  });
  Refuses("unchanged", [](Capture& c) { S(c).set_outcome(v1::OUTCOME_UNCHANGED); });
}

TEST_F(ArchiveCheckTest, CaptureMayBeFiveMinutesAheadAndNoMore) {
  const int64_t now = ToMillis(clock_.Now());
  Keep(Page("http://jxja.gov.cn/", now + 300'000, "a"));
  const Status status =
      archive_->Store(Page("http://jxja.gov.cn/", now + 300'001, "a")).status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("5m"));
}

TEST_F(ArchiveCheckTest, GzipComesBackByteExactByItsRecipe) {
  const std::string page = LongPage();
  for (const int level : {1, 6, 9}) {
    const std::string wire = Gzip(page, level);
    Capture capture = Page("http://jxja.gov.cn/gz", kNoon + level, page);
    SetRecipe(capture, decode::FindRecipe(wire, page, "gzip"));
    SetWire(capture, wire);
    const std::string id = Keep(capture);
    EXPECT_EQ(Body(id, v1::GetRequest::WIRE).value(), wire);
    EXPECT_EQ(Body(id).value(), page);
  }
  EXPECT_EQ(Stats().bodies(), 1u);
}

TEST_F(ArchiveCheckTest, RecipeThatGivesOtherBytesIsRefused) {
  const std::string page = LongPage();
  const std::string wire = Gzip(page, 6);
  Capture capture = Page("http://jxja.gov.cn/gz", kNoon, page);
  SetRecipe(capture, decode::FindRecipe(wire, page, "gzip"));
  S(capture).mutable_recipe()->set_level(1);
  SetWire(capture, wire);
  const Status status = archive_->Store(capture).status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("STORED"));
}

TEST_F(ArchiveCheckTest, RecipeIsTriedUnlessTheSenderDidWithTheSameLibrary) {
  const std::string page = LongPage();
  const std::string wire = Gzip(page, 6);
  const auto wrong = [&](const std::string& tried_with) {
    Capture capture = Page("http://jxja.gov.cn/gz", kNoon, page);
    SetRecipe(capture, decode::FindRecipe(wire, page, "gzip"));
    S(capture).mutable_recipe()->set_level(1);
    SetWire(capture, wire);
    S(capture).set_wire_sha1(base::Sha1(wire));
    capture.header.set_recipe_tried_with(tried_with);
    return capture;
  };
  for (const std::string& other : {std::string("zlib 0.1"), std::string("brotli 1"),
                                   decode::RecipeLibrary(decode::Recipe::Method::kZstd)}) {
    const Status refused = archive_->Store(wrong(other)).status();
    EXPECT_EQ(refused.code(), StatusCode::kInvalidArgument) << other;
  }
  // Its word is taken; what it was worth shows at every read.
  const std::string id = Keep(wrong(decode::RecipeLibrary(decode::Recipe::Method::kZlib)));
  EXPECT_EQ(Body(id, v1::GetRequest::WIRE).status().code(), StatusCode::kDataLoss);
  EXPECT_EQ(Body(id).value(), page);
}

TEST_F(ArchiveCheckTest, WireBytesThatNoRecipeFitsAreKeptThemselves) {
  const std::string wire = base::RandomBytes(20'000);
  Capture capture = Page("http://jxja.gov.cn/odd", kNoon, LongPage());
  S(capture).mutable_recipe()->set_method(v1::WireRecipe::STORED);
  SetWire(capture, wire);
  capture.wire = wire;
  const std::string id = Keep(capture);
  EXPECT_EQ(Body(id, v1::GetRequest::WIRE).value(), wire);
  EXPECT_EQ(Body(id).value(), LongPage());
  EXPECT_EQ(Stats().bodies(), 1u) << "wire bytes are not a body";
  Reopen();
  EXPECT_EQ(Body(id, v1::GetRequest::WIRE).value(), wire);
}

}  // namespace
}  // namespace signboard::archive
