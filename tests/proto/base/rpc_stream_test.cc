#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <stdexcept>

#include "tests/proto/base/rpc_fixture.h"

namespace signboard::base {
namespace {

using testing::Credit;
using testing::Farewell;
using testing::LeaseOf;
using testing::Sleep;
using testing::SleepForEver;
using testing::VersionNumber;
using namespace boost::asio::experimental::awaitable_operators;  // NOLINT: what || needs

using Work = ServerStream<v1::WorkRequest, v1::WorkReply>;
using ClientWork = ClientBidi<v1::WorkRequest, v1::WorkReply>;

class RpcStreamTest : public testing::RpcTest {
 public:
  // Everything the server has for us, then its status.
  struct Listed {
    std::vector<std::string> urls;
    Status status;
  };
  Listed List(uint32_t limit) {
    return client_.Run([](RpcStreamTest* t, uint32_t n) -> asio::awaitable<Listed> {
      ClientReader<v1::Version> reader;
      t->StartVersions(&reader, n);
      Listed listed;
      v1::Version version;
      while (co_await reader.Read(&version)) listed.urls.push_back(version.snapshot().url());
      listed.status = co_await reader.Finish();
      co_return listed;
    }(this, limit));
  }
};

asio::awaitable<Status> WriteVersions(uint32_t limit, ServerWriter<v1::Version>* out) {
  for (uint32_t i = 0; i < limit; ++i) {
    if (!co_await out->Write(VersionNumber(static_cast<int>(i)))) co_return Cancelled("gone");
  }
  co_return OkStatus();
}

TEST_F(RpcStreamTest, ServerStreamArrivesWholeAndInOrder) {
  archive_.versions = WriteVersions;
  const Listed listed = List(1'000);
  EXPECT_EQ(listed.status, OkStatus());
  ASSERT_EQ(listed.urls.size(), 1'000U);
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_EQ(listed.urls[static_cast<size_t>(i)], VersionNumber(i).snapshot().url());
  }
}

TEST_F(RpcStreamTest, EmptyServerStreamIsOnlyAStatus) {
  archive_.versions = [](uint32_t, ServerWriter<v1::Version>*) -> asio::awaitable<Status> {
    co_return NotFound("no capture");
  };
  const Listed listed = List(1);
  EXPECT_TRUE(listed.urls.empty());
  EXPECT_EQ(listed.status, NotFound("no capture"));
}

TEST_F(RpcStreamTest, ExceptionInAStreamComesAfterWhatWasWritten) {
  archive_.versions = [](uint32_t, ServerWriter<v1::Version>* out) -> asio::awaitable<Status> {
    co_await out->Write(VersionNumber(1));
    throw std::runtime_error("spilled");
  };
  const Listed listed = List(1);
  EXPECT_EQ(listed.urls.size(), 1U);
  EXPECT_EQ(listed.status.code(), StatusCode::kInternal);
}

TEST_F(RpcStreamTest, OverlappingWritesGoOutInOrder) {
  archive_.versions = [](uint32_t, ServerWriter<v1::Version>* out) -> asio::awaitable<Status> {
    auto write = [](ServerWriter<v1::Version>* to, int n) -> asio::awaitable<bool> {
      co_return co_await to->Write(VersionNumber(n));
    };
    co_await (write(out, 0) && write(out, 1) && write(out, 2) && write(out, 3));
    co_return OkStatus();
  };
  EXPECT_THAT(List(1).urls, ::testing::ElementsAre("http://a.cn/0", "http://a.cn/1",
                                                   "http://a.cn/2", "http://a.cn/3"));
}

TEST_F(RpcStreamTest, BodySeesThatTheClientCancels) {
  std::promise<void> ended;
  archive_.versions = [&](uint32_t, ServerWriter<v1::Version>* out) -> asio::awaitable<Status> {
    const Farewell farewell(&ended);
    co_await out->Write(VersionNumber(1));
    co_await SleepForEver();
    co_return OkStatus();
  };
  const Status status = client_.Run([](RpcStreamTest* t) -> asio::awaitable<Status> {
    ClientReader<v1::Version> reader;
    t->StartVersions(&reader, 1);
    v1::Version version;
    EXPECT_TRUE(co_await reader.Read(&version));
    reader.TryCancel();
    EXPECT_FALSE(co_await reader.Read(&version));
    co_return co_await reader.Finish();
  }(this));
  EXPECT_EQ(status.code(), StatusCode::kCancelled);
  ended.get_future().wait();
}

TEST_F(RpcStreamTest, StreamThatIsDestroyedIsCancelled) {
  std::promise<void> ended;
  archive_.versions = [&](uint32_t, ServerWriter<v1::Version>* out) -> asio::awaitable<Status> {
    const Farewell farewell(&ended);
    while (co_await out->Write(VersionNumber(1))) {
    }
    co_return OkStatus();
  };
  client_.Run([](RpcStreamTest* t) -> asio::awaitable<void> {
    ClientReader<v1::Version> reader;
    t->StartVersions(&reader, 1);
    v1::Version version;
    co_await reader.Read(&version);
  }(this));
  ended.get_future().wait();
}

TEST_F(RpcStreamTest, CancellingTheReaderCoroutineCancelsTheCall) {
  std::promise<void> ended;
  archive_.versions = [&](uint32_t, ServerWriter<v1::Version>*) -> asio::awaitable<Status> {
    const Farewell farewell(&ended);
    co_await SleepForEver();
    co_return OkStatus();
  };
  client_.Run([](RpcStreamTest* t) -> asio::awaitable<void> {
    ClientReader<v1::Version> reader;
    t->StartVersions(&reader, 1);
    v1::Version version;
    const auto either = co_await (reader.Read(&version) || Sleep(Millis(20)));
    EXPECT_EQ(either.index(), 1U);
    const Status status = co_await reader.Finish();
    EXPECT_EQ(status.code(), StatusCode::kCancelled);
  }(this));
  ended.get_future().wait();
}

TEST_F(RpcStreamTest, FinishDiscardsWhatWasNotRead) {
  archive_.versions = WriteVersions;
  const Status status = client_.Run([](RpcStreamTest* t) -> asio::awaitable<Status> {
    ClientReader<v1::Version> reader;
    t->StartVersions(&reader, 100);
    co_return co_await reader.Finish();
  }(this));
  EXPECT_EQ(status, OkStatus());
}

TEST_F(RpcStreamTest, ServerThatStopsBreaksTheStream) {
  std::promise<void> began;
  archive_.versions = [&](uint32_t, ServerWriter<v1::Version>* out) -> asio::awaitable<Status> {
    co_await out->Write(VersionNumber(1));
    began.set_value();
    co_await SleepForEver();
    co_return OkStatus();
  };
  std::future<Listed> listed = std::async(std::launch::async, [this] { return List(1); });
  began.get_future().wait();
  server_->Stop(Millis(0));
  const Listed got = listed.get();
  EXPECT_EQ(got.urls.size(), 1U);
  EXPECT_FALSE(got.status.ok());
}

class RpcStoreTest : public RpcStreamTest {
 public:
  void StartStore(ClientWriter<v1::StoreRequest, v1::StoreReply>* writer) {
    writer->Start(archive_stub_->async(), &v1::Archive::Stub::async::Store, Millis(60'000));
  }
};

TEST_F(RpcStoreTest, ClientStreamArrivesWholeAndIsAnswered) {
  archive_.store = [](ServerReader<v1::StoreRequest>* in,
                      v1::StoreReply* reply) -> asio::awaitable<Status> {
    size_t bytes = 0;
    v1::StoreRequest request;
    while (co_await in->Read(&request)) bytes += request.chunk().data().size();
    reply->set_snapshot_id(std::to_string(bytes));
    co_return OkStatus();
  };
  v1::StoreReply reply;
  const Status status =
      client_.Run([](RpcStoreTest* t, v1::StoreReply* answer) -> asio::awaitable<Status> {
        ClientWriter<v1::StoreRequest, v1::StoreReply> writer;
        t->StartStore(&writer);
        for (int i = 0; i < 200; ++i) {
          v1::StoreRequest request;
          request.mutable_chunk()->set_data(std::string(10'000, 'x'));
          EXPECT_TRUE(co_await writer.Write(request));
        }
        EXPECT_TRUE(co_await writer.WritesDone());
        EXPECT_FALSE(co_await writer.Write(v1::StoreRequest())) << "after the end";
        co_return co_await writer.Finish(answer);
      }(this, &reply));
  EXPECT_EQ(status, OkStatus());
  EXPECT_EQ(reply.snapshot_id(), "2000000");
}

TEST_F(RpcStoreTest, ServerMayRefuseInTheMiddle) {
  archive_.store = [](ServerReader<v1::StoreRequest>* in,
                      v1::StoreReply*) -> asio::awaitable<Status> {
    v1::StoreRequest request;
    co_await in->Read(&request);
    co_return InvalidArgument("not a header");
  };
  const Status status = client_.Run([](RpcStoreTest* t) -> asio::awaitable<Status> {
    ClientWriter<v1::StoreRequest, v1::StoreReply> writer;
    t->StartStore(&writer);
    v1::StoreRequest request;
    request.mutable_chunk()->set_data(std::string(100'000, 'x'));
    while (co_await writer.Write(request)) {
    }
    v1::StoreReply reply;
    co_return co_await writer.Finish(&reply);
  }(this));
  EXPECT_EQ(status, InvalidArgument("not a header"));
}

TEST_F(RpcStreamTest, BidiGoesBothWaysAndSurvivesHalfClose) {
  scheduling_.work = [](Work* stream) -> asio::awaitable<Status> {
    uint32_t credits = 0;
    v1::WorkRequest request;
    while (co_await stream->Read(&request)) {
      credits += request.credit().leases();
      co_await stream->Write(LeaseOf(credits));
    }
    // The client has half-closed and still listens.
    for (uint32_t i = 0; i < 10; ++i) co_await stream->Write(LeaseOf(1'000 + i));
    co_return OkStatus();
  };
  client_.Run([](RpcStreamTest* t) -> asio::awaitable<void> {
    ClientWork work;
    t->StartWork(&work);
    v1::WorkReply reply;
    for (uint32_t i = 1; i <= 100; ++i) {
      EXPECT_TRUE(co_await work.Write(Credit(1)));
      EXPECT_TRUE(co_await work.Read(&reply));
      EXPECT_EQ(reply.lease().depth(), i);
    }
    EXPECT_TRUE(co_await work.WritesDone());
    uint32_t after = 0;
    while (co_await work.Read(&reply)) ++after;
    EXPECT_EQ(after, 10U);
    const Status status = co_await work.Finish();
    EXPECT_EQ(status, OkStatus());
  }(this));
}

TEST_F(RpcStreamTest, BidiReadsAndWritesAtOnce) {
  static constexpr uint32_t kCount = 500;
  scheduling_.work = [](Work* stream) -> asio::awaitable<Status> {
    auto push = [](Work* to) -> asio::awaitable<void> {
      for (uint32_t i = 0; i < kCount; ++i) co_await to->Write(LeaseOf(i));
    };
    auto pull = [](Work* from) -> asio::awaitable<uint32_t> {
      uint32_t count = 0;
      v1::WorkRequest request;
      while (co_await from->Read(&request)) ++count;
      co_return count;
    };
    const uint32_t pulled = co_await (push(stream) && pull(stream));
    if (pulled != kCount) co_return DataLoss(std::to_string(pulled));
    co_return OkStatus();
  };
  client_.Run([](RpcStreamTest* t) -> asio::awaitable<void> {
    ClientWork work;
    t->StartWork(&work);
    auto push = [](ClientWork* to) -> asio::awaitable<void> {
      for (uint32_t i = 0; i < kCount; ++i) co_await to->Write(Credit(i));
      co_await to->WritesDone();
    };
    auto pull = [](ClientWork* from) -> asio::awaitable<uint32_t> {
      uint32_t count = 0;
      v1::WorkReply reply;
      while (co_await from->Read(&reply)) ++count;
      co_return count;
    };
    const uint32_t pulled = co_await (push(&work) && pull(&work));
    EXPECT_EQ(pulled, kCount);
    const Status status = co_await work.Finish();
    EXPECT_EQ(status, OkStatus());
  }(this));
}

TEST_F(RpcStreamTest, AbandonedReadOfABodyLosesNothing) {
  std::promise<void> gave_up;
  scheduling_.work = [&](Work* stream) -> asio::awaitable<Status> {
    v1::WorkRequest request;
    const auto first = co_await (stream->Read(&request) || Sleep(Millis(20)));
    EXPECT_EQ(first.index(), 1U);
    gave_up.set_value();
    std::vector<uint32_t> seen;
    while (co_await stream->Read(&request)) seen.push_back(request.credit().leases());
    EXPECT_THAT(seen, ::testing::ElementsAre(7, 8));
    co_return OkStatus();
  };
  client_.Run([](RpcStreamTest* t, std::future<void> server_gave_up) -> asio::awaitable<void> {
    ClientWork work;
    t->StartWork(&work);
    server_gave_up.wait();
    co_await work.Write(Credit(7));
    co_await work.Write(Credit(8));
    const Status status = co_await work.Finish();
    EXPECT_EQ(status, OkStatus());
  }(this, gave_up.get_future()));
}

TEST_F(RpcStreamTest, ClientThatVanishesEndsReadsAndWritesOfTheBody) {
  std::promise<void> ended;
  scheduling_.work = [&](Work* stream) -> asio::awaitable<Status> {
    const Farewell farewell(&ended);
    v1::WorkRequest request;
    while (co_await stream->Read(&request)) {
    }
    co_return OkStatus();
  };
  client_.Run([](RpcStreamTest* t) -> asio::awaitable<void> {
    ClientWork work;
    t->StartWork(&work);
    co_await work.Write(Credit(1));
  }(this));
  ended.get_future().wait();
}

TEST_F(RpcStreamTest, ManyStreamsComeAndGoInEveryOrder) {
  scheduling_.work = [](Work* stream) -> asio::awaitable<Status> {
    v1::WorkRequest request;
    while (co_await stream->Read(&request)) {
      if (request.credit().leases() == 3) co_return InvalidArgument("three");
      if (request.credit().leases() == 4) throw std::runtime_error("four");
      co_await stream->Write(LeaseOf(request.credit().leases()));
    }
    co_return OkStatus();
  };
  std::vector<std::future<void>> clients;
  for (uint32_t n = 0; n < 300; ++n) {
    clients.push_back(client_.Begin([](RpcStreamTest* t, uint32_t kind) -> asio::awaitable<void> {
      ClientWork work;
      t->StartWork(&work);
      v1::WorkReply reply;
      co_await work.Write(Credit(kind));
      if (kind == 0) co_return;                 // Goes without a word.
      if (kind == 1) work.TryCancel();
      if (kind == 2) co_await work.Read(&reply);
      const Status status = co_await work.Finish();
      const StatusCode expected[] = {StatusCode::kOk, StatusCode::kCancelled, StatusCode::kOk,
                                     StatusCode::kInvalidArgument, StatusCode::kInternal};
      EXPECT_EQ(status.code(), expected[kind]);
    }(this, n % 5)));
  }
  for (auto& client : clients) client.get();
}

}  // namespace
}  // namespace signboard::base
