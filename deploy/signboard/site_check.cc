#include "deploy/signboard/site_check.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

#include "crawler/worker/list_reader.h"
#include "deploy/signboard/fetching.h"
#include "deploy/signboard/rule_folder.h"

namespace signboard::cli {
namespace {

namespace asio = boost::asio;

class Checker {
 public:
  Checker(const Settings& settings, std::shared_ptr<const extract::RuleSet> rules,
          Fetching* fetching, std::string place_code)
      : fetching_(fetching), place_code_(std::move(place_code)) {
    limits_.rules = std::move(rules);
    limits_.body_bytes_max = settings.body_max.bytes;
    limits_.html_bytes_max = settings.html_max.bytes;
    limits_.decode_ratio_max = settings.ratio_max;
    limits_.robots_token = settings.robots_token;
  }

  asio::awaitable<void> Run(std::string url) {
    while (!url.empty() && check_.stopped.empty()) {
      if (check_.hops.size() == kCheckHopsMax) {
        check_.stopped = "more than ten redirects";
        break;
      }
      auto hop = Hop(url);
      url = co_await std::move(hop);
    }
  }

  SiteCheck Take() { return std::move(check_); }

 private:
  // Where it leads; empty: this is the end.
  asio::awaitable<std::string> Hop(std::string url) {
    SiteCheck::Hop& hop = check_.hops.emplace_back();
    hop.url = url;
    const auto parsed = base::Url::Parse(url);
    if (!parsed.ok() || !parsed->is_http()) {
      check_.stopped = "no http or https URL: " + url;
      co_return "";
    }
    if (fetching_->without_contact && !fetching_->without_contact(*parsed)) {
      check_.stopped = "set [crawler] contact_url to fetch from the open web";
      co_return "";
    }
    auto asking = fetching_->robots->Check(url, place_code_);
    hop.robots = co_await std::move(asking);
    check_.sitemaps = fetching_->robots->Sitemaps(url);
    if (!hop.robots.allowed()) {
      check_.stopped = hop.robots.detail;
      co_return "";
    }
    fetch::FetchRequest request;
    request.url = url;
    request.place_code = place_code_;
    auto fetching = fetching_->fetcher->Fetch(std::move(request));
    auto fetched = co_await std::move(fetching);
    co_return Read(*parsed, std::move(fetched), &hop);
  }

  std::string Read(const base::Url& url, fetch::FetchOutcome fetched, SiteCheck::Hop* hop) {
    worker::PageRead page = worker::ReadPage({hop->url, place_code_}, std::move(fetched), limits_);
    hop->snapshot = page.capture.header.snapshot();
    const auto& findings = page.capture.header.findings();
    check_.findings.assign(findings.begin(), findings.end());
    check_.outlinks = std::move(page.outlinks);
    if (hop->snapshot.outcome() == v1::OUTCOME_CONTENT) {
      const auto& body = page.capture.decoded;
      check_.read = extract::ExtractFromBody(body, hop->snapshot.content_type(), url);
      worker::ReadListFile(body, url, &check_.read);
    }
    return hop->snapshot.redirect_to();
  }

  Fetching* const fetching_;
  const std::string place_code_;
  worker::ReadLimits limits_;
  SiteCheck check_;
};

}  // namespace

StatusOr<SiteCheck> CheckSite(const Settings& settings, const std::string& url,
                              const std::string& place_code) {
  ASSIGN_OR_RETURN(const base::Url parsed, base::Url::Parse(url));
  if (!parsed.is_http()) return base::InvalidArgument(url + ": no http or https URL");
  asio::io_context io{1};
  const base::SystemClock clock;
  ASSIGN_OR_RETURN(Fetching fetching, Fetching::Make(io, settings, &clock));
  ASSIGN_OR_RETURN(auto rules, ReadRuleFolder(settings.rules));
  Checker checker(settings, std::move(rules), &fetching, place_code);
  asio::co_spawn(io, checker.Run(parsed.href()), [&io](const std::exception_ptr&) { io.stop(); });
  io.run();
  return checker.Take();
}

}  // namespace signboard::cli
