#include "storage/register/register_service.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "proto/base/log.h"
#include "proto/base/probe.h"
#include "storage/register/serve_pages.h"

namespace signboard::registry {
namespace {

namespace asio = boost::asio;

constexpr size_t kPreviewEntriesMax = 10'000;
constexpr size_t kPreviewBytesMax = size_t{64} << 20;

struct Probes {
  base::Gauge& watchers =
      base::MakeGauge("signboard_register_watchers_count", "WatchAnnouncements calls now.");
  base::Counter& sent = base::MakeCounter("signboard_register_events_sent_total",
                                          "Events sent to all watchers.");
  base::Counter& damaged = base::MakeCounter("signboard_register_damaged_total",
                                             "Reads that found damage and gave nothing.");
};

Probes& Count() {
  static Probes probes;
  return probes;
}

class Watching {
 public:
  Watching() { Count().watchers.Add(1); }
  ~Watching() { Count().watchers.Add(-1); }
  Watching(const Watching&) = delete;
  Watching& operator=(const Watching&) = delete;
};

}  // namespace

Status Note(Status status) {
  if (status.code() == StatusCode::kDataLoss) {
    Count().damaged.Add();
    base::Log(base::kError, "register.damaged", {{"what", base::Message(status)}});
  }
  return status;
}

RegisterService::RegisterService(Register& reg, base::Pool& pool, asio::any_io_executor executor,
                                 RegisterServiceOptions options)
    : register_(reg),
      pool_(pool),
      executor_(std::move(executor)),
      alerts_(options.alerts),
      sender_(options.sender),
      watchers_(options.watchers_max),
      previews_(options.previews_max) {}

void RegisterService::Stop() {
  stopping_ = true;
  register_.bell().Ring();
}

grpc::ServerWriteReactor<v1::Announcement>* RegisterService::ListAnnouncements(
    Context* context, const v1::ListAnnouncementsRequest* request) {
  return base::ServeWrites<v1::Announcement>(
      context, executor_, [this, request](base::ServerWriter<v1::Announcement>* stream) {
        return DoListAnnouncements(stream, *request);
      });
}

RegisterService::Done RegisterService::DoListAnnouncements(
    base::ServerWriter<v1::Announcement>* stream, v1::ListAnnouncementsRequest request) {
  auto read = [this](const auto& asked) { return register_.ListAnnouncements(asked); };
  auto go_on = [](const std::string& next, auto* asked) { asked->set_cursor(next); };
  auto writing = WritePages(&pool_, stream, std::move(request), read, go_on);
  co_return co_await std::move(writing);
}

grpc::ServerWriteReactor<v1::Centre>* RegisterService::ListCentres(
    Context* context, const v1::ListCentresRequest* request) {
  return base::ServeWrites<v1::Centre>(
      context, executor_, [this, request](base::ServerWriter<v1::Centre>* stream) {
        return DoListCentres(stream, *request);
      });
}

RegisterService::Done RegisterService::DoListCentres(base::ServerWriter<v1::Centre>* stream,
                                                     v1::ListCentresRequest request) {
  auto read = [this](const auto& asked) { return register_.centres().List(asked); };
  auto go_on = [](const std::string& next, auto* asked) { asked->set_cursor(next); };
  auto writing = WritePages(&pool_, stream, std::move(request), read, go_on);
  co_return co_await std::move(writing);
}

grpc::ServerWriteReactor<v1::AnnouncementEvent>* RegisterService::WatchAnnouncements(
    Context* context, const v1::WatchAnnouncementsRequest* request) {
  return base::ServeWrites<v1::AnnouncementEvent>(
      context, executor_, [this, request](base::ServerWriter<v1::AnnouncementEvent>* stream) {
        return DoWatch(stream, request);
      });
}

RegisterService::Done RegisterService::DoWatch(base::ServerWriter<v1::AnnouncementEvent>* stream,
                                               const v1::WatchAnnouncementsRequest* request) {
  const std::optional<archive::Budget::Taken> call = watchers_.Take(1);
  if (!call) {
    co_return base::TryAfter(
        base::ResourceExhausted("too many watch the announcements: try again later"),
        Millis(10'000));
  }
  const Watching counted;
  base::Bell::Listener listener(&register_.bell());
  uint64_t after = request->after_sequence();
  while (!stopping_) {
    auto reading = base::OnPool(pool_, [this, after] { return register_.ReadEvents(after); });
    auto events = co_await std::move(reading);
    if (!events.ok()) co_return Note(std::move(events).status());
    for (v1::AnnouncementEvent& event : *events) {
      after = event.sequence();
      if (!Fits(request->filter(), event.announcement())) continue;
      base::Log(base::kDebug, "register.delivered", {{"id", event.announcement().id()},
                                                     {"sequence", after},
                                                     {"trace", event.trace_id()}});
      const bool heard = co_await stream->Write(std::move(event));
      if (!heard) co_return ReaderGone();
      Count().sent.Add();
    }
    if (events->empty()) co_await listener.Wait();
  }
  co_return base::Unavailable("the register is going away");
}

grpc::ServerUnaryReactor* RegisterService::GetAnnouncement(
    Context* context, const v1::GetAnnouncementRequest* request, v1::Announcement* reply) {
  return base::ServeUnary(context, executor_, [this, request, reply] {
    return DoGetAnnouncement(request->id(), reply);
  });
}

RegisterService::Done RegisterService::DoGetAnnouncement(std::string id,
                                                         v1::Announcement* reply) {
  auto reading = base::OnPool(pool_, [this, &id] { return register_.GetAnnouncement(id); });
  auto found = co_await std::move(reading);
  if (!found.ok()) co_return Note(std::move(found).status());
  *reply = std::move(found).value();
  co_return OkStatus();
}

grpc::ServerUnaryReactor* RegisterService::GetCentre(Context* context,
                                                     const v1::GetCentreRequest* request,
                                                     v1::Centre* reply) {
  return base::ServeUnary(context, executor_, [this, request, reply] {
    return DoGetCentre(request->id(), reply);
  });
}

RegisterService::Done RegisterService::DoGetCentre(std::string id, v1::Centre* reply) {
  auto reading = base::OnPool(pool_, [this, &id] { return register_.centres().Get(id); });
  auto found = co_await std::move(reading);
  if (!found.ok()) co_return Note(std::move(found).status());
  *reply = std::move(found).value();
  co_return OkStatus();
}

grpc::ServerUnaryReactor* RegisterService::CountCentres(Context* context,
                                                        const v1::ListCentresRequest* request,
                                                        v1::CountCentresReply* reply) {
  return base::ServeUnary(context, executor_,
                          [this, request, reply] { return DoCountCentres(request, reply); });
}

RegisterService::Done RegisterService::DoCountCentres(const v1::ListCentresRequest* request,
                                                      v1::CountCentresReply* reply) {
  auto reading =
      base::OnPool(pool_, [this, request] { return register_.centres().Count(*request); });
  auto counted = co_await std::move(reading);
  if (!counted.ok()) co_return Note(std::move(counted).status());
  *reply = std::move(counted).value();
  co_return OkStatus();
}

grpc::ServerReadReactor<v1::LoggedFindings>* RegisterService::PreviewFindings(
    Context* context, v1::PreviewReply* reply) {
  return base::ServeReads<v1::LoggedFindings>(
      context, executor_, [this, reply](base::ServerReader<v1::LoggedFindings>* stream) {
        return DoPreview(stream, reply);
      });
}

RegisterService::Done RegisterService::DoPreview(base::ServerReader<v1::LoggedFindings>* stream,
                                                 v1::PreviewReply* reply) {
  const std::optional<archive::Budget::Taken> call = previews_.Take(1);
  if (!call) {
    co_return base::TryAfter(base::ResourceExhausted("too many previews at once: try again later"),
                             Millis(10'000));
  }
  std::vector<v1::LoggedFindings> entries;
  size_t bytes = 0;
  v1::LoggedFindings entry;
  while (co_await stream->Read(&entry)) {
    bytes += entry.ByteSizeLong();
    if (entries.size() >= kPreviewEntriesMax || bytes > kPreviewBytesMax) {
      co_return base::InvalidArgument("more than " + std::to_string(kPreviewEntriesMax) +
                                      " entries, or than " + std::to_string(kPreviewBytesMax) +
                                      " bytes of them, in one preview");
    }
    entries.push_back(std::move(entry));
  }
  auto looking = base::OnPool(pool_, [this, &entries] { return register_.Preview(entries); });
  auto seen = co_await std::move(looking);
  if (!seen.ok()) co_return Note(std::move(seen).status());
  *reply = std::move(seen).value();
  co_return OkStatus();
}

grpc::ServerUnaryReactor* RegisterService::Curate(Context* context,
                                                  const v1::CurateRequest* request,
                                                  v1::CurateReply* reply) {
  return base::ServeUnary(context, executor_,
                          [this, request, reply] { return DoCurate(request, reply); });
}

RegisterService::Done RegisterService::DoCurate(const v1::CurateRequest* request,
                                                v1::CurateReply* reply) {
  auto writing = base::OnPool(pool_, [this, request] { return register_.Curate(*request); });
  auto done = co_await std::move(writing);
  if (!done.ok()) co_return Note(std::move(done).status());
  *reply = std::move(done).value();
  co_return OkStatus();
}

grpc::ServerWriteReactor<v1::Curation>* RegisterService::ListCurations(
    Context* context, const v1::ListCurationsRequest* request) {
  return base::ServeWrites<v1::Curation>(
      context, executor_, [this, request](base::ServerWriter<v1::Curation>* stream) {
        return DoListCurations(stream, *request);
      });
}

RegisterService::Done RegisterService::DoListCurations(base::ServerWriter<v1::Curation>* stream,
                                                       v1::ListCurationsRequest request) {
  auto read = [this](const auto& asked) { return register_.curations().List(asked); };
  auto go_on = [](const std::string& next, auto* asked) {
    asked->set_before_number(std::stoull(next));
  };
  auto writing = WritePages(&pool_, stream, std::move(request), read, go_on);
  co_return co_await std::move(writing);
}

grpc::ServerUnaryReactor* RegisterService::GetRegisterStats(
    Context* context, const v1::GetRegisterStatsRequest* /*request*/, v1::RegisterStats* reply) {
  return base::ServeUnary(context, executor_, [this, reply] { return DoStats(reply); });
}

// On the pool, because a merge holds the register's lock while it waits for disk.
RegisterService::Done RegisterService::DoStats(v1::RegisterStats* reply) {
  auto reading = base::OnPool(pool_, [this] { return register_.Stats(); });
  *reply = co_await std::move(reading);
  co_return OkStatus();
}

}  // namespace signboard::registry
