#include "deploy/signboard/demo_summary.h"

#include <grpcpp/client_context.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <utility>

#include "deploy/signboard/cli.h"
#include "proto/base/digest.h"
#include "proto/base/rpc_status.h"
#include "proto/base/text.h"
#include "proto/base/url.h"
#include "signboard/v1/archive.grpc.pb.h"
#include "signboard/v1/register.grpc.pb.h"
#include "signboard/v1/scheduling.grpc.pb.h"
#include "storage/gateway/register_words.h"

namespace signboard::cli {
namespace {

constexpr Millis kCallTimeout{30'000};
constexpr uint32_t kListMax = 100'000;

void SetDeadline(grpc::ClientContext* call) {
  call->set_deadline(std::chrono::system_clock::now() + kCallTimeout);
}

// Every message of a stream.
template <class Message, class Reader>
StatusOr<std::vector<Message>> ReadAll(Reader reader) {
  std::vector<Message> all;
  for (Message one; reader->Read(&one);) all.push_back(std::move(one));
  const grpc::Status status = reader->Finish();
  if (!status.ok()) return base::FromGrpc(status);
  return all;
}

class Collector {
 public:
  Collector(const std::shared_ptr<grpc::Channel>& frontier,
            const std::shared_ptr<grpc::Channel>& storage)
      : frontier_(v1::Scheduling::NewStub(frontier)),
        archive_(v1::Archive::NewStub(storage)),
        register_(v1::Register::NewStub(storage)) {}

  StatusOr<DemoSummary> Run(const v1::AddSeedsRequest& seeds) {
    std::set<std::string> hosts;
    for (const v1::Seed& seed : seeds.seeds()) {
      ASSIGN_OR_RETURN(const Url url, Url::Parse(seed.url()));
      hosts.insert(url.host());
      ASSIGN_OR_RETURN(const bool blocked, IsBlocked(seed.url()));
      if (blocked) blocked_.insert(url.host());
    }
    for (const std::string& host : hosts) RETURN_IF_ERROR(AddHost(host));
    summary_.blocked.assign(blocked_.begin(), blocked_.end());
    std::sort(summary_.gone.begin(), summary_.gone.end());
    std::string seen;
    for (const std::string& page : seen_) seen += page + "\n";
    summary_.content_sha256 = base::ToHex(base::Sha256(seen));
    RETURN_IF_ERROR(AddAnnouncements());
    return std::move(summary_);
  }

 private:
  // The frontier knows of blocks that left no capture: those of robots.txt.
  StatusOr<bool> IsBlocked(const std::string& seed_url) {
    grpc::ClientContext call;
    SetDeadline(&call);
    v1::ExplainUrlRequest request;
    request.set_url(seed_url);
    v1::UrlExplanation explanation;
    const grpc::Status status = frontier_->ExplainUrl(&call, request, &explanation);
    if (!status.ok()) return base::FromGrpc(status);
    return explanation.last_outcome() == v1::OUTCOME_BLOCKED;
  }

  Status AddHost(const std::string& host) {
    grpc::ClientContext call;
    SetDeadline(&call);
    v1::ListUrlsRequest request;
    request.set_query(host);
    request.set_match(v1::ListUrlsRequest::HOST);
    request.set_limit(kListMax);
    ASSIGN_OR_RETURN(const std::vector<v1::UrlEntry> entries,
                     ReadAll<v1::UrlEntry>(archive_->ListUrls(&call, request)));
    for (const v1::UrlEntry& entry : entries) {
      summary_.captures += entry.capture_count();
      ASSIGN_OR_RETURN(const uint64_t versions, AddVersions(entry.url()));
      if (entry.last_outcome() == v1::OUTCOME_BLOCKED) blocked_.insert(host);
      if (versions == 0) continue;
      ++summary_.pages;
      if (entry.last_outcome() == v1::OUTCOME_GONE) summary_.gone.push_back(entry.url());
    }
    return OkStatus();
  }

  StatusOr<uint64_t> AddVersions(const std::string& url) {
    grpc::ClientContext call;
    SetDeadline(&call);
    v1::ListVersionsRequest request;
    request.set_url(url);
    request.set_all(true);
    request.set_limit(kListMax);
    ASSIGN_OR_RETURN(const std::vector<v1::Version> captures,
                     ReadAll<v1::Version>(archive_->ListVersions(&call, request)));
    uint64_t versions = 0;
    uint64_t changes = 0;
    std::string seen = url;
    for (const v1::Version& capture : captures) {
      if (capture.is_version()) ++versions;
      if (!capture.is_change()) continue;
      ++changes;
      seen += " " + base::ToHex(capture.snapshot().page().fingerprint());
    }
    if (changes > 0) seen_.insert(std::move(seen));
    summary_.versions += versions;
    if (changes > 0) summary_.changes += changes - 1;
    return versions;
  }

  Status AddAnnouncements() {
    grpc::ClientContext call;
    SetDeadline(&call);
    v1::ListAnnouncementsRequest request;
    request.set_limit(kAnnouncementsMax);
    ASSIGN_OR_RETURN(summary_.announcements,
                     ReadAll<v1::Announcement>(register_->ListAnnouncements(&call, request)));
    std::reverse(summary_.announcements.begin(), summary_.announcements.end());
    return OkStatus();
  }

  static constexpr uint32_t kAnnouncementsMax = 1'000;

  const std::unique_ptr<v1::Scheduling::Stub> frontier_;
  const std::unique_ptr<v1::Archive::Stub> archive_;
  const std::unique_ptr<v1::Register::Stub> register_;
  DemoSummary summary_;
  std::set<std::string> blocked_;
  std::set<std::string> seen_;  // Of each page its URL and fingerprints.
};

void PrintList(const char* what, const std::vector<std::string>& list) {
  for (const std::string& one : list)
    std::printf("%-8s %s\n", what, base::EscapeTerminal(one).c_str());
}

}  // namespace

StatusOr<DemoSummary> Summarize(const std::shared_ptr<grpc::Channel>& frontier,
                                const std::shared_ptr<grpc::Channel>& storage,
                                const v1::AddSeedsRequest& seeds) {
  return Collector(frontier, storage).Run(seeds);
}

gateway::Json SummaryJson(const DemoSummary& summary) {
  Json announcements = Json::array();
  for (const v1::Announcement& announcement : summary.announcements)
    announcements.push_back(gateway::AnnouncementJson(announcement));
  return {{"pages", summary.pages},
          {"captures", summary.captures},
          {"versions", summary.versions},
          {"changes", summary.changes},
          {"content_sha256", summary.content_sha256},
          {"announcements", std::move(announcements)},
          {"blocked", summary.blocked},
          {"gone", summary.gone},
          {"simulated_days", summary.simulated_days},
          {"seconds", summary.seconds}};
}

void PrintSummary(const DemoSummary& summary) {
  std::vector<std::vector<std::string>> rows;
  for (const v1::Announcement& announcement : summary.announcements) {
    const v1::Finding& said = announcement.merged();
    rows.push_back({said.event_date().empty() ? "-" : said.event_date(), said.event(),
                    said.centre_name_zh(), said.place().name_zh(),
                    std::to_string(announcement.sources_size()),
                    Instant(announcement.first_found_ms())});
  }
  PrintTable({"DATE", "EVENT", "CENTRE", "PLACE", "SOURCES", "FOUND"}, rows);
  std::printf("\n%zu announcements; %llu pages in %llu versions, %llu changes of content, seen in "
              "%llu fetches\n",
              summary.announcements.size(), static_cast<unsigned long long>(summary.pages),
              static_cast<unsigned long long>(summary.versions),
              static_cast<unsigned long long>(summary.changes),
              static_cast<unsigned long long>(summary.captures));
  PrintList("blocked", summary.blocked);
  PrintList("gone", summary.gone);
  std::printf("%.1f days of the sample world in %.1f s\n", summary.simulated_days,
              summary.seconds);
}

}  // namespace signboard::cli
