#include "crawler/robots/robots_cache.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "proto/base/url.h"

namespace signboard::robots {

namespace asio = boost::asio;
using Word = RobotsAnswer::Word;

namespace {

std::string OriginOf(const Url& url) {
  return url.scheme() + "://" + url.host() + ":" + std::to_string(url.effective_port());
}

std::string RobotsUrlOf(const Url& url) {
  const std::string port = url.port() ? ":" + std::to_string(*url.port()) : "";
  return url.scheme() + "://" + url.host() + port + "/robots.txt";
}

RobotsAnswer Cancelled() {
  RobotsAnswer answer;
  answer.word = Word::kUnreachable;
  answer.detail = "cancelled";
  return answer;
}

}  // namespace

RobotsCache::RobotsCache(fetch::Fetcher* fetcher, const Clock* clock, RobotsCacheOptions options)
    : fetcher_(fetcher), clock_(clock), options_(std::move(options)) {}

asio::awaitable<RobotsAnswer> RobotsCache::Check(std::string url, std::string place_code) {
  const StatusOr<Url> parsed = Url::Parse(url);
  if (!parsed.ok() || !parsed->is_http()) {
    RobotsAnswer answer;
    answer.word = Word::kDisallowed;
    answer.detail = "no http or https URL";
    co_return answer;
  }
  const std::string origin = OriginOf(*parsed);
  while (true) {
    Entry& entry = Touch(origin);
    if (entry.fresh_until > clock_->Now()) co_return AnswerFrom(entry, *parsed);
    const std::shared_ptr<asio::steady_timer> in_flight = entry.in_flight;
    if (!in_flight) {
      const bool refreshed = co_await Refresh(RobotsUrlOf(*parsed), place_code);
      const auto found = entries_.find(origin);
      if (!refreshed || found == entries_.end()) co_return Cancelled();
      // Even if the clock ran away meanwhile, what was just fetched decides.
      co_return AnswerFrom(found->second, *parsed);
    }
    // Whoever fetches wakes us, also when it gives up; then the next one fetches.
    co_await in_flight->async_wait(asio::as_tuple(asio::use_awaitable));
    const auto cancelled = (co_await asio::this_coro::cancellation_state).cancelled();
    if (cancelled != asio::cancellation_type::none) co_return Cancelled();
  }
}

std::vector<std::string> RobotsCache::Sitemaps(const std::string& url) const {
  const StatusOr<Url> parsed = Url::Parse(url);
  if (!parsed.ok()) return {};
  const auto found = entries_.find(OriginOf(*parsed));
  return found == entries_.end() ? std::vector<std::string>() : found->second.rules.sitemaps();
}

asio::awaitable<bool> RobotsCache::Refresh(std::string robots_url, std::string place_code) {
  const StatusOr<Url> url = Url::Parse(robots_url);
  const std::string origin = OriginOf(*url);
  auto in_flight = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor);
  in_flight->expires_at(asio::steady_timer::time_point::max());
  Touch(origin).in_flight = in_flight;
  // However this ends, those who wait are woken.
  struct Landing {
    RobotsCache* cache;
    const std::string* origin;
    std::shared_ptr<asio::steady_timer> in_flight;
    ~Landing() {
      const auto found = cache->entries_.find(*origin);
      if (found != cache->entries_.end()) found->second.in_flight.reset();
      in_flight->cancel();
    }
  } const landing{this, &origin, in_flight};

  const fetch::FetchOutcome fetched = co_await FetchFollowing(robots_url, place_code);
  if (fetched.http.kind == net::HttpKind::kCancelled) co_return false;
  Keep(origin, fetched);
  co_return true;
}

// At most kRobotsRedirectsMax redirects, also to other hosts (section 2.3.1.2). The last answer is
// given, which is a redirect when there were more.
asio::awaitable<fetch::FetchOutcome> RobotsCache::FetchFollowing(std::string url,
                                                                std::string place_code) {
  for (int redirects = 0;; ++redirects) {
    fetch::FetchRequest request;
    request.url = url;
    request.place_code = place_code;
    request.body_bytes_max = kRobotsBytesMax;
    fetch::FetchOutcome fetched = co_await fetcher_->Fetch(std::move(request));
    if (fetched.outcome != v1::OUTCOME_REDIRECT || redirects == kRobotsRedirectsMax) {
      co_return fetched;
    }
    url = fetched.redirect_to;
  }
}

void RobotsCache::Keep(const std::string& origin, const fetch::FetchOutcome& fetched) {
  Entry& entry = Touch(origin);
  entry.reason = fetched.reason;
  entry.detail = fetched.detail;
  const int status = fetched.http.status;
  const bool no_rules = fetched.outcome == v1::OUTCOME_GONE ||
                        fetched.outcome == v1::OUTCOME_REDIRECT ||
                        fetched.reason == v1::REASON_OUT_OF_SCOPE ||
                        (fetched.reason == v1::REASON_HTTP_4XX && status != 429);
  if (fetched.outcome == v1::OUTCOME_CONTENT || no_rules) {
    entry.word = Word::kAllowed;
    entry.fresh_until = clock_->Now() + options_.fresh_for;
    entry.has_rules = fetched.outcome == v1::OUTCOME_CONTENT;
    SetRules(&entry, entry.has_rules
                         ? Robots::Parse(fetcher_->DecodedStart(fetched, kRobotsBytesMax),
                                         options_.user_agent_token)
                         : Robots());
    Trim();
    return;
  }
  entry.fresh_until = clock_->Now() + fetched.retry_after.value_or(options_.retry_after);
  if (fetched.outcome == v1::OUTCOME_BLOCKED) {
    entry.word = Word::kBlocked;
  } else if (fetched.reason == v1::REASON_ADDRESS_GUARD) {
    entry.word = Word::kForbiddenAddress;
  } else {
    entry.word = entry.has_rules ? Word::kAllowed : Word::kUnreachable;
  }
}

void RobotsCache::SetRules(Entry* entry, Robots rules) {
  entry->rules = std::move(rules);
  rules_bytes_ -= entry->bytes;
  entry->bytes = entry->rules.bytes();
  rules_bytes_ += entry->bytes;
}

RobotsAnswer RobotsCache::AnswerFrom(const Entry& entry, const Url& url) const {
  RobotsAnswer answer;
  answer.word = entry.word;
  if (entry.word != Word::kAllowed) {
    answer.reason = entry.reason;
    answer.detail = "robots.txt: " + entry.detail;
    answer.retry_after = std::max(entry.fresh_until - clock_->Now(), Millis(0));
    return answer;
  }
  answer.crawl_delay = entry.rules.crawl_delay();
  const std::string path = url.path() + (url.query() ? "?" + *url.query() : "");
  if (!entry.rules.Allows(path)) {
    answer.word = Word::kDisallowed;
    answer.reason = v1::REASON_ROBOTS;
    answer.detail = "robots.txt disallows " + path.substr(0, 200);
  }
  return answer;
}

RobotsCache::Entry& RobotsCache::Touch(const std::string& origin) {
  const auto [found, is_new] = entries_.try_emplace(origin);
  Entry& entry = found->second;
  if (is_new) {
    entry.place = by_use_.insert(by_use_.end(), origin);
    Trim();
  } else {
    by_use_.splice(by_use_.end(), by_use_, entry.place);
  }
  return entry;
}

// What is in flight stays, and so does what was asked last: the caller holds it.
void RobotsCache::Trim() {
  auto oldest = by_use_.begin();
  while (entries_.size() > options_.origins_max || rules_bytes_ > kRobotsCacheBytesMax) {
    if (oldest == by_use_.end() || std::next(oldest) == by_use_.end()) return;
    const auto found = entries_.find(*oldest);
    if (found->second.in_flight) {
      ++oldest;
      continue;
    }
    rules_bytes_ -= found->second.bytes;
    entries_.erase(found);
    oldest = by_use_.erase(oldest);
  }
}

}  // namespace signboard::robots
