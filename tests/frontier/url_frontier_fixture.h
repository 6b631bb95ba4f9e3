// urlfrontier.URLFrontier over real gRPC on loopback, spoken to with the synchronous client: what
// any client of the public interface would see. The clock is moved by the test.
#pragma once

#include <grpcpp/create_channel.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "frontier/url_frontier_service.h"
#include "proto/base/rpc_server.h"
#include "tests/frontier/frontier_fixture.h"

namespace signboard::frontier {

namespace uf = urlfrontier;

class UrlFrontierFixture : public FrontierFixture {
 protected:
  void SetUp() override { StartServer(); }
  void TearDown() override {
    StopServer();
    FrontierFixture::TearDown();
  }

  void StartServer() {
    Start();
    pool_ = std::make_unique<base::Pool>(base::Pool::Options{.name = "test", .threads = 2});
    service_ = std::make_unique<UrlFrontierService>(*frontier_, *pool_, clock_);
    server_ = base::RpcServer::Start({.address = "127.0.0.1:0", .services = {service_.get()}})
                  .value();
    address_ = "127.0.0.1:" + std::to_string(server_->port());
    service_->SetAddress(address_);
    stub_ = uf::URLFrontier::NewStub(
        grpc::CreateChannel(address_, grpc::InsecureChannelCredentials()));
  }
  void StopServer() {
    if (server_ == nullptr) return;
    server_->Stop(Millis(100));
    server_.reset();
    service_.reset();
    pool_.reset();
  }
  // Nothing in memory survives.
  void RestartServer() {
    StopServer();
    frontier_.reset();
    space_.reset();
    StartServer();
  }

  // Whole seconds, as clients see them.
  uint64_t Now() const { return static_cast<uint64_t>(ToMillis(clock_.Now()) / 1'000); }
  void Pass(Millis span) { clock_.Advance(span); }

  static uf::URLItem Discovered(const std::string& url, const std::string& key = "",
                                const std::string& crawl = "") {
    uf::URLItem item;
    uf::URLInfo& info = *item.mutable_discovered()->mutable_info();
    info.set_url(url);
    info.set_key(key);
    info.set_crawlid(crawl);
    return item;
  }
  static uf::URLItem Known(const std::string& url, uint64_t date, const std::string& key = "",
                           const std::string& crawl = "") {
    uf::URLItem item;
    uf::URLInfo& info = *item.mutable_known()->mutable_info();
    info.set_url(url);
    info.set_key(key);
    info.set_crawlid(crawl);
    item.mutable_known()->set_refetchable_from_date(date);
    return item;
  }

  // One stream: all are sent, the client half-closes, all acks are read.
  std::vector<uf::AckMessage> Put(const std::vector<uf::URLItem>& items) {
    grpc::ClientContext context;
    const auto stream = stub_->PutURLs(&context);
    for (const uf::URLItem& item : items) stream->Write(item);
    stream->WritesDone();
    std::vector<uf::AckMessage> acks;
    for (uf::AckMessage ack; stream->Read(&ack);) acks.push_back(ack);
    const grpc::Status status = stream->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(acks.size(), items.size()) << "one ack for each item";
    return acks;
  }
  uf::AckMessage::Status PutOne(const uf::URLItem& item) { return Put({item}).at(0).status(); }

  std::vector<uf::URLInfo> Get(const uf::GetParams& params) {
    grpc::ClientContext context;
    const auto stream = stub_->GetURLs(&context, params);
    std::vector<uf::URLInfo> infos;
    for (uf::URLInfo info; stream->Read(&info);) infos.push_back(info);
    const grpc::Status status = stream->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    return infos;
  }
  static uf::GetParams Ask(uint32_t urls, uint32_t queues, const std::string& key = "") {
    uf::GetParams params;
    params.set_max_urls_per_queue(urls);
    params.set_max_queues(queues);
    params.set_key(key);
    params.set_crawlid("DEFAULT");
    return params;
  }
  std::vector<std::string> Urls(const uf::GetParams& params) {
    std::vector<std::string> urls;
    for (const uf::URLInfo& info : Get(params)) urls.push_back(info.url());
    return urls;
  }

  // A unary call that is to succeed.
  template <class Request, class Reply>
  Reply Call(grpc::Status (uf::URLFrontier::Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Reply*),
             const Request& request) {
    grpc::ClientContext context;
    Reply reply;
    const grpc::Status status = (stub_.get()->*method)(&context, request, &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return reply;
  }
  uf::Stats Stats(const std::string& key = "", const std::string& crawl = "") {
    uf::QueueWithinCrawlParams request;
    request.set_key(key);
    request.set_crawlid(crawl);
    return Call(&uf::URLFrontier::Stub::GetStats, request);
  }
  uint64_t DeleteQueue(const std::string& key, const std::string& crawl = "") {
    uf::QueueWithinCrawlParams request;
    request.set_key(key);
    request.set_crawlid(crawl);
    return Call(&uf::URLFrontier::Stub::DeleteQueue, request).value();
  }
  uint64_t DeleteCrawl(const std::string& crawl) {
    uf::DeleteCrawlMessage request;
    request.set_value(crawl);
    return Call(&uf::URLFrontier::Stub::DeleteCrawl, request).value();
  }
  std::vector<std::string> Crawls() {
    const auto list = Call(&uf::URLFrontier::Stub::ListCrawls, uf::Local());
    return {list.values().begin(), list.values().end()};
  }
  std::vector<std::string> Queues(uf::Pagination request) {
    const auto list = Call(&uf::URLFrontier::Stub::ListQueues, request);
    return {list.values().begin(), list.values().end()};
  }
  void Block(const std::string& key, uint64_t until) {
    uf::BlockQueueParams request;
    request.set_key(key);
    request.set_time(until);
    Call(&uf::URLFrontier::Stub::BlockQueueUntil, request);
  }
  void SetDelay(const std::string& key, uint32_t seconds) {
    uf::QueueDelayParams request;
    request.set_key(key);
    request.set_delay_requestable(seconds);
    Call(&uf::URLFrontier::Stub::SetDelay, request);
  }
  grpc::Status SetLimit(const std::string& key, uint32_t limit) {
    uf::CrawlLimitParams request;
    request.set_key(key);
    request.set_limit(limit);
    grpc::ClientContext context;
    uf::Empty reply;
    return stub_->SetCrawlLimit(&context, request, &reply);
  }
  void SetActive(bool active) {
    uf::Active request;
    request.set_state(active);
    Call(&uf::URLFrontier::Stub::SetActive, request);
  }
  std::pair<grpc::Status, uf::URLItem> Status(const std::string& url, const std::string& key = "",
                                              const std::string& crawl = "") {
    uf::URLStatusRequest request;
    request.set_url(url);
    request.set_key(key);
    request.set_crawlid(crawl);
    grpc::ClientContext context;
    uf::URLItem reply;
    grpc::Status status = stub_->GetURLStatus(&context, request, &reply);
    return {std::move(status), std::move(reply)};
  }
  std::vector<uf::URLItem> ListUrls(const uf::ListUrlParams& request) {
    grpc::ClientContext context;
    const auto stream = stub_->ListURLs(&context, request);
    std::vector<uf::URLItem> items;
    for (uf::URLItem item; stream->Read(&item);) items.push_back(item);
    EXPECT_TRUE(stream->Finish().ok());
    return items;
  }
  uint64_t Count(const uf::CountUrlParams& request) {
    return Call(&uf::URLFrontier::Stub::CountURLs, request).value();
  }

  base::ManualClock clock_{kNoon};
  std::unique_ptr<base::Pool> pool_;
  std::unique_ptr<UrlFrontierService> service_;
  std::unique_ptr<base::RpcServer> server_;
  std::string address_;
  std::unique_ptr<uf::URLFrontier::Stub> stub_;
};

}  // namespace signboard::frontier
