#include "storage/gateway/save_words.h"

#include <algorithm>
#include <array>

#include "proto/base/digest.h"
#include "proto/base/key_codec.h"
#include "proto/base/text.h"
#include "proto/net/form.h"
#include "storage/gateway/backend.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

constexpr std::string_view kPrefix = "spn2-";
constexpr size_t kIdDigits = 24;
constexpr size_t kCheckDigits = 16;
// Of a job id: xxxx-xxxxxxxxxxxx-xxxxxxxx.
constexpr size_t kFirstDash = 4;
constexpr size_t kSecondDash = 17;
// What a worker is asked to do at once, for clients that want to know before they send more.
constexpr uint64_t kSavesPerWorker = 100;

std::string CheckOf(std::string_view digits) {
  return base::ToHex(base::Sha256(digits)).substr(0, kCheckDigits);
}

bool IsOn(std::string_view value) { return !value.empty() && value != "0" && value != "false"; }

// What a person would miss; the rest of the form asks for what is done anyway, or not at all.
bool IsNotDone(std::string_view name) {
  return name == "capture_screenshot" || name == "capture_outlinks" || name == "email_result";
}

// They would make another page of it than the one that everybody sees.
bool IsRefused(std::string_view name) {
  return name == "capture_cookie" || name == "use_user_agent" || name == "target_username" ||
         name == "target_password";
}

// "3600", "3d 5h 20m", and of "page,outlinks" the page's.
StatusOr<Millis> SpanOfForm(std::string_view text) {
  text = base::TrimAscii(text.substr(0, text.find(',')));
  Millis sum{0};
  for (const std::string_view part : base::SplitAscii(text, ' ')) {
    if (part.empty()) continue;
    auto span = base::ParseSpan(part);
    if (!span.ok()) return base::Annotate(span.status(), "if_not_archived_within");
    sum += *span;
  }
  return sum;
}

struct Word {
  v1::Reason reason;
  std::string_view word;
  int http_status;
};
constexpr std::array<Word, 12> kWords = {{{v1::REASON_ROBOTS, "blocked-url", 403},
                                          {v1::REASON_BLOCKED, "no-access", 403},
                                          {v1::REASON_DNS, "invalid-host-resolution", 502},
                                          {v1::REASON_TCP, "cannot-fetch", 502},
                                          {v1::REASON_TLS, "protocol-error", 502},
                                          {v1::REASON_TIMEOUT, "read-timeout", 520},
                                          {v1::REASON_HTTP_5XX, "bad-gateway", 502},
                                          {v1::REASON_TOO_LARGE, "filesize-limit", 520},
                                          {v1::REASON_ADDRESS_GUARD, "blocked-url", 403},
                                          {v1::REASON_OUT_OF_SCOPE, "blocked-url", 403},
                                          {v1::REASON_BAD_URL, "invalid-url-syntax", 400},
                                          {v1::REASON_PROTOCOL, "protocol-error", 502}}};

}  // namespace

StatusOr<SaveForm> ParseSaveForm(std::string_view body, std::string_view path_url) {
  SaveForm form;
  form.url = std::string(path_url);
  std::string not_done;
  for (const auto& [name, value] : net::ParseForm(body)) {
    if (name == "url" && path_url.empty()) {
      auto url = ParseWebUrl(value);
      if (!url.ok()) return base::Annotate(url.status(), "url");
      form.url = url->href();
    } else if (name == "if_not_archived_within") {
      ASSIGN_OR_RETURN(form.max_age, SpanOfForm(value));
    } else if (IsRefused(name) && IsOn(value)) {
      return base::InvalidArgument(name + " is not offered here: pages are fetched as everybody "
                                          "sees them");
    } else if (IsNotDone(name) && IsOn(value)) {
      not_done += (not_done.empty() ? "" : ", ") + name;
    }
  }
  if (form.url.empty()) return base::InvalidArgument("url is missing");
  if (!not_done.empty()) form.note = "not done here: " + not_done;
  return form;
}

std::string SaveIdOf(std::string_view job_id) {
  std::string digits;
  for (const char c : job_id)
    if (c != '-') digits += c;
  return std::string(kPrefix) + digits + CheckOf(digits);
}

std::string JobIdOfSaveId(std::string_view save_id) {
  if (!save_id.starts_with(kPrefix)) return "";
  save_id.remove_prefix(kPrefix.size());
  if (save_id.size() != kIdDigits + kCheckDigits) return "";
  if (save_id.find_first_not_of("0123456789abcdef") != std::string_view::npos) return "";
  std::string id(save_id.substr(0, kIdDigits));
  if (save_id.substr(kIdDigits) != CheckOf(id)) return "";
  id.insert(kFirstDash, "-");
  id.insert(kSecondDash, "-");
  return id;
}

std::optional<int64_t> SavedAt(const v1::RecrawlProgress& job) {
  if (job.state() != v1::JOB_DONE && job.state() != v1::JOB_REUSED) return std::nullopt;
  const auto id = base::ParseSnapshotId(job.fetched().snapshot_id());
  return id.ok() ? std::optional<int64_t>(ToMillis(id->time)) : std::nullopt;
}

SaveError SaveErrorOf(const v1::RecrawlProgress& job) {
  SaveError error{"cannot-fetch", job.detail(), 502};
  const int status = job.fetched().http_status();
  const auto* word = std::find_if(kWords.begin(), kWords.end(),
                                  [&](const Word& one) { return one.reason == job.reason(); });
  if (status == 401) {
    error = {"unauthorized", job.detail(), 403};
  } else if (status == 403) {
    error = {"no-access", job.detail(), 403};
  } else if (status == 429) {
    error = {"too-many-requests", job.detail(), 429};
  } else if (word != kWords.end()) {
    error = {std::string(word->word), job.detail(), word->http_status};
  }
  if (error.message.empty()) error.message = "the page could not be captured";
  return error;
}

Json SaveJobJson(const v1::RecrawlProgress& job) {
  Json json = {{"status", "pending"}, {"job_id", SaveIdOf(job.job_id())}};
  const double seconds = static_cast<double>(job.updated_ms() - job.created_ms()) / 1'000;
  if (!IsEnd(job.state())) {
    json["resources"] = Json::array();
    json["original_url"] = job.url();
    return json;
  }
  const auto saved = SavedAt(job);
  json["status"] = saved ? "success" : "error";
  json["original_url"] = job.url();
  json["duration_sec"] = std::max(0.0, seconds);
  if (!saved) {
    const SaveError error = SaveErrorOf(job);
    json["status_ext"] = "error:" + error.word;
    json["exception"] = error.word;
    json["message"] = error.message;
    json["resources"] = Json::array();
    json["outlinks"] = Json::array();
    return json;
  }
  json["timestamp"] = base::FormatDigits14(FromMillis(*saved));
  json["http_status"] = job.fetched().http_status();
  json["resources"] = Json::array({job.url()});
  json["outlinks"] = Json::array();
  json["counters"] = {{"embeds", 0}, {"outlinks", job.links_new() + job.links_known()}};
  return json;
}

Json UserJson(const v1::FrontierStats& stats) {
  const uint64_t room = stats.workers() * kSavesPerWorker;
  return {{"available", room > stats.leased() ? room - stats.leased() : 0},
          {"processing", stats.leased()}};
}

Json SystemJson(const v1::FrontierStats& stats) {
  return {{"status", stats.workers() > 0 ? "ok" : "no worker is connected: captures wait"},
          {"recent_captures", stats.reports_settled()},
          {"queues", {{"due", stats.due()}, {"leased", stats.leased()}}}};
}

}  // namespace signboard::gateway
