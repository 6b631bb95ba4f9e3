// Clients of the public URLFrontier that break its rules or do not read what they asked for: each
// gets the documented answer or nothing, memory stays bounded, and everybody else is served.
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "tests/system/frontier_process.h"

namespace signboard::testing {
namespace {

namespace uf = urlfrontier;

constexpr uint64_t kPeakMibMax = 512;

class HostileClientTest : public ::testing::Test {
 protected:
  static uf::URLItem Discovered(const std::string& url, const std::string& key) {
    uf::URLItem item;
    item.mutable_discovered()->mutable_info()->set_url(url);
    item.mutable_discovered()->mutable_info()->set_key(key);
    return item;
  }
  // A client as it should be.
  void ExpectServed() {
    grpc::Status status(grpc::RESOURCE_EXHAUSTED, "");
    // As long as streams of clients that are gone end, there may be too many.
    for (int i = 0; i < 200 && status.error_code() == grpc::RESOURCE_EXHAUSTED; ++i) {
      if (i > 0) std::this_thread::sleep_for(std::chrono::milliseconds(100));
      grpc::ClientContext context;
      const auto stream = frontier_.stub().PutURLs(&context);
      stream->Write(Discovered("https://polite.com/" + std::to_string(served_), "polite.com"));
      stream->WritesDone();
      uf::AckMessage ack;
      if (stream->Read(&ack)) {
        EXPECT_EQ(ack.status(), uf::AckMessage::OK);
      }
      status = stream->Finish();
    }
    ++served_;
    EXPECT_TRUE(status.ok()) << status.error_message() << frontier_.Log();
    EXPECT_LT(frontier_.PeakMib(), kPeakMibMax);
    EXPECT_TRUE(frontier_.running()) << frontier_.Log();
  }
  // Many URLs with much metadata, politely.
  void Fill(int count, size_t metadata_bytes) {
    grpc::ClientContext context;
    const auto stream = frontier_.stub().PutURLs(&context);
    std::thread writer([&] {
      for (int i = 0; i < count; ++i) {
        uf::URLItem item = Discovered("https://a.com/" + std::to_string(i),
                                      "host-" + std::to_string(i % 100));
        (*item.mutable_discovered()->mutable_info()->mutable_metadata())["m"].add_values(
            std::string(metadata_bytes, 'm'));
        stream->Write(item);
      }
      stream->WritesDone();
    });
    for (uf::AckMessage ack; stream->Read(&ack);) EXPECT_EQ(ack.status(), uf::AckMessage::OK);
    writer.join();
    ASSERT_TRUE(stream->Finish().ok());
  }

  FrontierProcess frontier_;
  int served_ = 0;
};

TEST_F(HostileClientTest, OneThatReadsNoAcksIsNotReadFromAnyMore) {
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::thread> writers;
  for (int i = 0; i < 8; ++i) {
    contexts.push_back(std::make_unique<grpc::ClientContext>());
    contexts.back()->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(8));
    writers.emplace_back([this, &context = *contexts.back(), i] {
      const auto stream = frontier_.stub().PutURLs(&context);
      uf::URLItem item = Discovered("https://a.com/", "a.com");
      item.set_id(std::string(4'000, 'i'));  // An ack has as much.
      for (int n = 0; n < 1'000'000; ++n) {
        item.mutable_discovered()->mutable_info()->set_url(
            "https://a.com/" + std::to_string(i) + "/" + std::to_string(n) +
            std::string(4'000, 'u'));
        if (!stream->Write(item)) break;  // The deadline, at the latest.
      }
      context.TryCancel();
      stream->Finish();
    });
  }
  ExpectServed();
  for (std::thread& writer : writers) writer.join();
  ExpectServed();
}

TEST_F(HostileClientTest, OnesThatReadNoListsCostAPageEach) {
  Fill(20'000, 4'000);
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<uf::URLItem>>> lists;
  std::vector<std::unique_ptr<grpc::ClientReader<uf::URLInfo>>> gets;
  uf::ListUrlParams all;
  all.set_size(2'147'483'647);
  for (int i = 0; i < 60; ++i) {
    contexts.push_back(std::make_unique<grpc::ClientContext>());
    lists.push_back(frontier_.stub().ListURLs(contexts.back().get(), all));
    contexts.push_back(std::make_unique<grpc::ClientContext>());
    gets.push_back(frontier_.stub().GetURLs(contexts.back().get(), uf::GetParams()));
  }
  ExpectServed();
  uf::URLItem item;
  EXPECT_TRUE(lists.back()->Read(&item));
  for (auto& context : contexts) context->TryCancel();
  for (auto& list : lists) list->Finish();
  for (auto& get : gets) get->Finish();
  ExpectServed();
}

TEST_F(HostileClientTest, WhatBreaksTheRulesIsAnsweredAndHarmsNobody) {
  grpc::ClientContext context;
  const auto stream = frontier_.stub().PutURLs(&context);
  stream->Write(uf::URLItem());
  stream->Write(Discovered("", ""));
  stream->Write(Discovered("https://a.com/", std::string(300, 'k')));
  stream->Write(Discovered(std::string(3'000'000, 'u'), "a.com"));
  stream->WritesDone();
  int skipped = 0;
  for (uf::AckMessage ack; stream->Read(&ack);) {
    skipped += ack.status() == uf::AckMessage::SKIPPED ? 1 : 0;
  }
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(skipped, 4);
  ExpectServed();

  grpc::ClientContext too_large;
  const auto large = frontier_.stub().PutURLs(&too_large);
  large->Write(Discovered(std::string(5'000'000, 'u'), "a.com"));
  uf::AckMessage ack;
  EXPECT_FALSE(large->Read(&ack));
  EXPECT_EQ(large->Finish().error_code(), grpc::RESOURCE_EXHAUSTED);
  ExpectServed();

  uf::GetParams most;
  most.set_max_queues(~0U);
  most.set_max_urls_per_queue(~0U);
  most.set_delay_requestable(~0U);
  most.set_key(std::string(100'000, 'k'));
  grpc::ClientContext get;
  const auto reader = frontier_.stub().GetURLs(&get, most);
  uf::URLInfo info;
  EXPECT_FALSE(reader->Read(&info));
  EXPECT_TRUE(reader->Finish().ok());
  ExpectServed();
}

TEST_F(HostileClientTest, StreamsOpenedAndDroppedAreForgotten) {
  for (int i = 0; i < 2'000; ++i) {
    grpc::ClientContext context;
    const auto stream = frontier_.stub().PutURLs(&context);
    stream->Write(Discovered("https://a.com/" + std::to_string(i), "a.com"));
    context.TryCancel();
    stream->Finish();
  }
  ExpectServed();
}

}  // namespace
}  // namespace signboard::testing
