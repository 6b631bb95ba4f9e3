// The service over real gRPC on loopback.
#include <deque>

#include "tests/storage/archive/service_fixture.h"

namespace signboard::archive {
namespace {

using ::testing::HasSubstr;

class ArchiveServiceTest : public ServedArchiveTest {
 protected:
  using Messages = std::vector<v1::StoreRequest>;
  static v1::StoreRequest HeaderOf(const Capture& capture) {
    v1::StoreRequest message;
    *message.mutable_header() = capture.header;
    return message;
  }
  static v1::StoreRequest Chunk(const std::string& data,
                                v1::StoreRequest::Chunk::Part part =
                                    v1::StoreRequest::Chunk::DECODED) {
    v1::StoreRequest message;
    message.mutable_chunk()->set_part(part);
    message.mutable_chunk()->set_data(data);
    return message;
  }
  static Messages Whole(const Capture& capture) {
    Messages messages = {HeaderOf(capture)};
    const auto add = [&](const std::string& bytes, v1::StoreRequest::Chunk::Part part) {
      for (size_t at = 0; at < bytes.size(); at += kChunkBytesMax)
        messages.push_back(Chunk(bytes.substr(at, kChunkBytesMax), part));
    };
    add(capture.decoded, v1::StoreRequest::Chunk::DECODED);
    add(capture.wire, v1::StoreRequest::Chunk::WIRE);
    return messages;
  }
  grpc::Status Send(const Messages& messages, v1::StoreReply* reply) {
    grpc::ClientContext context;
    auto writer = stub_->Store(&context, reply);
    for (const v1::StoreRequest& message : messages)
      if (!writer->Write(message)) break;
    writer->WritesDone();
    return writer->Finish();
  }
  void Refuses(const Messages& messages, const std::string& what) {
    v1::StoreReply reply;
    const grpc::Status status = Send(messages, &reply);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT)
        << what << ": " << status.error_message();
    EXPECT_THAT(status.error_message(), HasSubstr(what));
    EXPECT_EQ(Stats().snapshots(), 0u) << what;
    EXPECT_EQ(Stats().bodies(), 0u) << what;
  }
  grpc::Status GetOver(const v1::GetRequest& request, v1::Snapshot* snapshot, std::string* body) {
    grpc::ClientContext context;
    auto reader = stub_->Get(&context, request);
    int headers = 0;
    for (v1::GetReply reply; reader->Read(&reply);) {
      if (reply.has_snapshot()) {
        ++headers;
        EXPECT_TRUE(body->empty()) << "the header comes first";
        *snapshot = reply.snapshot();
      } else {
        EXPECT_LE(reply.chunk().size(), kChunkBytesMax);
        *body += reply.chunk();
      }
    }
    grpc::Status status = reader->Finish();
    EXPECT_EQ(headers, status.ok() ? 1 : 0);
    return status;
  }
};

constexpr char kUrl[] = "http://jxja.gov.cn/big";

TEST_F(ArchiveServiceTest, TwentyMegabytesGoInAndOutInChunks) {
  const std::string body = base::RandomBytes(20'000'001);
  v1::StoreReply stored;
  grpc::Status status = Send(Whole(Page(kUrl, kNoon, body)), &stored);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_FALSE(stored.known_capture());

  v1::GetRequest request;
  request.set_url(kUrl);
  for (const auto form : {v1::GetRequest::DECODED, v1::GetRequest::WIRE}) {
    request.set_body(form);
    v1::Snapshot snapshot;
    std::string got;
    status = GetOver(request, &snapshot, &got);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(snapshot.id(), stored.snapshot_id());
    EXPECT_TRUE(got == body);
  }
  request.clear_body();
  v1::Snapshot snapshot;
  std::string none;
  EXPECT_TRUE(GetOver(request, &snapshot, &none).ok());
  EXPECT_EQ(none, "") << "no body was asked for";
}

TEST_F(ArchiveServiceTest, WireBytesFollowTheDecodedOnes) {
  Capture capture = Page(kUrl, kNoon, "decoded");
  capture.wire = base::RandomBytes(3'000'000);
  v1::Snapshot& snapshot = *capture.header.mutable_snapshot();
  snapshot.mutable_recipe()->set_method(v1::WireRecipe::STORED);
  snapshot.set_wire_sha256(base::Sha256(capture.wire));
  snapshot.set_wire_bytes(capture.wire.size());
  v1::StoreReply stored;
  const grpc::Status status = Send(Whole(capture), &stored);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(Body(stored.snapshot_id(), v1::GetRequest::WIRE).value() == capture.wire);
}

TEST_F(ArchiveServiceTest, MalformedStreamsLeaveNothing) {
  const Capture good = Page(kUrl, kNoon, std::string(3'000'000, 'a'));
  Messages messages = Whole(good);
  Refuses({}, "without a header");
  Refuses({Chunk("a")}, "before the header");
  Refuses({HeaderOf(good), HeaderOf(good)}, "second header");
  Refuses({v1::StoreRequest()}, "neither header nor chunk");
  Refuses({HeaderOf(good), Chunk("a", v1::StoreRequest::Chunk::PART_UNSPECIFIED)}, "unknown part");
  Refuses({HeaderOf(good), Chunk(std::string(kChunkBytesMax + 1, 'a'))}, "more than 1048576");
  messages.push_back(Chunk("a"));
  Refuses(messages, "announced");
  messages = Whole(good);
  messages.pop_back();
  Refuses(messages, "ended after");
  Refuses({HeaderOf(good), Chunk("w", v1::StoreRequest::Chunk::WIRE)}, "announced");
  messages = Whole(good);
  messages.back().mutable_chunk()->mutable_data()->back() = 'b';
  Refuses(messages, "body_sha256");
  Capture huge = good;
  huge.header.mutable_snapshot()->set_body_bytes(kBodyBytesMax + 1);
  Refuses({HeaderOf(huge)}, "body_bytes");
  huge.header.mutable_snapshot()->set_body_bytes(UINT64_MAX);
  Refuses({HeaderOf(huge)}, "body_bytes");
}

TEST_F(ArchiveServiceTest, CutStreamLeavesNothing) {
  const Capture capture = Page(kUrl, kNoon, std::string(3'000'000, 'a'));
  const Messages messages = Whole(capture);
  for (size_t sent = 1; sent < messages.size(); ++sent) {
    grpc::ClientContext context;
    v1::StoreReply reply;
    auto writer = stub_->Store(&context, &reply);
    for (size_t i = 0; i < sent; ++i) ASSERT_TRUE(writer->Write(messages[i]));
    context.TryCancel();
    EXPECT_EQ(writer->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  StopServing();  // Waits for every call's end.
  EXPECT_EQ(Stats().snapshots(), 0u);
  EXPECT_EQ(Stats().bodies(), 0u);
}

TEST_F(ArchiveServiceTest, CaptureGoesInAsOneMessage) {
  const std::string body = base::RandomBytes(kChunkBytesMax);
  const Capture capture = Page(kUrl, kNoon, body);
  v1::StoreWholeRequest request;
  *request.mutable_header() = capture.header;
  request.set_decoded(body);
  const auto store = [&](v1::StoreReply* reply) {
    grpc::ClientContext context;
    return stub_->StoreWhole(&context, request, reply);
  };
  v1::StoreReply first;
  grpc::Status status = store(&first);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_FALSE(first.known_capture());
  v1::StoreReply again;
  ASSERT_TRUE(store(&again).ok());
  EXPECT_TRUE(again.known_capture());
  EXPECT_EQ(again.snapshot_id(), first.snapshot_id());
  EXPECT_EQ(Body(first.snapshot_id()).value(), body);
}

TEST_F(ArchiveServiceTest, OneMessageIsCheckedAsAStreamIs) {
  const auto refuses = [this](const v1::StoreWholeRequest& request, const std::string& what) {
    grpc::ClientContext context;
    v1::StoreReply reply;
    const grpc::Status status = stub_->StoreWhole(&context, request, &reply);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << what;
    EXPECT_THAT(status.error_message(), HasSubstr(what));
  };
  v1::StoreWholeRequest request;
  refuses(request, "without a header");
  *request.mutable_header() = Page(kUrl, kNoon, "靖安").header;
  refuses(request, "body_bytes");
  request.set_decoded("others");
  refuses(request, "body_sha256");
  request.set_decoded("靖安");
  request.set_wire("靖安");
  refuses(request, "not STORED");
  request.clear_wire();
  request.set_rendered("靖安");
  refuses(request, "rendered.sha256");
  request.set_rendered(std::string(kChunkBytesMax, 'a'));
  refuses(request, "more than");
  EXPECT_EQ(Stats().snapshots(), 0u);
  EXPECT_EQ(Stats().bodies(), 0u);

  Serve({.body_bytes_max = 1'000, .stores_max = 2});
  const Capture large = Page(kUrl, kNoon, std::string(2'000, 'a'));
  *request.mutable_header() = large.header;
  request.set_decoded(large.decoded);
  request.clear_rendered();
  grpc::ClientContext context;
  v1::StoreReply reply;
  EXPECT_EQ(stub_->StoreWhole(&context, request, &reply).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(ArchiveServiceTest, MemoryIsBoundedByABudgetThatCallsGiveBack) {
  Serve({.body_bytes_max = 5'000'000, .stores_max = 2});
  const Capture big = Page(kUrl, kNoon, std::string(3'000'000, 'a'));
  const Capture small = Page(kUrl, kNoon, std::string(2'000'000, 'a'));
  v1::StoreReply reply;
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(Send(Whole(big), &reply).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
    const grpc::Status status = Send(Whole(small), &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  EXPECT_EQ(Stats().snapshots(), 1u);

  // Two calls that stand still leave no place for a third. Their headers arrive in their own time,
  // and one may be refused because the question was faster: then another takes its place.
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientWriter<v1::StoreRequest>>> writers;
  std::deque<v1::StoreReply> replies;
  const Capture tiny = Page(kUrl, kNoon + 1, "tiny");
  grpc::Status third;
  for (int i = 0; i < 1'000 && third.ok(); ++i) {
    contexts.push_back(std::make_unique<grpc::ClientContext>());
    contexts.back()->set_wait_for_ready(true);
    writers.push_back(stub_->Store(contexts.back().get(), &replies.emplace_back()));
    writers.back()->Write(HeaderOf(tiny));
    third = Send({HeaderOf(Page(kUrl, kNoon + 2, ""))}, &reply);
  }
  EXPECT_EQ(third.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  int taken = 0;
  for (auto& writer : writers) {
    writer->Write(Chunk("tiny"));
    writer->WritesDone();
    const grpc::Status status = writer->Finish();
    if (status.ok()) {
      ++taken;
    } else {
      EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
    }
  }
  EXPECT_GE(taken, 2);
}

TEST_F(ArchiveServiceTest, ErrorsCrossTheWire) {
  v1::GetRequest request;
  request.set_url("http://nowhere.cn/");
  v1::Snapshot snapshot;
  std::string body;
  grpc::Status status = GetOver(request, &snapshot, &body);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_THAT(status.error_message(), HasSubstr("no capture of URL http://nowhere.cn/"));
  request.set_url("");
  status = GetOver(request, &snapshot, &body);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);

  grpc::ClientContext context;
  v1::CompareReply compared;
  status = stub_->Compare(&context, {}, &compared);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("from_id"));
}

TEST_F(ArchiveServiceTest, DamagedBodyIsDataLossAndNotServed) {
  const std::string id = Keep(Page(kUrl, kNoon, "true"));
  const Place place = PlaceOf(*space_, kUrl).value();
  kv::Batch batch;
  const std::string key = BodyKey(place.slot, BodyKind::kDecoded, base::Sha256("true"));
  batch.Put(kBodyFamily, key, "fake");
  ASSERT_TRUE(place.shard->Write(batch, kv::Durability::kSynced).ok());
  v1::GetRequest request;
  request.set_url(kUrl);
  request.set_body(v1::GetRequest::DECODED);
  v1::Snapshot snapshot;
  std::string body;
  const grpc::Status status = GetOver(request, &snapshot, &body);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DATA_LOSS);
  EXPECT_THAT(status.error_message(), HasSubstr(id));
  EXPECT_EQ(body, "");
  batch.Clear();
  batch.Put(kBodyFamily, key, "true");
  ASSERT_TRUE(place.shard->Write(batch, kv::Durability::kSynced).ok());
}

TEST_F(ArchiveServiceTest, ListsLongerThanOnePageComeWhole) {
  for (int i = 0; i < 250; ++i) {
    Keep(Page("http://jxja.gov.cn/v", kNoon + i, std::to_string(i)));
    Keep(Page("http://jxja.gov.cn/u/" + std::to_string(i), kNoon, "u"));
  }
  const auto versions = [&](uint32_t limit) {
    grpc::ClientContext context;
    v1::ListVersionsRequest request;
    request.set_url("http://jxja.gov.cn/v");
    request.set_limit(limit);
    auto reader = stub_->ListVersions(&context, request);
    std::vector<std::string> ids;
    for (v1::Version version; reader->Read(&version);) ids.push_back(version.snapshot().id());
    EXPECT_TRUE(reader->Finish().ok());
    EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
    return ids.size();
  };
  EXPECT_EQ(versions(0), 250u);
  EXPECT_EQ(versions(100), 100u);
  EXPECT_EQ(versions(101), 101u);

  grpc::ClientContext context;
  v1::ListUrlsRequest request;
  request.set_query("jxja.gov.cn");
  request.set_match(v1::ListUrlsRequest::HOST);
  auto reader = stub_->ListUrls(&context, request);
  std::vector<std::string> cursors;
  for (v1::UrlEntry entry; reader->Read(&entry);) cursors.push_back(entry.cursor());
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(cursors.size(), 251u);

  grpc::ClientContext stats_context;
  v1::ArchiveStats stats;
  EXPECT_TRUE(stub_->GetArchiveStats(&stats_context, {}, &stats).ok());
  EXPECT_EQ(stats.snapshots(), 500u);
  EXPECT_EQ(stats.urls(), 251u);
}

}  // namespace
}  // namespace signboard::archive
