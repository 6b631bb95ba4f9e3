#include "storage/register/subscriptions.h"

#include <algorithm>
#include <array>

#include "proto/base/digest.h"
#include "proto/base/span.h"
#include "proto/base/text.h"
#include "proto/base/time.h"
#include "proto/base/url.h"
#include "proto/net/mail_headers.h"
#include "storage/register/register.h"
#include "storage/register/webhook.h"

namespace signboard::registry {
namespace {

constexpr size_t kTargetBytesMax = 2'048;
constexpr size_t kNoteBytesMax = 500;
constexpr int kTypesMax = 20;
constexpr int kUrlsMax = 100;
constexpr uint32_t kBurstDefault = 20;
constexpr uint32_t kBurstMax = 1'000;
constexpr int64_t kSourcesKept = 200;
constexpr Millis kIntervalDefault{10 * 60'000};
constexpr Millis kDigestDefault{24 * 3'600'000};
constexpr Millis kIntervalMax{31LL * 24 * 3'600'000};
constexpr std::array<std::string_view, 11> kTypes = {
    "announcement.new", "announcement.updated", "announcement.merged", "announcement.retracted",
    "page.changed",     "page.gone",            "site.silent",         "site.blocked",
    "site.recovered",   "ops.target_dead",      "ops.target_disabled"};
constexpr std::string_view kMailto = "mailto:";

bool IsAlive(const std::string& state) { return state != "merged" && state != "retracted"; }

bool Covers(std::string_view word, std::string_view type) {
  return type == word || (type.starts_with(word) && type[word.size()] == '.');
}

Status CheckTarget(std::string_view target) {
  if (target.size() > kTargetBytesMax) return base::InvalidArgument("target: it is too long");
  if (target.starts_with(kMailto)) {
    if (net::IsMailAddress(target.substr(kMailto.size()))) return OkStatus();
    return base::InvalidArgument("target: mailto: wants one plain address, mailto:who@example.org");
  }
  const auto url = base::Url::Parse(target);
  if (!url.ok()) return base::Annotate(url.status(), "target");
  if (!url->is_http())
    return base::InvalidArgument("target: must begin with https://, http:// or mailto:");
  if (!url->username().empty() || !url->password().empty())
    return base::InvalidArgument("target: a URL with a password in it is not kept");
  return OkStatus();
}

Status CheckTypes(const v1::Subscription& wanted) {
  if (wanted.types_size() > kTypesMax)
    return base::InvalidArgument("types: at most " + std::to_string(kTypesMax));
  std::vector<std::string> known;
  for (const std::string_view type : kTypes) {
    known.emplace_back(type);
    known.emplace_back(type.substr(0, type.find('.')));
  }
  for (const std::string& word : wanted.types()) {
    if (std::find(known.begin(), known.end(), word) != known.end()) continue;
    const std::string nearest = base::NearestName(word, known);
    return base::InvalidArgument("types: '" + word.substr(0, 40) + "' is none" +
                                 (nearest.empty() ? "" : "; did you mean " + nearest + "?"));
  }
  return OkStatus();
}

Status CheckUrls(v1::Subscription* wanted) {
  if (wanted->urls_size() > kUrlsMax)
    return base::InvalidArgument("urls: at most " + std::to_string(kUrlsMax));
  for (std::string& text : *wanted->mutable_urls()) {
    const auto url = base::Url::Parse(text);
    if (!url.ok() || !url->is_http() || text.size() > kTargetBytesMax)
      return base::InvalidArgument("urls: '" + text.substr(0, 80) + "' is no web address");
    text = url->HrefWithoutFragment();
  }
  if (Wants(*wanted, "page.changed") || Wants(*wanted, "page.gone")) {
    if (wanted->urls().empty()) return base::InvalidArgument("urls: page events are of named URLs");
  } else if (!wanted->urls().empty()) {
    return base::InvalidArgument("types: urls are given and no page event is asked for");
  }
  return OkStatus();
}

Status FillInterval(v1::Subscription* wanted) {
  Millis interval = IsMail(*wanted) ? kDigestDefault : kIntervalDefault;
  if (wanted->has_interval()) {
    const int64_t seconds = wanted->interval().seconds();
    if (seconds < 0 || seconds > kIntervalMax.count() / 1'000)
      return base::InvalidArgument("interval: must be between 1 ms and 31 days");
    interval = SpanOf(wanted->interval());
    if (interval < Millis(1) || interval > kIntervalMax) {
      return base::InvalidArgument("interval: must be between 1 ms and 31 days");
    }
  }
  *wanted->mutable_interval() = ToProto(interval);
  if (wanted->burst() > kBurstMax)
    return base::InvalidArgument("burst: at most " + std::to_string(kBurstMax));
  if (IsMail(*wanted)) {
    wanted->set_burst(0);
  } else if (wanted->burst() == 0) {
    wanted->set_burst(kBurstDefault);
  }
  return OkStatus();
}

}  // namespace

StatusOr<v1::Subscription> CheckSubscription(v1::Subscription wanted) {
  RETURN_IF_ERROR(CheckTarget(wanted.target()));
  if (wanted.types().empty()) {
    for (const char* type : {"announcement.new", "announcement.merged", "announcement.retracted"})
      wanted.add_types(type);
  }
  RETURN_IF_ERROR(CheckTypes(wanted));
  RETURN_IF_ERROR(CheckUrls(&wanted));
  RETURN_IF_ERROR(FillInterval(&wanted));
  if (!wanted.secret().empty() && IsMail(wanted))
    return base::InvalidArgument("secret: mail is not signed");
  if (!wanted.secret().empty() &&
      (wanted.secret().size() < kSecretBytesMin || wanted.secret().size() > kSecretBytesMax)) {
    return base::InvalidArgument("secret: must have " + std::to_string(kSecretBytesMin) + " to " +
                                 std::to_string(kSecretBytesMax) + " bytes");
  }
  if (wanted.note().size() > kNoteBytesMax || !base::IsValidUtf8(wanted.note()))
    return base::InvalidArgument("note: must be text of at most " + std::to_string(kNoteBytesMax) +
                                 " bytes");
  const std::string& level = wanted.filter().level();
  if (!level.empty() && level != "province" && level != "prefecture" && level != "county" &&
      level != "other") {
    return base::InvalidArgument("filter.level: must be province, prefecture, county or other");
  }
  return wanted;
}

bool IsMail(const v1::Subscription& subscription) {
  return subscription.target().starts_with(kMailto);
}

std::string_view MailAddress(const v1::Subscription& subscription) {
  return std::string_view(subscription.target()).substr(kMailto.size());
}

bool Wants(const v1::Subscription& subscription, std::string_view type) {
  return std::any_of(subscription.types().begin(), subscription.types().end(),
                     [type](const std::string& word) { return Covers(word, type); });
}

std::vector<Telling> Judge(const v1::Subscription& subscription, int64_t created_ms,
                           const v1::AnnouncementEvent& event, ToldRecord* told) {
  const v1::Announcement& a = event.announcement();
  const std::string was = told->state();
  std::vector<Telling> tell;
  const auto say = [&](const std::string& type, const std::string& about) {
    if (Wants(subscription, type)) tell.push_back({type, about});
  };
  std::vector<std::string> joined;
  for (const v1::Source& source : a.sources()) {
    if (!subscription.every_source()) break;
    const uint64_t mark = base::Fingerprint64(source.snapshot_id());
    const auto& marks = told->sources();
    if (marks.size() >= kSourcesKept || std::find(marks.begin(), marks.end(), mark) != marks.end())
      continue;
    told->add_sources(mark);
    joined.push_back(source.snapshot_id());
  }
  if (was.empty()) {
    const int64_t from = subscription.filter().has_since_ms() ? subscription.filter().since_ms()
                                                              : created_ms;
    const bool is_news = event.type() == "new" || a.first_found_ms() >= from;
    if (!IsAlive(a.state()) || !is_news || !Fits(subscription.filter(), a)) {
      told->clear_sources();
      return {};
    }
    told->set_state(a.state());
    say("announcement.new", a.id());
    return tell;
  }
  told->set_state(a.state());
  const std::string numbered = a.id() + "." + std::to_string(event.sequence());
  if (!IsAlive(a.state())) {
    if (was != a.state()) say("announcement." + a.state(), numbered);
  } else if (!IsAlive(was)) {
    // What was taken back stands again: whoever was told that it does not must hear it.
    tell.push_back({"announcement.updated", numbered});
  } else if (!joined.empty()) {
    for (const std::string& snapshot : joined)
      tell.push_back({"announcement.updated", a.id() + "." + snapshot});
  } else {
    say("announcement.updated", numbered);
  }
  return tell;
}

std::vector<Telling> Judge(const v1::Subscription& subscription, const Occurrence& occurrence) {
  if (!Wants(subscription, occurrence.type())) return {};
  if (occurrence.subject() == subscription.id()) return {};  // Who is dead is not to be told so.
  if (Covers("page", occurrence.type()) &&
      std::find(subscription.urls().begin(), subscription.urls().end(), occurrence.subject()) ==
          subscription.urls().end()) {
    return {};
  }
  if (Covers("site", occurrence.type())) {
    const std::string& code = subscription.filter().place_code();
    const auto& places = occurrence.places();
    if (!code.empty() && std::find(places.begin(), places.end(), code) == places.end()) return {};
    const std::string& level = subscription.filter().level();
    if (!level.empty() && level != occurrence.level()) return {};
  }
  return {{occurrence.type(), "occurrence." + std::to_string(occurrence.sequence())}};
}

std::string MessageId(std::string_view subscription, const Telling& telling) {
  std::string of(subscription);
  of += '\0';
  of += telling.type;
  of += '\0';
  of += telling.about;
  return "msg_" + base::ToHex(base::Sha256(of)).substr(0, 24);
}

}  // namespace signboard::registry
