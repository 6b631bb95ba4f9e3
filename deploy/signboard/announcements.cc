// signboard announcements: what the register has found, listed or followed.
#include <algorithm>
#include <cstdio>
#include <optional>
#include <thread>

#include "deploy/signboard/cli.h"
#include "proto/base/rpc_status.h"
#include "proto/base/text.h"
#include "signboard/v1/register.grpc.pb.h"
#include "storage/gateway/regions.h"
#include "storage/gateway/register_filter.h"
#include "storage/gateway/register_words.h"

namespace signboard::cli {
namespace {

constexpr Millis kRetryFirst{200};
constexpr Millis kRetryMax{10'000};
// One call's answer; longer lists are asked for page by page.
constexpr uint32_t kPageMax = 1'000;

struct Options {
  gateway::FilterWords words;
  uint32_t limit = 100;
  bool follow = false;
  std::optional<uint64_t> after;
  bool csv = false;
};

std::string Where(const v1::Place& place) {
  std::string chain;
  for (const std::string& name : gateway::PlaceChain(place)) chain += name;
  return chain.empty() ? "-" : chain;
}

std::string OrDash(const std::string& text) { return text.empty() ? "-" : text; }

std::string NameOf(const v1::Finding& f) {
  return OrDash(f.centre_name_zh().empty() ? f.centre_name_en() : f.centre_name_zh());
}

// Says "min_score: …" as "--min-score: …".
int FailFilter(const Context& context, const Status& status) {
  std::string message(base::Message(status));
  const auto name_end = message.begin() + static_cast<std::ptrdiff_t>(
                                              std::min(message.find(':'), message.size()));
  std::replace(message.begin(), name_end, '_', '-');
  return Fail(context, base::InvalidArgument("--" + message),
              "signboard announcements --help has examples");
}

class Printer {
 public:
  Printer(const Context& context, bool csv) : context_(context), csv_(csv) {
    if (csv_) PrintCsv({gateway::AnnouncementColumns()});
  }

  void Print(const v1::Announcement& a) {
    if (csv_) {
      PrintCsv({gateway::AnnouncementRow(a)});
    } else if (context_.ndjson) {
      PrintNdjson(gateway::AnnouncementJson(a));
    } else if (context_.json) {
      all_.push_back(gateway::AnnouncementJson(a));
    } else {
      const v1::Finding& f = a.merged();
      rows_.push_back({Instant(a.first_found_ms()), gateway::ScoreText(f.score()),
                       OrDash(f.place().level()), Where(f.place()), NameOf(f), OrDash(f.event()),
                       OrDash(f.event_date()), std::to_string(a.sources_size()),
                       a.id() + (gateway::IsSimulated(a) ? " (simulated)" : "")});
    }
  }

  void End() {
    if (context_.json) PrintJson({{"announcements", all_}});
    if (csv_ || context_.json || context_.ndjson) return;
    PrintTable({"FOUND", "SCORE", "LEVEL", "PLACE", "CENTRE", "EVENT", "DATE", "SOURCES", "ID"},
               rows_);
  }

 private:
  const Context& context_;
  const bool csv_;
  Json all_ = Json::array();
  std::vector<std::vector<std::string>> rows_;
};

int List(const Context& context, const v1::AnnouncementFilter& filter, const Options& options) {
  const auto stub = v1::Register::NewStub(context.Channel("register"));
  Printer printer(context, options.csv);
  uint32_t left = options.limit;
  v1::ListAnnouncementsRequest request;
  *request.mutable_filter() = filter;
  for (bool more = true; more && left > 0;) {
    request.set_limit(std::min(left, kPageMax));
    grpc::ClientContext call;
    if (const Status ready = context.Prepare(&call); !ready.ok()) return Fail(context, ready);
    const auto reader = stub->ListAnnouncements(&call, request);
    v1::Announcement announcement;
    uint32_t count = 0;
    for (; reader->Read(&announcement); ++count) {
      printer.Print(announcement);
      request.set_cursor(announcement.id());
    }
    if (const auto status = reader->Finish(); !status.ok()) return Fail(context, status);
    more = count == request.limit();
    left -= std::min(left, count);
  }
  printer.End();
  return kOk;
}

void PrintEvent(const Context& context, bool csv, const v1::AnnouncementEvent& event) {
  if (csv) {
    PrintCsv({gateway::AnnouncementRow(event.announcement())});
  } else if (context.ndjson) {
    PrintNdjson(gateway::AnnouncementEventJson(event));
  } else {
    const v1::Announcement& a = event.announcement();
    const v1::Finding& f = a.merged();
    std::string line = std::to_string(event.sequence()) + "  " + event.type() + "  " +
                       Instant(a.first_found_ms()) + "  " + gateway::ScoreText(f.score()) + "  " +
                       Where(f.place()) + "  " + NameOf(f) + "  " + OrDash(f.event()) + " " +
                       OrDash(f.event_date()) + "  " + a.id();
    if (gateway::IsSimulated(a)) line += "  (simulated)";
    std::printf("%s\n", base::EscapeTerminal(line).c_str());
  }
  std::fflush(stdout);
}

// The newest change: where to follow from when nothing older was asked for.
StatusOr<uint64_t> NewestSequence(const Context& context, v1::Register::Stub* stub) {
  grpc::ClientContext call;
  RETURN_IF_ERROR(context.Prepare(&call));
  v1::RegisterStats stats;
  RETURN_IF_ERROR(base::FromGrpc(
      stub->GetRegisterStats(&call, v1::GetRegisterStatsRequest(), &stats)));
  return stats.sequence();
}

// Until the stream breaks. `*heard` is set when anything came.
grpc::Status FollowOnce(const Context& context, bool csv, v1::Register::Stub* stub,
                        v1::WatchAnnouncementsRequest* request, bool* heard) {
  grpc::ClientContext call;
  if (const Status ready = context.Prepare(&call); !ready.ok())
    return {grpc::StatusCode::INVALID_ARGUMENT, std::string(base::Message(ready))};
  call.set_deadline(std::chrono::system_clock::time_point::max());
  const auto reader = stub->WatchAnnouncements(&call, *request);
  v1::AnnouncementEvent event;
  while (reader->Read(&event)) {
    *heard = true;
    PrintEvent(context, csv, event);
    request->set_after_sequence(event.sequence());
    // Nobody reads any more.
    if (std::ferror(stdout) != 0) call.TryCancel();
  }
  return reader->Finish();
}

bool IsTransient(grpc::StatusCode code) {
  return code == grpc::StatusCode::OK || code == grpc::StatusCode::UNAVAILABLE ||
         code == grpc::StatusCode::CANCELLED || code == grpc::StatusCode::DEADLINE_EXCEEDED ||
         code == grpc::StatusCode::RESOURCE_EXHAUSTED || code == grpc::StatusCode::INTERNAL ||
         code == grpc::StatusCode::UNKNOWN;
}

int Follow(const Context& context, const v1::AnnouncementFilter& filter, const Options& options) {
  // With keepalive: a server that vanished is noticed.
  const auto stub = v1::Register::NewStub(context.Channel("register"));
  v1::WatchAnnouncementsRequest request;
  *request.mutable_filter() = filter;
  const auto newest = NewestSequence(context, stub.get());
  if (!newest.ok()) return Fail(context, base::ToGrpc(newest.status()));
  const bool from_start = filter.has_since_ms();
  request.set_after_sequence(options.after ? *options.after : from_start ? 0 : *newest);
  if (options.csv) PrintCsv({gateway::AnnouncementColumns()});
  for (Millis pause = kRetryFirst;;) {
    bool heard = false;
    const grpc::Status status = FollowOnce(context, options.csv, stub.get(), &request, &heard);
    if (std::ferror(stdout) != 0) return kFailed;
    if (!IsTransient(status.error_code())) {
      return Fail(context, status,
                  status.error_code() == grpc::StatusCode::FAILED_PRECONDITION
                      ? "the register begins anew: --after 0 follows it from its first change"
                      : "");
    }
    pause = heard ? kRetryFirst : std::min(pause * 2, kRetryMax);
    std::fprintf(stderr, "signboard: the stream ended after change %llu (%s); again in %s\n",
                 static_cast<unsigned long long>(request.after_sequence()),
                 base::EscapeTerminal(status.error_message()).c_str(),
                 base::FormatSpan(pause).c_str());
    std::this_thread::sleep_for(pause);
  }
}

int Announcements(const Context& context, const Options& options) {
  const auto filter = gateway::MakeFilter(options.words, base::SystemClock().Now());
  if (!filter.ok()) return FailFilter(context, filter.status());
  if (!options.follow) return List(context, *filter, options);
  if (context.json)
    return Fail(context, base::InvalidArgument("--follow has no end, and --json is one document"),
                "--ndjson prints one document a line");
  return Follow(context, *filter, options);
}

}  // namespace

void AddAnnouncements(CLI::App& app, Context& context) {
  auto o = std::make_shared<Options>();
  auto* verb = app.add_subcommand("announcements", "Announcements of new centres, newest first");
  verb->add_option("--since", o->words.since,
                   "Found since: 7d, 2025-11-18, 2025-11-01..2025-11-30");
  verb->add_option("--until", o->words.until, "Found until the end of: 2025-11-30, 2025-11");
  verb->add_option("--province", o->words.province, "江西, 江西省, Jiangxi or 360000");
  verb->add_option("--place", o->words.place, "A place and all below it: 宜春, 360900");
  verb->add_option("--level", o->words.level, "province, prefecture, county or other");
  verb->add_option("--min-score", o->words.min_score, "At least this sure, 0 to 1");
  verb->add_option("--limit", o->limit, "At most this many")
      ->check(CLI::Range(1u, 1'000'000u))
      ->capture_default_str();
  verb->add_flag("--csv", o->csv, "CSV with a header (RFC 4180)");
  auto* follow = verb->add_flag("--follow", o->follow,
                                "What comes from now on, as it comes; with --since or --after "
                                "what came before, too. Reconnects by itself");
  verb->add_option("--after", o->after, "Follow from behind this change (its sequence)")
      ->needs(follow);
  verb->footer("Examples:\n"
               "  signboard announcements --since 7d --province 江西 --level county\n"
               "  signboard announcements --place 360900 --min-score .6 --csv > yichun.csv\n"
               "  signboard announcements --follow --ndjson | while read -r line; do …; done\n"
               "  signboard announcements --follow --after 1234 --ndjson");
  verb->callback(
      [&context, o] { context.action = [&context, o] { return Announcements(context, *o); }; });
}

}  // namespace signboard::cli
