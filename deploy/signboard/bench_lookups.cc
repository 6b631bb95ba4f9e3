#include "deploy/signboard/bench_lookups.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "deploy/signboard/bench_client.h"
#include "deploy/signboard/bench_clock.h"
#include "deploy/signboard/bench_lookup_store.h"
#include "deploy/signboard/bench_rig.h"
#include "proto/base/key_codec.h"
#include "proto/base/rpc_client.h"
#include "proto/base/rpc_status.h"
#include "proto/net/floor.h"
#include "proto/net/http_floor.h"
#include "storage/archive/capture_list.h"
#include "storage/archive/url_range.h"
#include "storage/gateway/gateway.h"
#include "storage/kv/read_floor.h"

namespace signboard::cli {
namespace {

namespace asio = boost::asio;

constexpr size_t kClients = 4;
constexpr size_t kPrefixMax = 100;
constexpr size_t kCacheBytes = size_t{64} << 20;  // As BenchArchive has.
constexpr char kGatewayHost[] = "http://gateway.example";

enum class Sort { kExact, kClosest, kPrefix };
constexpr std::pair<Sort, const char*> kSorts[] = {
    {Sort::kExact, "exact"}, {Sort::kClosest, "closest"}, {Sort::kPrefix, "prefix"}};

// One question and how many rows answer it.
struct Question {
  Sort sort = Sort::kExact;
  std::string url;
  std::string folder;
  UnixTime nearest{};  // When the capture that is nearest to `at` was made.
  UnixTime at{};
  size_t rows = 0;
};

// What every way is asked, in the same order.
class Questions {
 public:
  explicit Questions(size_t urls) : urls_(urls) {}

  Question Of(Sort sort, size_t number) const {
    const size_t url = static_cast<size_t>(number * 2'654'435'761U) % urls_;
    const size_t in_folder =
        std::min(kUrlsOfFolder, urls_ - url / kUrlsOfFolder * kUrlsOfFolder);
    Question question{sort, BenchLookupStore::UrlOf(url), BenchLookupStore::FolderOf(url),
                      BenchLookupStore::TimeOf(url, number % kCapturesOfUrl)};
    question.at = question.nearest + Millis(1'000);
    question.rows = 1;
    if (sort == Sort::kExact) question.rows = kCapturesOfUrl;
    if (sort == Sort::kPrefix) question.rows = std::min(kPrefixMax, in_folder * kCapturesOfUrl);
    return question;
  }

 private:
  const size_t urls_;
};

Status CheckRows(size_t rows, const Question& question) {
  if (rows == question.rows) return OkStatus();
  return base::Internal(std::to_string(rows) + " rows, not " + std::to_string(question.rows) +
                        ", of " + question.url);
}

// All that came, of which the first is looked at.
Status CheckEntries(size_t rows, const v1::CaptureEntry& first, const Question& question) {
  RETURN_IF_ERROR(CheckRows(rows, question));
  if (question.sort != Sort::kClosest || first.captured_ms() == ToMillis(question.nearest))
    return OkStatus();
  return base::Internal(first.snapshot_id() + " is not the nearest to " +
                        base::FormatRfc3339(question.at));
}

v1::ListCapturesRequest RequestOf(const Question& question) {
  v1::ListCapturesRequest request;
  request.set_query(question.sort == Sort::kPrefix ? question.folder : question.url);
  request.set_match(question.sort == Sort::kPrefix ? v1::ListUrlsRequest::PREFIX
                                                   : v1::ListUrlsRequest::EXACT);
  if (question.sort == Sort::kClosest) request.set_closest_ms(ToMillis(question.at));
  request.set_limit(question.sort == Sort::kClosest ? 1 : kPrefixMax);
  return request;
}

std::string TargetOf(const Question& question) {
  const std::string limit = "&limit=" + std::to_string(kPrefixMax);
  switch (question.sort) {
    case Sort::kExact: return "/cdx/search/cdx?url=" + question.url + limit;
    case Sort::kPrefix: return "/cdx/search/cdx?url=" + question.folder + "*" + limit;
    case Sort::kClosest:
      return "/cdx?url=" + question.url + "&closest=" + base::FormatDigits14(question.at) +
             "&sort=closest&limit=1";
  }
  return "";
}

// The least that RocksDB has to do: the index says when and what, the URLs say which.
Status AskRaw(kv::RocksReadFloor& files, const Question& question) {
  const v1::ListCapturesRequest request = RequestOf(question);
  ASSIGN_OR_RETURN(const archive::UrlRange range,
                   archive::UrlRangeOf(request.query(), request.match()));
  const std::string first = kv::SlotKey(range.slot) + range.first;
  const std::string end = kv::SlotKey(range.slot) + range.end;
  if (question.sort == Sort::kClosest) {
    std::string place = first;
    base::AppendTime(&place, question.at);
    ASSIGN_OR_RETURN(const size_t rows, files.Around(index::kIndexFamily, place, end));
    if (rows == 0) return base::Internal("no capture of " + question.url);
  } else {
    ASSIGN_OR_RETURN(const size_t rows, files.Walk(index::kIndexFamily, first, end, kPrefixMax));
    RETURN_IF_ERROR(CheckRows(rows, question));
  }
  ASSIGN_OR_RETURN(const size_t urls, files.Walk(index::kUrlFamily, first, end,
                                                 kPrefixMax / kCapturesOfUrl + 1));
  return urls > 0 ? OkStatus() : base::Internal("no URL like " + question.url);
}

class Answers final : public v1::Archive::CallbackService {
 public:
  grpc::ServerUnaryReactor* GetArchiveStats(grpc::CallbackServerContext* context,
                                            const v1::GetArchiveStatsRequest* /*request*/,
                                            v1::ArchiveStats* /*reply*/) override {
    grpc::ServerUnaryReactor* const done = context->DefaultReactor();
    done->Finish(grpc::Status::OK);
    return done;
  }
};

// One client's HTTP connection.
std::shared_ptr<net::CurlFloor> HttpTo(uint16_t port) {
  const auto to = net::ConnectTo::Parse("*:80=127.0.0.1:" + std::to_string(port));
  return std::make_shared<net::CurlFloor>(*to, "");
}

class Lookups {
 public:
  Lookups(const ArchiveBenchOptions& options, const BenchLookupStore& store, BenchTold* told)
      : count_(options.lookups), store_(store), questions_(store.urls()), told_(told) {}

  Status Run() {
    RETURN_IF_ERROR(Raw());
    RETURN_IF_ERROR(EmptyCall());
    RETURN_IF_ERROR(EmptyAnswer());
    const base::SystemClock clock;
    ASSIGN_OR_RETURN(const auto archive, BenchArchive::StartIn(store_.path(), clock));
    RETURN_IF_ERROR(Core(archive->archive()));
    RETURN_IF_ERROR(Grpc(archive->address()));
    RETURN_IF_ERROR(Http(*archive, clock));
    Ratios();
    return OkStatus();
  }

 private:
  using Ask = std::function<Status(const Question&)>;

  // In this thread; the first round fills the caches.
  StatusOr<double> InThread(Sort sort, const Ask& ask) {
    double unheard = 0;
    double cpu_s = 0;
    for (double* const cost : {&unheard, &cpu_s}) {
      for (size_t i = 0; i < count_; ++i) {
        const Question question = questions_.Of(sort, i);
        const Status asked = Timed(cost, [&] { return ask(question); });
        RETURN_IF_ERROR(asked);
      }
    }
    return cpu_s;
  }

  void Tell(nlohmann::ordered_json& into, const std::string& name, double cpu_s) {
    const auto count = static_cast<double>(count_);
    into[name + "_cpu_us"] = cpu_s / count * 1e6;
    into[name + "_per_cpu_s"] = count / cpu_s;
    us_[name] = cpu_s / count * 1e6;
  }

  Status Raw() {
    ASSIGN_OR_RETURN(const auto files, kv::RocksReadFloor::Open(
                                           store_.path(), archive::ArchiveFamilies(), kCacheBytes));
    for (const auto& [sort, name] : kSorts) {
      ASSIGN_OR_RETURN(const double cpu_s, InThread(sort, [&](const Question& question) {
                         return AskRaw(*files, question);
                       }));
      Tell(told_->floors, std::string("raw_") + name, cpu_s);
    }
    return OkStatus();
  }

  Status EmptyCall() {
    Answers answers;
    ASSIGN_OR_RETURN(const auto server, base::RpcServer::Start({"127.0.0.1:0", {&answers}}));
    ASSIGN_OR_RETURN(const BenchDrive drive, Drive(kClients, count_, [&]() -> BenchCall {
                       const std::shared_ptr<v1::Archive::Stub> stub =
                           v1::Archive::NewStub(OwnChannel(server->port()));
                       return [stub](size_t) {
                         grpc::ClientContext context;
                         v1::ArchiveStats stats;
                         return base::FromGrpc(stub->GetArchiveStats(&context, {}, &stats));
                       };
                     }));
    Tell(told_->floors, "empty_call", drive.server_cpu_s);
    return OkStatus();
  }

  Status EmptyAnswer() {
    ASSIGN_OR_RETURN(const auto server, net::BeastFloor::Start());
    ASSIGN_OR_RETURN(const BenchDrive drive, Drive(kClients, count_, [&]() -> BenchCall {
                       return [http = HttpTo(server->port()), this](size_t i) {
                         const Question question = questions_.Of(Sort::kExact, i);
                         return http->Get(kGatewayHost + TargetOf(question)).status();
                       };
                     }));
    Tell(told_->floors, "empty_answer", drive.server_cpu_s);
    return OkStatus();
  }

  Status Core(archive::Archive& archive) {
    for (const auto& [sort, name] : kSorts) {
      const Ask ask = [&](const Question& question) -> Status {
        ASSIGN_OR_RETURN(const auto rows, archive::ListCaptures(archive, RequestOf(question)));
        return CheckEntries(rows.size(), rows.empty() ? v1::CaptureEntry() : rows[0], question);
      };
      ASSIGN_OR_RETURN(const double cpu_s, InThread(sort, ask));
      Tell(told_->figures, std::string("core_") + name, cpu_s);
    }
    return OkStatus();
  }

  // By all clients for the price, by one for the latency.
  Status Served(const std::string& way, const std::function<BenchCall()>& connect) {
    ASSIGN_OR_RETURN(const BenchDrive all, Drive(kClients, count_, connect));
    ASSIGN_OR_RETURN(const BenchDrive one, Drive(1, count_, connect));
    Tell(told_->figures, way, all.server_cpu_s);
    told_->figures[way + "_p50_ms"] = one.p50_ms;
    told_->figures[way + "_p99_ms"] = one.p99_ms;
    return OkStatus();
  }

  Status Grpc(const std::string& address) {
    const int port = std::stoi(address.substr(address.rfind(':') + 1));
    for (const auto& [sort, name] : kSorts) {
      const auto connect = [&, sort = sort]() -> BenchCall {
        const std::shared_ptr<v1::Archive::Stub> stub = v1::Archive::NewStub(OwnChannel(port));
        return [stub, sort, this](size_t i) -> Status {
          const Question question = questions_.Of(sort, i);
          grpc::ClientContext context;
          const auto stream = stub->ListCaptures(&context, RequestOf(question));
          size_t rows = 0;
          v1::CaptureEntry first;
          for (v1::CaptureEntry entry; stream->Read(&entry); ++rows)
            if (rows == 0) first.Swap(&entry);
          RETURN_IF_ERROR(base::FromGrpc(stream->Finish()));
          return CheckEntries(rows, first, question);
        };
      };
      RETURN_IF_ERROR(Served(std::string("grpc_") + name, connect));
    }
    return OkStatus();
  }

  Status Http(BenchArchive& archive, const Clock& clock) {
    gateway::GatewayOptions options;
    options.listen = "127.0.0.1:0";
    options.archive = base::Connect(archive.address());
    ASSIGN_OR_RETURN(const auto gateway,
                     gateway::Gateway::Start(archive.executor(), std::move(options), clock));
    const Status asked = AskGateway(gateway->port());
    auto stopping = gateway->Stop();
    asio::co_spawn(archive.executor(), std::move(stopping), asio::use_future).get();
    return asked;
  }

  Status AskGateway(uint16_t port) {
    for (const auto& [sort, name] : kSorts) {
      const auto connect = [&, sort = sort]() -> BenchCall {
        return [http = HttpTo(port), sort, this](size_t i) -> Status {
          const Question question = questions_.Of(sort, i);
          ASSIGN_OR_RETURN(const std::string* const lines,
                           http->Get(kGatewayHost + TargetOf(question)));
          const bool nearest = sort != Sort::kClosest ||
                               lines->find(base::FormatDigits14(question.nearest)) < lines->size();
          if (!nearest) return base::Internal("not the nearest: " + *lines);
          return CheckRows(static_cast<size_t>(std::ranges::count(*lines, '\n')), question);
        };
      };
      RETURN_IF_ERROR(Served(std::string("http_") + name, connect));
    }
    return OkStatus();
  }

  void Ratios() {
    const double call = us_["empty_call"];
    const double answer = us_["empty_answer"];
    for (const auto& sort : kSorts) {
      const std::string name = sort.second;
      const double raw = us_["raw_" + name];
      told_->ratios["core_" + name + "_over_raw"] = us_["core_" + name] / raw;
      told_->ratios["grpc_" + name + "_over_call_raw"] = us_["grpc_" + name] / (call + raw);
      told_->ratios["http_" + name + "_over_answer_raw"] = us_["http_" + name] / (answer + raw);
      told_->ratios["http_" + name + "_over_answer_call_raw"] =
          us_["http_" + name] / (answer + call + raw);
    }
  }

  const size_t count_;
  const BenchLookupStore& store_;
  const Questions questions_;
  BenchTold* const told_;
  std::map<std::string, double> us_;  // Of one lookup, by what told_ calls it.
};

}  // namespace

Status MeasureLookups(const ArchiveBenchOptions& options, BenchTold* told) {
  ASSIGN_OR_RETURN(const auto store, BenchLookupStore::Load(options, told));
  return Lookups(options, *store, told).Run();
}

}  // namespace signboard::cli
