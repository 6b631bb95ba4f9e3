// signboard check URL: how the crawler would see a site, for whoever is about to add it.
#include <algorithm>
#include <cstdio>

#include "deploy/signboard/cli.h"
#include "deploy/signboard/site_check.h"
#include "proto/base/digest.h"
#include "proto/base/span.h"
#include "proto/base/text.h"
#include "proto/base/url_canonical.h"
#include "storage/gateway/register_words.h"

namespace signboard::cli {
namespace {

constexpr size_t kListedMax = 10;

struct CheckOptions {
  std::string url;
  std::string config;
  std::string code;
};

std::string Clean(const std::string& text) { return base::EscapeTerminal(text); }

bool IsOfSite(const SiteCheck& check, const std::string& url) {
  const auto here = base::Url::Parse(check.hops.back().url);
  const auto there = base::Url::Parse(url);
  return here.ok() && there.ok() && base::QueueKey(*here) == base::QueueKey(*there);
}

// The links whose address is that of a list: what will be watched.
std::vector<const extract::Link*> Lists(const SiteCheck& check) {
  std::vector<const extract::Link*> lists;
  for (const auto& link : check.read.extracted.links.links) {
    const auto url = base::Url::Parse(link.url);
    const bool is_list = url.ok() && extract::ShapeOfUrl(*url) == extract::UrlShape::kHub;
    if (is_list && IsOfSite(check, link.url)) lists.push_back(&link);
  }
  return lists;
}

std::vector<std::string> OfKind(const SiteCheck& check, v1::Outlink::Kind kind) {
  std::vector<std::string> urls;
  for (const auto& link : check.outlinks)
    if (link.kind() == kind) urls.push_back(link.url());
  return urls;
}

// What an operator should know or do.
std::vector<std::string> Advice(const SiteCheck& check) {
  std::vector<std::string> advice;
  const auto& last = check.hops.back();
  const v1::Snapshot& snapshot = last.snapshot;
  if (!check.stopped.empty()) advice.push_back(check.stopped);
  if (snapshot.outcome() == v1::OUTCOME_BLOCKED)
    advice.push_back("a firewall answered: it is asked again at growing waits, never solved");
  if (snapshot.has_tls() && !snapshot.tls().verified())
    advice.push_back("nobody vouches for its certificate: captures say \"unverified\"");
  if (snapshot.outcome() != v1::OUTCOME_CONTENT) return advice;
  const auto& extracted = check.read.extracted;
  if (!IsOfSite(check, check.hops.front().url))
    advice.push_back("the site lives elsewhere: add " + last.url);
  if (extracted.links.links.empty())
    advice.push_back("no links without scripts: give its list pages as seeds of their own");
  if (extracted.facts.nofollow)
    advice.push_back("the page asks not to follow its links: they are not");
  if (!extracted.truncated_why.empty())
    advice.push_back("not read to its end: " + extracted.truncated_why);
  return advice;
}

Json TlsJson(const v1::Snapshot& snapshot) {
  if (!snapshot.has_tls()) return nullptr;
  return {{"version", snapshot.tls().version()},
          {"verified", snapshot.tls().verified()},
          {"verify_error", snapshot.tls().verify_error()}};
}

std::string RobotsWord(const robots::RobotsAnswer& answer) {
  using Word = robots::RobotsAnswer::Word;
  switch (answer.word) {
    case Word::kAllowed: return "allowed";
    case Word::kDisallowed: return "disallowed";
    case Word::kUnreachable: return "unreachable";
    case Word::kBlocked: return "blocked";
    case Word::kForbiddenAddress: return "forbidden_address";
  }
  return "unknown";
}

Json HopJson(const SiteCheck::Hop& hop) {
  const v1::Snapshot& s = hop.snapshot;
  Json robots = {{"word", RobotsWord(hop.robots)}, {"detail", hop.robots.detail}};
  if (hop.robots.crawl_delay)
    robots["crawl_delay_s"] = static_cast<double>(hop.robots.crawl_delay->count()) / 1'000;
  return {{"url", hop.url},
          {"robots", robots},
          {"outcome", s.outcome() == v1::OUTCOME_UNSPECIFIED ? "not_tried"
                                                             : OutcomeWord(s.outcome())},
          {"reason", s.reason() == v1::REASON_UNSPECIFIED ? "" : ReasonWord(s.reason())},
          {"detail", s.detail()},
          {"http_status", s.http_status()},
          {"http_version", s.http_version()},
          {"content_type", s.content_type()},
          {"body_bytes", s.body_bytes()},
          {"remote_address", s.remote_address()},
          {"elapsed_s", Seconds(s.elapsed())},
          {"redirect_to", s.redirect_to()},
          {"tls", TlsJson(s)}};
}

Json PageJson(const SiteCheck& check) {
  const auto& s = check.hops.back().snapshot;
  if (s.outcome() != v1::OUTCOME_CONTENT) return nullptr;
  const auto& found = check.read.extracted;
  Json published = nullptr;
  if (found.facts.published) published = base::FormatRfc3339(*found.facts.published);
  return {{"title", found.facts.title},
          {"published", published},
          {"published_basis", found.facts.published_basis},
          {"source", found.facts.source},
          {"author", found.facts.author},
          {"site_name", found.facts.site_name},
          {"site_id_code", found.facts.site_id_code},
          {"column_name", found.facts.column_name},
          {"canonical_url", found.facts.canonical_url},
          {"language", found.facts.language},
          {"charset",
           {{"declared", check.read.text.declared},
            {"detected", check.read.text.detected},
            {"used", check.read.text.used},
            {"basis", check.read.text.basis},
            {"replaced", check.read.text.replaced_count}}},
          {"is_hub", found.is_hub},
          {"hub_why", found.hub_why},
          {"text_chars", found.text_chars},
          {"text_from", found.main_container},
          {"sha256", base::ToHex(s.body_sha256())},
          {"fingerprint", base::ToHex(s.page().fingerprint())}};
}

Json LinksJson(const SiteCheck& check) {
  Json all = Json::array();
  size_t of_site = 0;
  for (const auto& link : check.read.extracted.links.links) {
    const bool own = IsOfSite(check, link.url);
    of_site += own ? 1 : 0;
    all.push_back({{"url", link.url}, {"text", link.text}, {"of_site", own},
                   {"nofollow", link.nofollow}});
  }
  Json lists = Json::array();
  for (const auto* link : Lists(check)) lists.push_back({{"url", link->url}, {"text", link->text}});
  return {{"count", all.size()},
          {"of_site", of_site},
          {"lists", lists},
          {"feeds", OfKind(check, v1::Outlink::FEED)},
          {"next_pages", OfKind(check, v1::Outlink::PAGINATION)},
          {"sitemaps", OfKind(check, v1::Outlink::SITEMAP)},
          {"all", all}};
}

Json CheckJson(const SiteCheck& check) {
  Json hops = Json::array();
  for (const auto& hop : check.hops) hops.push_back(HopJson(hop));
  Json findings = Json::array();
  for (const auto& finding : check.findings) findings.push_back(gateway::FindingJson(finding));
  return {{"url", check.hops.front().url}, {"hops", hops},
          {"page", PageJson(check)},       {"links", LinksJson(check)},
          {"sitemaps", check.sitemaps},    {"findings", findings},
          {"advice", Advice(check)}};
}

void PrintHop(const SiteCheck::Hop& hop) {
  const v1::Snapshot& s = hop.snapshot;
  std::printf("%s\n  robots     %s%s%s", Clean(hop.url).c_str(), RobotsWord(hop.robots).c_str(),
              hop.robots.detail.empty() ? "" : ": ", Clean(hop.robots.detail).c_str());
  if (hop.robots.crawl_delay)
    std::printf("; a visit every %s", base::FormatSpan(*hop.robots.crawl_delay).c_str());
  std::printf("\n");
  if (s.outcome() == v1::OUTCOME_UNSPECIFIED) return;
  std::printf("  outcome    %s%s%s\n", OutcomeWord(s.outcome()).c_str(),
              s.detail().empty() ? "" : ": ", Clean(s.detail()).c_str());
  if (s.http_status() == 0) return;
  std::printf("  answer     HTTP/%s %d, %s, %s in %.3f s from %s\n", s.http_version().c_str(),
              s.http_status(),
              s.content_type().empty() ? "no type" : Clean(s.content_type()).c_str(),
              Bytes(s.wire_bytes()).c_str(), Seconds(s.elapsed()), s.remote_address().c_str());
  if (s.has_tls())
    std::printf("  tls        %s, %s\n", s.tls().version().c_str(),
                s.tls().verified() ? "verified" : Clean(s.tls().verify_error()).c_str());
}

void PrintUrls(const char* label, const std::vector<std::string>& urls) {
  for (size_t i = 0; i < std::min(urls.size(), kListedMax); ++i)
    std::printf("  %-10s %s\n", i == 0 ? label : "", Clean(urls[i]).c_str());
  if (urls.size() > kListedMax) std::printf("             ... %zu in all\n", urls.size());
}

void PrintPage(const SiteCheck& check) {
  const auto& found = check.read.extracted;
  const auto& facts = found.facts;
  const auto line = [](const char* label, const std::string& value) {
    if (!value.empty()) std::printf("  %-10s %s\n", label, Clean(value).c_str());
  };
  line("title", facts.title);
  if (facts.published)
    line("published",
         base::FormatRfc3339(*facts.published) + " (by " + facts.published_basis + ")");
  line("source", facts.source);
  line("site", facts.site_name + (facts.site_id_code.empty() ? "" : " " + facts.site_id_code));
  line("charset", check.read.text.used + " (by " + check.read.text.basis + "; declared " +
                      (check.read.text.declared.empty() ? "none" : check.read.text.declared) + ")");
  line("is", (found.is_hub ? "a list, " : "a page to read, ") + found.hub_why);
  line("text", std::to_string(found.text_chars) + " characters");
  line("links", std::to_string(found.links.links.size()));
  std::vector<std::string> lists;
  for (const auto* link : Lists(check)) lists.push_back(link->url + "  " + link->text);
  PrintUrls("lists", lists);
  PrintUrls("feeds", OfKind(check, v1::Outlink::FEED));
  PrintUrls("sitemaps", check.sitemaps);
  for (const auto& finding : check.findings)
    line("finding", gateway::ScoreText(finding.score()) + " " + finding.centre_name_zh());
}

int ExitOf(const SiteCheck& check) {
  const auto& last = check.hops.back();
  switch (last.snapshot.outcome()) {
    case v1::OUTCOME_CONTENT: return kOk;
    case v1::OUTCOME_GONE: return kNotFound;
    case v1::OUTCOME_REFUSED:
    case v1::OUTCOME_BLOCKED: return kRefused;
    case v1::OUTCOME_UNSPECIFIED:
      return last.robots.word == robots::RobotsAnswer::Word::kUnreachable ? kFailed : kRefused;
    default: return kFailed;
  }
}

int Check(const Context& context, const CheckOptions& options) {
  Settings settings;
  if (const Status loaded = LoadSettings(options.config, &settings); !loaded.ok())
    return Fail(context, loaded);
  const auto checked = CheckSite(settings, options.url, options.code);
  if (!checked.ok()) return Fail(context, checked.status());
  if (context.json || context.ndjson) {
    PrintJson(CheckJson(*checked));
    return ExitOf(*checked);
  }
  for (const auto& hop : checked->hops) PrintHop(hop);
  if (checked->hops.back().snapshot.outcome() == v1::OUTCOME_CONTENT) PrintPage(*checked);
  for (const std::string& advice : Advice(*checked))
    std::printf("  note       %s\n", Clean(advice).c_str());
  if (ExitOf(*checked) == kOk)
    std::printf("  next       signboard seeds add %s\n",
                gateway::ShellQuoted(Clean(checked->hops.back().url)).c_str());
  return ExitOf(*checked);
}

}  // namespace

void AddCheck(CLI::App& app, Context& context) {
  auto* verb = app.add_subcommand(
      "check", "How the crawler would see a site: robots, redirects, the parse, what it leads to");
  auto options = std::make_shared<CheckOptions>();
  verb->add_option("url", options->url, "The site's home page, or any page of it")->required();
  verb->add_option("--config", options->config, "signboard.toml; its [crawler] is used");
  verb->add_option("--code", options->code, "GB/T 2260 code of the site's place");
  verb->footer("Needs no server and keeps nothing.\n"
               "Example: signboard check https://www.jxjaxzf.gov.cn/ --config signboard.toml");
  verb->callback([&context, options] {
    context.action = [&context, options] { return Check(context, *options); };
  });
}

}  // namespace signboard::cli
