// Verify over real gRPC: a stream that can be gone on with, ends with the server, and is bounded.
#include "tests/storage/archive/service_fixture.h"

namespace signboard::archive {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class VerifyServiceTest : public ServedArchiveTest {
 protected:
  void SetUp() override {
    ServedArchiveTest::SetUp();
    for (int i = 0; i < 20; ++i)
      ids_.push_back(Keep(Page(Url(i), kNoon, "page " + std::to_string(i))));
  }
  void TearDown() override { StopServing(); }  // The schema does not hold any more.
  static std::string Url(int i) { return "http://site" + std::to_string(i) + ".cn/"; }

  void Spoil(int i, const std::string& bytes) {
    const Place place = PlaceOf(*space_, Url(i)).value();
    kv::Batch batch;
    batch.Put(kBodyFamily,
              BodyKey(place.slot, BodyKind::kDecoded, base::Sha256("page " + std::to_string(i))),
              bytes);
    ASSERT_TRUE(place.shard->Write(batch, kv::Durability::kSynced).ok());
  }
  grpc::Status Verify(const std::string& after, std::vector<v1::Damage>* damages,
                      v1::VerifyProgress* progress) {
    grpc::ClientContext context;
    v1::VerifyRequest request;
    request.set_after(after);
    const auto reader = verify_stub_->Verify(&context, request);
    for (v1::VerifyEvent event; reader->Read(&event);) {
      if (event.has_damage()) damages->push_back(event.damage());
      if (event.has_progress()) *progress = event.progress();
    }
    return reader->Finish();
  }

  std::vector<std::string> ids_;
};

TEST_F(VerifyServiceTest, NamesWhatIsDamagedAndEndsWithWhatWasDone) {
  Spoil(3, "fake");
  std::vector<v1::Damage> damages;
  v1::VerifyProgress progress;
  grpc::Status status = Verify("", &damages, &progress);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(damages.size(), 1u);
  EXPECT_EQ(damages[0].what(), v1::Damage::BODY);
  EXPECT_EQ(damages[0].snapshot_id(), ids_[3]);
  EXPECT_EQ(damages[0].url(), Url(3));
  EXPECT_TRUE(progress.done());
  EXPECT_EQ(progress.captures(), 20u);
  EXPECT_EQ(progress.all_captures(), 20u);
  EXPECT_EQ(progress.damaged(), 1u);

  grpc::ClientContext context;
  v1::DamageSummary summary;
  ASSERT_TRUE(verify_stub_->GetDamage(&context, {}, &summary).ok());
  EXPECT_EQ(summary.damaged(), 1u);
  damages.clear();
  status = Verify(progress.place(), &damages, &progress);
  EXPECT_TRUE(status.ok()) << "there is no more to do";
  EXPECT_THAT(damages, IsEmpty());
  EXPECT_EQ(progress.captures(), 20u);
}

TEST_F(VerifyServiceTest, PlaceOfNobodyIsAnInvalidArgument) {
  std::vector<v1::Damage> damages;
  v1::VerifyProgress progress;
  const grpc::Status status = Verify("\xff", &damages, &progress);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("after"));
}

TEST_F(VerifyServiceTest, MoreThanItsShareIsRefused) {
  verifies_max_ = 0;
  Serve({});
  std::vector<v1::Damage> damages;
  v1::VerifyProgress progress;
  EXPECT_EQ(Verify("", &damages, &progress).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(VerifyServiceTest, ServerThatStopsSaysComeAgain) {
  verifying_->Stop();
  std::vector<v1::Damage> damages;
  v1::VerifyProgress progress;
  EXPECT_EQ(Verify("", &damages, &progress).error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace signboard::archive
