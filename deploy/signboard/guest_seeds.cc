#include "deploy/signboard/guest_seeds.h"

#include <grpcpp/client_context.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "crawler/worker/guest_record.h"
#include "frontier/seeds.h"
#include "proto/base/rpc_client.h"
#include "proto/base/rpc_status.h"
#include "proto/base/url_canonical.h"
#include "urlfrontier.grpc.pb.h"

namespace signboard::cli {
namespace {

namespace uf = urlfrontier;

// Written before their acks are read: less than a frontier lets be under way.
constexpr size_t kBatch = 200;
constexpr int kTimesAgain = 3;

uf::URLInfo InfoOf(const v1::Seed& seed, const std::string& crawl) {
  v1::GuestRecord record;
  record.set_seed_url(seed.url());
  record.set_place_code(seed.code());
  *record.mutable_scope() = seed.scope();
  record.set_hub(true);
  uf::URLInfo info;
  info.set_url(seed.url());
  if (const auto url = base::Url::Parse(seed.url()); url.ok()) info.set_key(base::QueueKey(*url));
  info.set_crawlid(crawl);
  worker::WriteGuestRecord(record, &info);
  return info;
}

// The seeds that are none get their error; gives the places of the others.
std::vector<size_t> Screen(const std::vector<v1::Seed>& seeds, const std::string& crawl,
                           v1::AddSeedsReply* reply, std::vector<uf::URLInfo>* infos) {
  std::vector<size_t> places;
  for (size_t i = 0; i < seeds.size(); ++i) {
    v1::AddSeedsReply::Result& result = *reply->add_results();
    result.set_url(seeds[i].url());
    const auto seed = frontier::ValidSeed(seeds[i]);
    if (!seed.ok()) {
      result.set_error(std::string(base::Message(seed.status())));
      continue;
    }
    result.set_url(seed->url());
    places.push_back(i);
    infos->push_back(InfoOf(*seed, crawl));
  }
  return places;
}

class Putter {
 public:
  explicit Putter(const GuestFrontier& frontier)
      : stub_(uf::URLFrontier::NewStub(base::Connect(frontier.address))) {
    call_.set_deadline(frontier.deadline);
  }

  // The acks of all, by their places.
  StatusOr<std::vector<uf::AckMessage::Status>> Put(const std::vector<uf::URLInfo>& infos) {
    const auto stream = stub_->PutURLs(&call_);
    std::vector<uf::AckMessage::Status> acks(infos.size(), uf::AckMessage::FAIL);
    bool open = true;
    for (size_t first = 0; open && first < infos.size(); first += kBatch) {
      const size_t end = std::min(infos.size(), first + kBatch);
      for (size_t i = first; open && i < end; ++i) {
        uf::URLItem item;
        *item.mutable_discovered()->mutable_info() = infos[i];
        item.set_id(std::to_string(i));
        open = stream->Write(item);
      }
      for (size_t i = first; open && i < end; ++i) {
        uf::AckMessage ack;
        open = stream->Read(&ack);
        size_t place = infos.size();
        std::from_chars(ack.id().data(), ack.id().data() + ack.id().size(), place);
        if (open && place < infos.size()) acks[place] = ack.status();
      }
    }
    stream->WritesDone();
    const grpc::Status status = stream->Finish();
    if (!status.ok()) return base::FromGrpc(status);
    return acks;
  }

 private:
  const std::unique_ptr<uf::URLFrontier::Stub> stub_;
  grpc::ClientContext call_;
};

StatusOr<bool> Knows(const GuestFrontier& frontier, const uf::URLInfo& info) {
  grpc::ClientContext call;
  call.set_deadline(frontier.deadline);
  uf::URLStatusRequest request;
  request.set_url(info.url());
  request.set_key(info.key());
  request.set_crawlid(info.crawlid());
  uf::URLItem item;
  const grpc::Status status = uf::URLFrontier::NewStub(base::Connect(frontier.address))
                                  ->GetURLStatus(&call, request, &item);
  if (status.error_code() == grpc::StatusCode::NOT_FOUND) return false;
  if (!status.ok()) return base::FromGrpc(status);
  return true;
}

}  // namespace

StatusOr<v1::AddSeedsReply> PutSeeds(const GuestFrontier& frontier,
                                     const std::vector<v1::Seed>& seeds, bool dry_run) {
  v1::AddSeedsReply reply;
  std::vector<uf::URLInfo> infos;
  const std::vector<size_t> places = Screen(seeds, frontier.crawl, &reply, &infos);
  if (dry_run) {
    for (size_t i = 0; i < infos.size(); ++i) {
      ASSIGN_OR_RETURN(const bool known, Knows(frontier, infos[i]));
      reply.mutable_results(static_cast<int>(places[i]))->set_added(!known);
    }
    return reply;
  }
  ASSIGN_OR_RETURN(auto acks, Putter(frontier).Put(infos));
  // FAIL asks to be sent it again.
  for (int i = 0; i < kTimesAgain; ++i) {
    std::vector<size_t> failed;
    std::vector<uf::URLInfo> again;
    for (size_t at = 0; at < acks.size(); ++at) {
      if (acks[at] != uf::AckMessage::FAIL) continue;
      failed.push_back(at);
      again.push_back(infos[at]);
    }
    if (failed.empty()) break;
    ASSIGN_OR_RETURN(const auto later, Putter(frontier).Put(again));
    for (size_t at = 0; at < failed.size(); ++at) acks[failed[at]] = later[at];
  }
  for (size_t i = 0; i < acks.size(); ++i) {
    v1::AddSeedsReply::Result& result = *reply.mutable_results(static_cast<int>(places[i]));
    result.set_added(acks[i] == uf::AckMessage::OK);
    if (acks[i] == uf::AckMessage::FAIL)
      result.set_error(result.url() + ": the frontier did not take it; add it again");
  }
  return reply;
}

}  // namespace signboard::cli
