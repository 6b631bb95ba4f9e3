// signboard status | explain | version: what the server is doing, and why.
#include <algorithm>
#include <cstdio>

#include "deploy/signboard/cli.h"
#include "deploy/signboard/queue_json.h"
#include "deploy/signboard/version.h"
#include "proto/base/span.h"
#include "proto/base/text.h"
#include "signboard/v1/register.grpc.pb.h"
#include "signboard/v1/verification.grpc.pb.h"
#include "storage/gateway/register_words.h"

namespace signboard::cli {
namespace {

// Logged findings that are not merged yet.
uint64_t Behind(const v1::RegisterStats& r) {
  uint64_t behind = 0;
  for (const auto& cursor : r.cursors())
    behind += std::max(cursor.newest(), cursor.followed()) - cursor.followed();
  return behind;
}

bool IsConnected(const v1::RegisterStats& r) {
  return r.cursors_size() > 0 &&
         std::all_of(r.cursors().begin(), r.cursors().end(),
                     [](const auto& cursor) { return cursor.connected(); });
}

Json StatusJson(const std::string& server, const v1::FrontierStats& f,
                const v1::ArchiveStats& a, uint64_t damaged, const v1::RegisterStats& r) {
  Json outcomes = Json::object();
  for (const auto& o : f.outcomes()) outcomes[OutcomeWord(o.outcome())] = o.count();
  return {{"server", server},
          {"version", kVersion},
          {"frontier",
           {{"urls", f.urls()},
            {"waiting", f.waiting()},
            {"due", f.due()},
            {"leased", f.leased()},
            {"settled", f.settled()},
            {"queues", f.queues()},
            {"seeds", f.seeds()},
            {"workers", f.workers()},
            {"leases_lent", f.leases_lent()},
            {"reports_settled", f.reports_settled()},
            {"leases_expired", f.leases_expired()},
            {"next_due", Instant(f.next_due_ms())},
            {"epoch", f.epoch()},
            {"outcomes", outcomes}}},
          {"archive",
           {{"snapshots", a.snapshots()},
            {"urls", a.urls()},
            {"bodies", a.bodies()},
            {"body_bytes", a.body_bytes()},
            {"body_bytes_all", a.body_bytes_all()},
            {"disk_bytes", a.disk_bytes()},
            {"damaged", damaged},
            {"stored", a.stored()},
            {"epoch", a.epoch()}}},
          {"register",
           {{"announcements", r.announcements()},
            {"centres", r.centres()},
            {"sequence", r.sequence()},
            {"findings_behind", Behind(r)},
            {"connected", IsConnected(r)}}}};
}

void PrintStatus(const v1::FrontierStats& f, const v1::ArchiveStats& a, uint64_t damaged,
                 const v1::RegisterStats& r) {
  std::printf("frontier  %llu URLs in %llu queues from %llu seeds: %llu due, %llu waiting, "
              "%llu leased, %llu settled\n",
              static_cast<unsigned long long>(f.urls()),
              static_cast<unsigned long long>(f.queues()),
              static_cast<unsigned long long>(f.seeds()),
              static_cast<unsigned long long>(f.due()),
              static_cast<unsigned long long>(f.waiting()),
              static_cast<unsigned long long>(f.leased()),
              static_cast<unsigned long long>(f.settled()));
  std::printf("workers   %llu; %llu leases lent, %llu reported, %llu ran out; next due %s\n",
              static_cast<unsigned long long>(f.workers()),
              static_cast<unsigned long long>(f.leases_lent()),
              static_cast<unsigned long long>(f.reports_settled()),
              static_cast<unsigned long long>(f.leases_expired()),
              Instant(f.next_due_ms()).c_str());
  std::string outcomes;
  for (const auto& o : f.outcomes())
    outcomes += "  " + OutcomeWord(o.outcome()) + " " + std::to_string(o.count());
  std::printf("outcomes %s\n", outcomes.empty() ? "  none yet" : outcomes.c_str());
  std::printf("archive   %llu snapshots of %llu URLs; %llu bodies, %s (%s before deduplication), "
              "%s on disk\n",
              static_cast<unsigned long long>(a.snapshots()),
              static_cast<unsigned long long>(a.urls()),
              static_cast<unsigned long long>(a.bodies()), Bytes(a.body_bytes()).c_str(),
              Bytes(a.body_bytes_all()).c_str(), Bytes(a.disk_bytes()).c_str());
  if (damaged > 0)
    std::printf("          %llu damaged, never served: `signboard verify` names them\n",
                static_cast<unsigned long long>(damaged));
  std::printf("register  %llu announcements, %llu centres; %llu findings to merge%s\n",
              static_cast<unsigned long long>(r.announcements()),
              static_cast<unsigned long long>(r.centres()),
              static_cast<unsigned long long>(Behind(r)),
              IsConnected(r) ? "" : "; not connected to the archive");
}

int Show(const Context& context) {
  v1::FrontierStats frontier;
  v1::ArchiveStats archive;
  {
    grpc::ClientContext call;
    if (const Status ready = context.Prepare(&call); !ready.ok()) return Fail(context, ready);
    const auto status = v1::Scheduling::NewStub(context.Channel("frontier"))->GetFrontierStats(
        &call, v1::GetFrontierStatsRequest(), &frontier);
    if (!status.ok()) return Fail(context, status);
  }
  {
    grpc::ClientContext call;
    if (const Status ready = context.Prepare(&call); !ready.ok()) return Fail(context, ready);
    const auto status = v1::Archive::NewStub(context.Channel("archive"))->GetArchiveStats(
        &call, v1::GetArchiveStatsRequest(), &archive);
    if (!status.ok()) return Fail(context, status);
  }
  v1::DamageSummary damage;
  {
    grpc::ClientContext call;
    if (const Status ready = context.Prepare(&call); !ready.ok()) return Fail(context, ready);
    const auto status = v1::Verification::NewStub(context.Channel("archive"))
                            ->GetDamage(&call, v1::GetDamageRequest(), &damage);
    if (!status.ok()) return Fail(context, status);
  }
  v1::RegisterStats registry;
  {
    grpc::ClientContext call;
    if (const Status ready = context.Prepare(&call); !ready.ok()) return Fail(context, ready);
    const auto status = v1::Register::NewStub(context.Channel("register"))
                            ->GetRegisterStats(&call, v1::GetRegisterStatsRequest(), &registry);
    if (!status.ok()) return Fail(context, status);
  }
  if (context.json) {
    PrintJson(StatusJson(context.server, frontier, archive, damage.damaged(), registry));
  } else {
    PrintStatus(frontier, archive, damage.damaged(), registry);
  }
  return kOk;
}

Json ExplanationJson(const v1::UrlExplanation& e) {
  return {{"url", e.url()},
          {"queue", QueueJson(e.queue_state())},
          {"state", e.state()},
          {"due", Instant(e.due_ms())},
          {"depth", e.depth()},
          {"via", e.via()},
          {"seed", e.seed_url()},
          {"is_hub", e.is_hub()},
          {"moved_from", e.moved_from()},
          {"moved_to", e.moved_to()},
          {"interval_s", Seconds(e.interval())},
          {"fetches", e.fetch_count()},
          {"changes", e.change_count()},
          {"discovered", Instant(e.discovered_ms())},
          {"last",
           {{"fetched", Instant(e.last().fetched_ms())},
            {"snapshot", e.last().snapshot_id()},
            {"outcome", OutcomeWord(e.last_outcome())},
            {"reason", ReasonWord(e.last_reason())},
            {"detail", e.last_detail()}}},
          {"because", std::vector<std::string>(e.because().begin(), e.because().end())}};
}

// No URL has neither a dot, a colon nor a slash.
bool MayBeId(const std::string& text) { return text.find_first_of(".:/") == std::string::npos; }

void PrintReasons(const v1::Finding& finding) {
  for (const auto& reason : finding.reasons())
    std::printf("    %s\n", base::EscapeTerminal(reason).c_str());
}

int ExplainAnnouncement(const Context& context, const v1::Announcement& a) {
  if (context.json || context.ndjson) {
    Json sources = Json::array();
    for (const auto& source : a.sources()) {
      const Json finding = gateway::FindingJson(source.finding());
      sources.push_back({{"url", source.url()},
                         {"snapshot_id", source.snapshot_id()},
                         {"score", finding["score"]},
                         {"reasons", finding["reasons"]}});
    }
    const Json merged = gateway::FindingJson(a.merged());
    PrintJson({{"id", a.id()},
               {"state", a.state()},
               {"score", merged["score"]},
               {"because", merged["reasons"]},
               {"sources", sources}});
    return kOk;
  }
  std::printf("%s\n  %s, score %s, because\n",
              base::EscapeTerminal(a.merged().centre_name_zh()).c_str(), a.state().c_str(),
              gateway::ScoreText(a.merged().score()).c_str());
  PrintReasons(a.merged());
  for (const auto& source : a.sources()) {
    std::printf("  %s  %s%s\n", gateway::ScoreText(source.finding().score()).c_str(),
                base::EscapeTerminal(source.url()).c_str(), source.is_reprint() ? "  reprint" : "");
    PrintReasons(source.finding());
  }
  return kOk;
}

int Explain(const Context& context, const std::string& url) {
  if (MayBeId(url)) {
    v1::Announcement announcement;
    const auto found = GetAnnouncement(context, context.Channel("register"), url, &announcement);
    if (found.ok()) return ExplainAnnouncement(context, announcement);
    if (found.error_code() == grpc::StatusCode::UNAVAILABLE) return Fail(context, found);
  }
  const auto stub = v1::Scheduling::NewStub(context.Channel("frontier"));
  grpc::ClientContext call;
  if (const Status ready = context.Prepare(&call); !ready.ok()) return Fail(context, ready);
  v1::ExplainUrlRequest request;
  request.set_url(url);
  v1::UrlExplanation e;
  if (const auto status = stub->ExplainUrl(&call, request, &e); !status.ok())
    return Fail(context, status, "signboard recrawl '" + url + "' fetches it now");
  if (context.json) {
    PrintJson(ExplanationJson(e));
    return kOk;
  }
  std::printf("%s\n  %s, due %s, in queue %s\n", base::EscapeTerminal(e.url()).c_str(),
              e.state().c_str(), Instant(e.due_ms()).c_str(),
              base::EscapeTerminal(e.queue()).c_str());
  for (const auto& line : e.because()) std::printf("  %s\n", base::EscapeTerminal(line).c_str());
  return kOk;
}

}  // namespace

void AddStatus(CLI::App& app, Context& context) {
  auto* verb = app.add_subcommand("status", "What the server is doing");
  verb->callback([&context] { context.action = [&context] { return Show(context); }; });
}

void AddExplain(CLI::App& app, Context& context) {
  auto* verb = app.add_subcommand(
      "explain", "Why a URL was, or was not, fetched; why an announcement was flagged");
  auto url = std::make_shared<std::string>();
  verb->add_option("url", *url, "The URL, or the id of an announcement")->required();
  verb->callback(
      [&context, url] { context.action = [&context, url] { return Explain(context, *url); }; });
}

void AddVersionVerb(CLI::App& app, Context& context) {
  auto* verb = app.add_subcommand("version", "The version of this program");
  verb->callback([&context] {
    context.action = [&context] {
      if (context.json) {
        PrintJson({{"name", "signboard"}, {"version", kVersion}, {"compiler", __VERSION__}});
      } else {
        std::printf("signboard %s\n", kVersion);
      }
      return kOk;
    };
  });
}

}  // namespace signboard::cli
