// TimeGate and TimeMaps of RFC 7089, and the Availability answer of the Internet Archive. What
// they list is what /web/ can show: captures whose body is kept, redirects and 404s too.
//
//   /web/<url>                      TimeGate: 302 to the capture nearest to Accept-Datetime
//   /web/timemap/link/<url>         application/link-format; also json and cdxj, as MemGator
//   /timemap/link|json|cdxj/<url>   the same
//   /wayback/available?url=         the nearest capture, as JSON
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "proto/base/text.h"
#include "storage/gateway/memento.h"
#include "storage/gateway/services.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

using boost::asio::awaitable;

constexpr uint32_t kCapturesAtOnce = 1'000;
constexpr std::array<std::string_view, 2> kTimeMapPaths = {"/web/timemap/", "/timemap/"};

Problem NothingKept(const std::string& url) {
  return {404, "not_found", "no capture of " + url + " has a body",
          "ask for one: POST /api/v1/jobs {\"url\": ...}", {}};
}

// The first and the last capture, and those beside the one that is given.
awaitable<StatusOr<std::string>> NeighbourLinks(const Backend* backend, std::string self,
                                                v1::Snapshot snapshot) {
  struct Asked {
    std::optional<int64_t> at;
    v1::Nearest nearest;
    const char* rel;
  };
  const int64_t at = snapshot.captured_ms();
  const std::array<Asked, 4> all = {{{-1, v1::NEAREST_AFTER, "first memento"},
                                     {at, v1::NEAREST_BEFORE, "prev memento"},
                                     {at, v1::NEAREST_AFTER, "next memento"},
                                     {std::nullopt, v1::NEAREST_AT, "last memento"}}};
  std::string links = MementoLink(self, at, snapshot.url(), "memento");
  for (const Asked& asked : all) {
    auto found = co_await FindShown(backend, snapshot.url(), asked.at, asked.nearest);
    if (!found.ok()) co_return found.status();
    if (!*found) continue;
    links += ", " + MementoLink(self, (*found)->captured_ms(), (*found)->url(), asked.rel);
  }
  co_return links;
}

enum class Form { kLink, kJson, kCdxj };

struct TimeMapTarget {
  Form form = Form::kLink;
  std::string url;
};

StatusOr<TimeMapTarget> ParseTimeMapTarget(std::string_view target) {
  for (const std::string_view prefix : kTimeMapPaths)
    if (target.starts_with(prefix)) target.remove_prefix(prefix.size());
  TimeMapTarget wanted;
  const size_t slash = target.find('/');
  const std::string_view word = target.substr(0, slash);
  if (word == "json") {
    wanted.form = Form::kJson;
  } else if (word == "cdxj") {
    wanted.form = Form::kCdxj;
  } else if (word != "link") {
    return base::InvalidArgument("link, json or cdxj is needed before the URL");
  }
  if (slash == std::string_view::npos) return base::InvalidArgument("no URL");
  ASSIGN_OR_RETURN(const Url url, ParseReplayUrl(target.substr(slash + 1)));
  wanted.url = url.HrefWithoutFragment();
  return wanted;
}

struct Memento {
  int64_t captured_ms = 0;
  std::string url;
};

// Writes a TimeMap while captures are read; each is held back until it is known not to be the last.
class TimeMapStream final : public net::HttpBodyStream {
 public:
  TimeMapStream(const Backend* backend, TimeMapTarget target, std::string self, Memento first,
                Memento last)
      : backend_(backend), target_(std::move(target)), self_(std::move(self)),
        first_(std::move(first)), last_(std::move(last)) {
    request_.set_query(target_.url);
    request_.set_match(v1::ListUrlsRequest::EXACT);
    request_.set_limit(kCapturesAtOnce);
  }

  awaitable<StatusOr<std::optional<std::string>>> Next() override {
    if (ended_) co_return std::optional<std::string>();
    std::string text = begun_ ? "" : Head();
    begun_ = true;
    while (!ended_ && text.empty()) {
      auto page = co_await backend_->Captures(request_);
      if (!page.ok()) co_return page.status();
      for (const v1::CaptureEntry& entry : *page) {
        request_.set_after(entry.cursor());
        if (!entry.has_body() && !entry.observed()) continue;
        if (held_) text += Line(*held_, is_first_ ? "first memento" : "memento");
        is_first_ = is_first_ && !held_;
        held_ = {entry.captured_ms(), entry.url()};
      }
      if (page->size() < kCapturesAtOnce) {
        if (held_) text += Line(*held_, is_first_ ? "first last memento" : "last memento");
        text += Foot();
        ended_ = true;
      }
    }
    co_return std::optional<std::string>(std::move(text));
  }

 private:
  std::string SelfUri(const std::string& word) const {
    return self_ + "/web/timemap/" + word + "/" + target_.url;
  }

  std::string Head() const {
    const std::string url = LinkTarget(target_.url);
    if (target_.form == Form::kLink) {
      return "<" + url + ">; rel=\"original\",\n<" + self_ + "/web/timemap/link/" + url +
             ">; rel=\"self\"; type=\"application/link-format\"; from=\"" +
             base::FormatHttpDate(FromMillis(first_.captured_ms)) + "\"; until=\"" +
             base::FormatHttpDate(FromMillis(last_.captured_ms)) + "\",\n<" + self_ + "/web/" +
             url + ">; rel=\"timegate\"";
    }
    const Json maps = {{"link_format", SelfUri("link")},
                       {"json_format", SelfUri("json")},
                       {"cdxj_format", SelfUri("cdxj")}};
    const std::string gate = self_ + "/web/" + target_.url;
    if (target_.form == Form::kJson) {
      Json head = {{"original_uri", target_.url},     {"self", SelfUri("json")},
                   {"timemap_uri", maps},             {"timegate_uri", gate}};
      std::string text = Dump(head);
      text.pop_back();
      return text + ",\"mementos\":{\"first\":" + Dump(OfMemento(first_)) +
             ",\"last\":" + Dump(OfMemento(last_)) + ",\"list\":[";
    }
    return "!context [\"https://tools.ietf.org/html/rfc7089\"]\n!id {\"uri\": " +
           Dump(Json(SelfUri("cdxj"))) + "}\n!keys [\"memento_datetime_YYYYMMDDhhmmss\"]\n" +
           "!meta {\"original_uri\": " + Dump(Json(target_.url)) + "}\n!meta {\"timegate_uri\": " +
           Dump(Json(gate)) + "}\n!meta {\"timemap_uri\": " + Dump(maps) + "}\n";
  }

  Json OfMemento(const Memento& memento) const {
    return {{"datetime", base::FormatRfc3339(FromMillis(memento.captured_ms))},
            {"uri", self_ + ViewPath(memento.captured_ms, memento.url)}};
  }

  std::string Line(const Memento& memento, const char* rel) {
    if (target_.form == Form::kLink)
      return ",\n" + MementoLink(self_, memento.captured_ms, memento.url, rel);
    if (target_.form == Form::kJson)
      return (std::exchange(comma_, true) ? ",\n" : "\n") + Dump(OfMemento(memento));
    const Json json = {{"uri", self_ + ViewPath(memento.captured_ms, memento.url)},
                       {"rel", rel},
                       {"datetime", base::FormatHttpDate(FromMillis(memento.captured_ms))}};
    return base::FormatDigits14(FromMillis(memento.captured_ms)) + " " + Dump(json) + "\n";
  }

  std::string Foot() const {
    if (target_.form == Form::kJson) return "]}}\n";
    return target_.form == Form::kLink ? "\n" : "";
  }

  const Backend* const backend_;
  const TimeMapTarget target_;
  const std::string self_;
  const Memento first_;
  const Memento last_;
  v1::ListCapturesRequest request_;
  std::optional<Memento> held_;
  bool begun_ = false;
  bool is_first_ = true;
  bool comma_ = false;
  bool ended_ = false;
};

std::string_view TypeOf(Form form) {
  return form == Form::kLink   ? "application/link-format"
         : form == Form::kJson ? "application/json"
                               : "application/cdxj+ors";
}

}  // namespace

AnswerLater TimeGate(Services* services, HttpServerRequest request, std::string url) {
  std::optional<int64_t> at;
  if (const auto asked = request.Header("Accept-Datetime"); asked && !asked->empty()) {
    const auto when = base::ParseHttpDate(*asked);
    if (!when.ok()) co_return BadParameter("Accept-Datetime", base::Message(when.status()));
    at = ToMillis(*when);
  }
  const Backend* backend = &services->backend;
  auto found = co_await FindMemento(backend, url, at);
  if (!found.ok()) co_return ProblemOf(found.status(), "archive");
  if (!*found) co_return NothingKept(url);
  const std::string self = SelfOf(request);
  auto links = co_await NeighbourLinks(backend, self, **found);
  if (!links.ok()) co_return ProblemOf(links.status(), "archive");
  HttpServerResponse response;
  response.status = 302;
  response.SetHeader("Location", ViewPath((*found)->captured_ms(), (*found)->url()));
  response.SetHeader("Vary", "accept-datetime");
  response.SetHeader("Link", LinksOf(self, url) + ", " + *links);
  response.SetHeader("Access-Control-Allow-Origin", "*");
  response.SetHeader("Cache-Control", "no-cache");
  co_return response;
}

AnswerLater TimeMap(Services* services, HttpServerRequest request) {
  auto target = ParseTimeMapTarget(request.target);
  if (!target.ok()) co_return BadParameter("path", base::Message(target.status()));
  const Backend* backend = &services->backend;
  auto first = co_await FindShown(backend, target->url, -1, v1::NEAREST_AFTER);
  if (!first.ok()) co_return ProblemOf(first.status(), "archive");
  auto last = co_await FindShown(backend, target->url, std::nullopt, v1::NEAREST_AT);
  if (!last.ok()) co_return ProblemOf(last.status(), "archive");
  if (!*first || !*last) co_return NothingKept(target->url);
  HttpServerResponse response;
  response.SetHeader("Content-Type", TypeOf(target->form));
  response.SetHeader("Access-Control-Allow-Origin", "*");
  response.SetHeader("Cache-Control", "no-cache");
  response.stream = std::make_unique<TimeMapStream>(
      backend, *std::move(target), SelfOf(request),
      Memento{(*first)->captured_ms(), (*first)->url()},
      Memento{(*last)->captured_ms(), (*last)->url()});
  co_return response;
}

AnswerLater Available(Services* services, HttpServerRequest request) {
  const std::string asked(request.Param("url").value_or(""));
  const auto url = ParseWebUrl(asked);
  if (!url.ok()) co_return BadParameter("url", base::Message(url.status()));
  Json json = {{"url", asked}};
  std::optional<int64_t> at;
  if (const auto text = request.Param("timestamp"); text && !text->empty()) {
    const auto when = base::ParseTimeRange(*text);
    if (!when.ok()) co_return BadParameter("timestamp", base::Message(when.status()));
    at = ToMillis(when->first);
    json["timestamp"] = *text;
  }
  auto found = co_await FindMemento(&services->backend, url->href(), at);
  if (!found.ok()) co_return ProblemOf(found.status(), "archive");
  json["archived_snapshots"] = Json::object();
  if (*found) {
    const v1::Snapshot& snapshot = **found;
    // A 304 says that what was there is there still.
    const int status = snapshot.outcome() == v1::OUTCOME_UNCHANGED ? 200 : snapshot.http_status();
    json["archived_snapshots"]["closest"] = {
        {"status", std::to_string(status)},
        {"available", true},
        {"url", SelfOf(request) + ViewPath(snapshot.captured_ms(), snapshot.url())},
        {"timestamp", base::FormatDigits14(FromMillis(snapshot.captured_ms()))}};
  }
  HttpServerResponse response = JsonAnswer(json);
  response.SetHeader("Access-Control-Allow-Origin", "*");
  co_return response;
}

}  // namespace signboard::gateway
