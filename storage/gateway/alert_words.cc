#include "storage/gateway/alert_words.h"

#include "proto/base/digest.h"
#include "proto/base/span.h"
#include "proto/base/url.h"
#include "storage/gateway/register_filter.h"

namespace signboard::gateway {
namespace {

constexpr std::string_view kSecretPrefix = "whsec_";
constexpr std::string_view kMailto = "mailto:";

Json TimeOrNull(int64_t ms) {
  return ms == 0 ? Json(nullptr) : Json(base::FormatRfc3339(FromMillis(ms)));
}

Json TextOrNull(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json FilterJson(const v1::AnnouncementFilter& filter) {
  return {{"since", filter.has_since_ms() ? TimeOrNull(filter.since_ms()) : Json(nullptr)},
          {"until", filter.has_until_ms() ? TimeOrNull(filter.until_ms()) : Json(nullptr)},
          {"place", TextOrNull(filter.place_code())},
          {"level", TextOrNull(filter.level())},
          {"min_score", filter.has_score_min() ? Json(filter.score_min()) : Json(nullptr)}};
}

Status WrongType(const std::string& key) {
  return base::InvalidArgument(key + ": unknown, or of the wrong type");
}

// A text, or a number that stands for itself.
StatusOr<std::string> Word(const std::string& key, const Json& value) {
  if (value.is_null()) return std::string();
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number()) return value.dump();
  return WrongType(key);
}

StatusOr<v1::AnnouncementFilter> ParseFilter(const Json& json, UnixTime now) {
  if (!json.is_object()) return WrongType("filter");
  FilterWords words;
  for (const auto& [key, value] : json.items()) {
    ASSIGN_OR_RETURN(std::string word, Word("filter." + key, value));
    std::string* const into = key == "since"       ? &words.since
                              : key == "until"     ? &words.until
                              : key == "province"  ? &words.province
                              : key == "place"     ? &words.place
                              : key == "level"     ? &words.level
                              : key == "min_score" ? &words.min_score
                                                   : nullptr;
    if (into == nullptr) return WrongType("filter." + key);
    *into = std::move(word);
  }
  return MakeFilter(words, now);
}

StatusOr<std::vector<std::string>> ParseTexts(const std::string& key, const Json& json) {
  if (!json.is_array()) return WrongType(key);
  std::vector<std::string> texts;
  for (const Json& one : json) {
    if (!one.is_string() || texts.size() > 1'000) return WrongType(key);
    texts.push_back(one.get<std::string>());
  }
  return texts;
}

Status TakeKey(const std::string& key, const Json& value, UnixTime now, v1::Subscription* wanted) {
  const bool text = value.is_string();
  if (key == "target" && text) {
    wanted->set_target(value.get<std::string>());
  } else if (key == "note" && text) {
    wanted->set_note(value.get<std::string>());
  } else if (key == "paused" && value.is_boolean()) {
    wanted->set_paused(value.get<bool>());
  } else if (key == "every_source" && value.is_boolean()) {
    wanted->set_every_source(value.get<bool>());
  } else if (key == "burst" && value.is_number_unsigned() && value.get<uint64_t>() <= 100'000) {
    wanted->set_burst(value.get<uint32_t>());
  } else if (key == "secret" && text) {
    ASSIGN_OR_RETURN(*wanted->mutable_secret(), ParseSecret(value.get<std::string>()));
  } else if (key == "interval" && text) {
    const auto span = base::ParseSpan(value.get<std::string>());
    if (!span.ok()) return base::Annotate(span.status(), "interval");
    *wanted->mutable_interval() = ToProto(*span);
  } else if (key == "types") {
    ASSIGN_OR_RETURN(const auto types, ParseTexts(key, value));
    for (const std::string& type : types) wanted->add_types(type);
  } else if (key == "urls") {
    ASSIGN_OR_RETURN(const auto urls, ParseTexts(key, value));
    for (const std::string& url : urls) wanted->add_urls(url);
  } else if (key == "filter") {
    ASSIGN_OR_RETURN(*wanted->mutable_filter(), ParseFilter(value, now));
  } else {
    return WrongType(key);
  }
  return OkStatus();
}

}  // namespace

std::string TargetHost(std::string_view target) {
  if (target.starts_with(kMailto)) {
    const size_t at = target.find('@');
    return "mailto:…" + std::string(at == std::string_view::npos ? "" : target.substr(at));
  }
  const auto url = base::Url::Parse(target);
  if (!url.ok()) return "…";
  const std::string port = url->port() ? ":" + std::to_string(*url->port()) : "";
  return url->scheme() + "://" + url->host() + port + "/…";
}

Json SubscriptionJson(const v1::Subscription& s, bool whole_target) {
  Json types = Json::array();
  for (const std::string& type : s.types()) types.push_back(type);
  Json urls = Json::array();
  for (const std::string& url : s.urls()) urls.push_back(url);
  Json json = {{"id", TextOrNull(s.id())},
               {"target", whole_target ? s.target() : TargetHost(s.target())},
               {"types", std::move(types)},
               {"filter", FilterJson(s.filter())},
               {"every_source", s.every_source()},
               {"burst", s.burst()},
               {"interval", base::FormatSpan(SpanOf(s.interval()))},
               {"urls", std::move(urls)},
               {"note", s.note()},
               {"paused", s.paused()},
               {"state", s.state()},
               {"created", TimeOrNull(s.created_ms())},
               {"pending", s.pending()},
               {"last_delivered", TimeOrNull(s.last_delivered_ms())},
               {"failing_since", TimeOrNull(s.failing_since_ms())},
               {"next_attempt", TimeOrNull(s.next_attempt_ms())},
               {"last_error", TextOrNull(s.last_error())}};
  if (!s.secret().empty()) json["secret"] = SecretText(s.secret());
  return json;
}

Json DeliveryJson(const v1::Delivery& d) {
  Json json = {{"number", d.number()},
               {"id", d.id()},
               {"subscription_id", d.subscription_id()},
               {"type", d.type()},
               {"state", d.state()},
               {"events", d.event_count()},
               {"sequence", d.sequence()},
               {"replay", d.replay()},
               {"created", TimeOrNull(d.created_ms())},
               {"delivered", TimeOrNull(d.delivered_ms())},
               {"next_attempt", TimeOrNull(d.next_attempt_ms())},
               {"attempts", d.attempt_count()},
               {"last_error", TextOrNull(d.last_error())}};
  if (!d.payload().empty()) json["payload"] = Json::parse(d.payload(), nullptr, false);
  return json;
}

std::string SecretText(std::string_view secret) {
  return std::string(kSecretPrefix) + base::ToBase64(secret);
}

StatusOr<std::string> ParseSecret(std::string_view text) {
  if (!text.starts_with(kSecretPrefix))
    return base::InvalidArgument("secret: must be whsec_ and base64");
  auto secret = base::FromBase64(text.substr(kSecretPrefix.size()));
  if (!secret.ok()) return base::Annotate(secret.status(), "secret");
  return secret;
}

StatusOr<v1::Subscription> ParseSubscription(const std::string& body, UnixTime now) {
  const Json json = Json::parse(body, nullptr, false);
  if (json.is_discarded() || !json.is_object())
    return base::InvalidArgument("body: it is no JSON object");
  v1::Subscription wanted;
  for (const auto& [key, value] : json.items()) RETURN_IF_ERROR(TakeKey(key, value, now, &wanted));
  if (wanted.target().empty()) return base::InvalidArgument("target: it is missing");
  return wanted;
}

}  // namespace signboard::gateway
