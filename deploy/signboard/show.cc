// signboard show ID: an announcement, a centre or a job, with the evidence it rests on.
#include <cstdio>

#include "deploy/signboard/cli.h"
#include "proto/base/rpc_status.h"
#include "proto/base/text.h"
#include "signboard/v1/register.grpc.pb.h"
#include "storage/gateway/labels.h"
#include "storage/gateway/regions.h"
#include "storage/gateway/register_words.h"

namespace signboard::cli {
namespace {

using gateway::Language;

constexpr uint32_t kCurationsShown = 100;

std::string Safe(const std::string& text) { return base::EscapeTerminal(text); }

void Line(const char* label, const std::string& text) {
  if (!text.empty()) std::printf("  %-11s %s\n", label, Safe(text).c_str());
}

template <class Texts>
std::string Joined(const Texts& texts, const char* between) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : between) + text;
  return all;
}

void PrintFields(const v1::Finding& f) {
  std::string place = Joined(gateway::PlaceChain(f.place()), " › ");
  if (!f.place().code().empty()) place += " (" + f.place().code() + ")";
  if (!f.place().level().empty()) place += ", " + f.place().level();
  std::string claims;
  for (const v1::Claim& claim : f.claims())
    claims += (claims.empty() ? "" : "; ") + gateway::ClaimText(claim, Language::kEn);
  const std::string date = gateway::EventDateText(f, Language::kEn);
  Line("place", place);
  Line("kind", f.unit_type());
  Line("event", f.event() + (date.empty() ? "" : " " + date));
  Line("lead", f.lead_organ());
  Line("guided by", f.guiding_organ());
  Line("operator", f.operator_organ());
  Line("partners", Joined(f.partners(), "; "));
  Line("platforms", Joined(f.platforms(), "; "));
  Line("accounts", Joined(f.accounts(), "; "));
  Line("claims", claims);
  Line("ordinal", gateway::OrdinalText(f, Language::kEn));
}

void PrintSource(int number, const v1::Source& s) {
  std::printf("\n[%d] %s%s%s%s\n", number, Safe(s.medium()).c_str(), s.medium().empty() ? "" : ": ",
              Safe(s.title().empty() ? s.url() : s.title()).c_str(),
              s.is_reprint() ? "  (reprint)" : "");
  Line("url", s.url());
  if (s.has_published_ms()) Line("published", Instant(s.published_ms()));
  if (s.captured_ms() != 0)
    Line("kept", Instant(s.captured_ms()) + (s.simulated() ? " (simulated clock)" : ""));
  Line("snapshot", s.snapshot_id());
  if (s.has_removal()) {
    const v1::Removal& removal = s.removal();
    Line("removed", gateway::RemovalLabel(removal.kind(), Language::kEn) + ", seen " +
                        Instant(removal.seen_ms()));
    Line("last with", removal.last_snapshot_id());
    Line("first without", removal.snapshot_id());
  }
  if (!s.snapshot_id().empty())
    Line("look it up", "signboard lookup " + gateway::ShellQuoted(s.snapshot_id()) + " --text");
  for (const v1::Quote& quote : s.finding().quotes()) {
    std::printf("    %-12s %u-%u  %s\n", Safe(quote.field()).c_str(), quote.from(), quote.to(),
                Safe(quote.text()).c_str());
  }
}

void PrintLog(const std::vector<v1::Curation>& log) {
  if (log.empty()) return;
  std::printf("\ncurated\n");
  for (const v1::Curation& c : log) {
    std::string text = "[" + std::to_string(c.number()) + "] " + Instant(c.at_ms()) + "  " +
                       gateway::ActionWord(c.action());
    if (c.undoes() != 0) text += " " + std::to_string(c.undoes());
    text += " " + c.id();
    if (!c.other_id().empty()) text += ", " + c.other_id();
    text += "  " + c.who() + ": " + c.why();
    if (c.undone_by() != 0) text += "  (undone by " + std::to_string(c.undone_by()) + ")";
    std::printf("  %s\n", Safe(text).c_str());
  }
}

void PrintAnnouncement(const v1::Announcement& a, const std::vector<v1::Curation>& log) {
  const v1::Finding& f = a.merged();
  std::printf("%s\n", Safe(f.centre_name_zh().empty() ? "(unnamed)" : f.centre_name_zh()).c_str());
  Line("in English", f.centre_name_en());
  Line("id", a.id());
  Line("state", a.state() + (a.merged_into().empty() ? "" : " into " + a.merged_into()) +
                    (gateway::IsSimulated(a) ? ", simulated" : ""));
  Line("found", Instant(a.first_found_ms()) + ", score " + gateway::ScoreText(f.score()) + ", " +
                    "independent sources: " +
                    std::to_string(a.independent_source_count()));
  Line("centre", a.centre_id());
  PrintFields(f);
  for (int i = 0; i < a.sources_size(); ++i) PrintSource(i + 1, a.sources(i));
  std::printf("\nwhy\n");
  for (const std::string& reason : f.reasons()) std::printf("  %s\n", Safe(reason).c_str());
  PrintLog(log);
}

void PrintCentre(const v1::Centre& c) {
  std::printf("%s\n", Safe(c.name_zh().empty() ? "(unnamed)" : c.name_zh()).c_str());
  Line("in English", c.name_en());
  Line("id", c.id());
  std::string place = Joined(gateway::PlaceChain(c.place()), " › ");
  if (!c.place().code().empty()) place += " (" + c.place().code() + ")";
  Line("place", place);
  Line("level", c.level());
  Line("state", c.state() + (c.merged_into().empty() ? "" : " into " + c.merged_into()));
  Line("known from", c.known_before());
  for (const std::string& id : c.announcement_ids()) Line("announced", "signboard show " + id);
  if (c.statements().empty()) return;
  std::printf("\n");
  std::vector<std::vector<std::string>> rows;
  for (const v1::Statement& s : c.statements()) {
    std::string when = s.valid_from();
    if (!s.valid_to().empty()) when += " to " + s.valid_to();
    rows.push_back({s.field(), s.value(), when.empty() ? "-" : when, Instant(s.known_ms()),
                    s.snapshot_id().empty() ? "-" : s.snapshot_id()});
  }
  PrintTable({"FIELD", "VALUE", "VALID", "KNOWN", "SNAPSHOT"}, rows);
}

void PrintJob(const v1::RecrawlProgress& job) {
  std::printf("%s\n", Safe(job.url()).c_str());
  Line("id", job.job_id());
  Line("state", JobStateWord(job.state()) + (job.reason() == v1::REASON_UNSPECIFIED
                                                 ? ""
                                                 : " (" + ReasonWord(job.reason()) + ")"));
  Line("why", job.detail());
  Line("created", Instant(job.created_ms()));
  Line("updated", Instant(job.updated_ms()));
  if (!job.has_fetched()) return;
  Line("outcome", OutcomeWord(job.outcome()));
  Line("snapshot", job.fetched().snapshot_id());
  if (!job.fetched().snapshot_id().empty())
    Line("look it up", "signboard lookup " + gateway::ShellQuoted(job.fetched().snapshot_id()));
  PrintFindings(job.fetched());
}

// The object that every list shows, with what it is before it.
void PrintKind(const char* kind, const Json& object) {
  Json document = {{"kind", kind}};
  for (const auto& [key, value] : object.items()) document[key] = value;
  PrintJson(document);
}

// True: `id` is none of that service's.
bool IsNone(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::NOT_FOUND ||
         status.error_code() == grpc::StatusCode::INVALID_ARGUMENT;
}

int ShowAnnouncement(const Context& context, const std::shared_ptr<grpc::Channel>& channel,
                     const v1::Announcement& announcement) {
  grpc::ClientContext call;
  if (const Status ready = context.Prepare(&call); !ready.ok()) return Fail(context, ready);
  v1::ListCurationsRequest request;
  request.set_id(announcement.id());
  request.set_limit(kCurationsShown);
  std::vector<v1::Curation> log;
  const auto reader = v1::Register::NewStub(channel)->ListCurations(&call, request);
  for (v1::Curation curation; reader->Read(&curation);) log.push_back(curation);
  if (const auto status = reader->Finish(); !status.ok()) return Fail(context, status);
  if (!context.json && !context.ndjson) {
    PrintAnnouncement(announcement, log);
    return kOk;
  }
  Json json = gateway::AnnouncementJson(announcement);
  json["curations"] = Json::array();
  for (const v1::Curation& curation : log)
    json["curations"].push_back(gateway::CurationJson(curation));
  PrintKind("announcement", json);
  return kOk;
}

int Show(const Context& context, const std::string& id) {
  const auto channel = context.Channel("register");
  const bool json = context.json || context.ndjson;
  v1::Announcement announcement;
  grpc::Status status = GetAnnouncement(context, channel, id, &announcement);
  if (status.ok()) return ShowAnnouncement(context, channel, announcement);
  if (!IsNone(status)) return Fail(context, status);
  grpc::ClientContext centre_call;
  if (const Status ready = context.Prepare(&centre_call); !ready.ok()) return Fail(context, ready);
  v1::GetCentreRequest centre_request;
  centre_request.set_id(id);
  v1::Centre centre;
  status = v1::Register::NewStub(channel)->GetCentre(&centre_call, centre_request, &centre);
  if (status.ok()) {
    if (json) PrintKind("centre", gateway::CentreJson(centre));
    if (!json) PrintCentre(centre);
    return kOk;
  }
  if (!IsNone(status)) return Fail(context, status);
  grpc::ClientContext job_call;
  if (const Status ready = context.Prepare(&job_call); !ready.ok()) return Fail(context, ready);
  v1::GetJobRequest job_request;
  job_request.set_job_id(id);
  v1::RecrawlProgress job;
  const auto scheduling = v1::Scheduling::NewStub(context.Channel("frontier"));
  status = scheduling->GetJob(&job_call, job_request, &job);
  if (status.ok()) {
    if (json) PrintKind("job", gateway::JobJson(job));
    if (!json) PrintJob(job);
    return kOk;
  }
  if (!IsNone(status)) return Fail(context, status);
  return Fail(context, base::NotFound("no announcement, centre or job is called " + id),
              "signboard announcements and signboard centres list them");
}

}  // namespace

grpc::Status GetAnnouncement(const Context& context, const std::shared_ptr<grpc::Channel>& channel,
                             const std::string& id, v1::Announcement* announcement) {
  grpc::ClientContext call;
  if (const Status ready = context.Prepare(&call); !ready.ok()) return base::ToGrpc(ready);
  v1::GetAnnouncementRequest request;
  request.set_id(id);
  return v1::Register::NewStub(channel)->GetAnnouncement(&call, request, announcement);
}

void PrintFindings(const v1::FetchSummary& fetched) {
  if (fetched.findings().empty()) {
    std::printf("  found     nothing: no centre's founding is spoken of\n");
    return;
  }
  for (const v1::Finding& f : fetched.findings()) {
    const std::string name = f.centre_name_zh().empty() ? f.centre_name_en() : f.centre_name_zh();
    const std::string place = Joined(gateway::PlaceChain(f.place()), "");
    std::printf("  found     %s %s  %s  %s  %s %s\n", gateway::ScoreText(f.score()).c_str(),
                f.is_announcement() ? "announcement" : "no announcement", Safe(name).c_str(),
                Safe(place).c_str(), Safe(f.event()).c_str(), Safe(f.event_date()).c_str());
    if (f.is_announcement()) continue;
    for (const std::string& reason : f.reasons())
      std::printf("              %s\n", Safe(reason).c_str());
  }
}

void AddShow(CLI::App& app, Context& context) {
  auto id = std::make_shared<std::string>();
  auto* verb =
      app.add_subcommand("show", "An announcement, centre or job, with the evidence it rests on");
  verb->add_option("id", *id, "As announcements, centres and recrawl print it")->required();
  verb->footer("Examples:\n"
               "  signboard show $(signboard announcements --ndjson --limit 1 | jq -r .id)\n"
               "  signboard show ID --json");
  verb->callback(
      [&context, id] { context.action = [&context, id] { return Show(context, *id); }; });
}

}  // namespace signboard::cli
