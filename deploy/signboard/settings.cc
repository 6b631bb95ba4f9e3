#include "deploy/signboard/settings.h"

#include <unistd.h>

#include "deploy/signboard/version.h"
#include "proto/base/url.h"

namespace signboard::cli {
namespace {

using base::Between;
using base::ByteSize;
using base::ConfigSchema;

constexpr Millis kYear{Millis(365LL * 24 * 3'600'000)};

template <class T>
base::ConfigKeyOptions<T> Says(std::string comment) {
  base::ConfigKeyOptions<T> options;
  options.comment = std::move(comment);
  return options;
}

base::ConfigKeyOptions<Millis> Span(std::string comment, bool reloadable = false) {
  base::ConfigKeyOptions<Millis> options;
  options.comment = std::move(comment);
  options.reloadable = reloadable;
  options.check = Between(Millis(0), kYear);
  return options;
}

base::ConfigKeyOptions<int64_t> Count(std::string comment, std::string unit, int64_t most) {
  base::ConfigKeyOptions<int64_t> options;
  options.comment = std::move(comment);
  options.unit = std::move(unit);
  options.check = Between(int64_t{1}, most);
  return options;
}

base::ConfigKeyOptions<ByteSize> Size(std::string comment, ByteSize most) {
  base::ConfigKeyOptions<ByteSize> options;
  options.comment = std::move(comment);
  options.check = Between(ByteSize{1 << 10}, most);
  return options;
}

Status CheckContact(const std::string& url) {
  if (url.empty() || url.starts_with("mailto:")) return OkStatus();
  const auto parsed = base::Url::Parse(url);
  if (!parsed.ok() || !parsed->is_http())
    return base::InvalidArgument("must be a http, https or mailto URL");
  return OkStatus();
}

void BindFrontier(Settings* s, ConfigSchema* schema) {
  schema->Describe("frontier", "What is fetched next, and when.");
  schema->Add("frontier", "listen", &s->listen,
              Says<std::string>("gRPC address of `signboard frontier`, and of all roles of\n"
                                "`signboard run`."));
  auto& f = s->frontier;
  schema->Add("frontier", "delay", &f.delay,
              Span("Least time between two fetches of one host."));
  schema->Add("frontier", "busy_rest", &f.busy_rest,
              Span("Rest of a host after 429 or 503, unless it asks for more."));
  schema->Add("frontier", "block_start", &f.block_start,
              Span("Rest of a host after a firewall's page; doubled each time in a row."));
  schema->Add("frontier", "block_max", &f.block_max, Span("The longest such rest."));
  schema->Add("frontier", "in_flight", &s->in_flight,
              Count("Requests in flight per host.", "requests", 100));
  schema->Add("frontier", "domain_hosts", &s->domain_hosts,
              Count("Hosts of one registrable domain fetched from at once.", "hosts", 10'000));
  schema->Add("frontier", "list_pages", &s->list_pages,
              Count("Pages of a list that are followed, its first among them, while no\n"
                    "`signboard seeds backfill` asks for more.", "pages", 10'000));
  schema->Add("frontier", "sitemap_links", &s->sitemap_links,
              Count("Entries of a sitemap that are followed when it is first seen, likewise.",
                    "links", 5'000));
  schema->Add("frontier", "lease_time", &f.lease_time,
              Span("A URL that its worker does not report by then is lent again."));
  schema->Add("frontier", "worker_wait", &f.worker_wait,
              Span("What a worker holds is lent again when it has been gone for so long."));
  auto& r = f.revisit;
  schema->Add("frontier", "hub_interval_start", &r.hub_interval_start,
              Span("First interval of list pages and seeds, and their mean one: who shows\n"
                   "more new links is visited more often, others less."));
  auto share = Says<double>(
      "Of the visits of list pages, the part that every place gets alike; the rest goes by the\n"
      "links they show. 1: quiet places first, 0: busy ones.");
  share.check = Between(0.0, 1.0);
  schema->Add("frontier", "place_share", &r.place_share, share);
  auto visits = Count("At most so many visits of list pages a day, in all; 0: no bound.", "visits",
                      1'000'000'000);
  visits.check = Between(int64_t{0}, int64_t{1'000'000'000});
  schema->Add("frontier", "hub_visits_max", &s->hub_visits, visits);
  schema->Add("frontier", "hub_interval_min", &r.hub_interval_min, Span("The shortest one."));
  schema->Add("frontier", "hub_interval_max", &r.hub_interval_max, Span("The longest one."));
  schema->Add("frontier", "page_interval_start", &r.page_interval_start,
              Span("First interval of all other pages."));
  schema->Add("frontier", "page_interval_min", &r.page_interval_min, Span("The shortest one."));
  schema->Add("frontier", "page_interval_max", &r.page_interval_max, Span("The longest one."));
  schema->Add("frontier", "error_wait_start", &r.error_wait_start,
              Span("Wait after a failure; doubled for each one before it in a row."));
}

void BindProxies(Settings* s, ConfigSchema* schema) {
  schema->Describe("crawler.proxy", "Through whom sites are fetched.");
  auto rules = Says<std::vector<std::string>>(
      "PATTERN=PROXY or PATTERN=PROXY=VANTAGE; the first that matches decides, the vantage is\n"
      "recorded in the snapshots: [\"site:a.cn=direct\",\n"
      "\"*.gov.cn=socks5h://10.0.0.2:1080=beijing\"]. PATTERN: * is every host, www.a.cn one\n"
      "host, *.a.cn every host below, site:a.cn the whole domain, place:31 what is watched for\n"
      "places whose code begins so. PROXY: http://, socks5:// or socks5h://ADDRESS:PORT, or\n"
      "direct. The guard judges the site, which is resolved here first, not the proxy.");
  rules.check = [](const std::vector<std::string>& texts) {
    return fetch::ProxyRules::Parse(texts).status();
  };
  schema->Add("crawler.proxy", "rules", &s->proxy_rules, rules);
}

void BindCrawler(Settings* s, ConfigSchema* schema) {
  schema->Describe("crawler", "Fetching.");
  auto contact = Says<std::string>(
      "Where a site's operator learns who crawls; sent in the user agent. Required for the open\n"
      "web: without it only hosts that connect_to or the guard's allow list name are fetched.");
  contact.check = CheckContact;
  schema->Add("crawler", "contact_url", &s->contact_url, contact);
  schema->Add("crawler", "urlfrontier", &s->urlfrontier,
              Says<std::string>("host:port of a URLFrontier that is not Signboard's: `signboard\n"
                                "crawler` leases from it alone. Empty: from our own frontier."));
  schema->Add("crawler", "urlfrontier_crawl", &s->urlfrontier_crawl,
              Says<std::string>("The crawlID there."));
  schema->Add("crawler", "vantage", &s->vantage,
              Says<std::string>("Where this worker fetches from; recorded in every snapshot."));
  auto tls = Says<std::string>(
      "What to do when a certificate does not verify: record it and fetch, or refuse.");
  tls.choices = {"record", "refuse"};
  schema->Add("crawler", "tls_unverified", &s->tls_unverified, tls);
  schema->Add("crawler", "fetches", &s->fetches,
              Count("URLs in flight at once in this worker.", "fetches", 4'000));
  schema->Add("crawler", "threads", &s->threads,
              Count("Threads that decode, parse and extract.", "threads", 256));
  schema->Add("crawler", "memory", &s->crawler_memory,
              Size("Bodies held between fetching and the archive's word; beyond it fetching waits.",
                   ByteSize{uint64_t{1} << 36}));
  schema->Add("crawler", "connect_to", &s->connect_to,
              Says<std::vector<std::string>>(
                  "Sends connections for a host elsewhere, as curl --connect-to:\n"
                  "[\"*:80=127.0.0.1:18080\"]. Such names are not resolved."));
  auto dns = Says<std::vector<std::string>>(
      "DNS servers asked instead of those of /etc/resolv.conf: [\"192.0.2.1\", \"[::1]:53\"].");
  dns.check = [](const std::vector<std::string>& servers) {
    return net::Resolver::ParseServers(servers).status();
  };
  schema->Add("crawler", "dns_servers", &s->dns_servers, dns);
  schema->Add("crawler", "cookies", &s->cookies,
              Says<bool>("Send back the cookies that a site sets; in memory only, a jar a site."));
  schema->Add("crawler", "cookie_session", &s->cookie_session,
              Span("Cookies of a site that was not asked for so long are dropped."));
  BindProxies(s, schema);
  schema->Add("crawler", "rules", &s->rules,
              Says<std::string>(
                  "A folder with files of the detector's rules (names.txt, verbs.txt, ...) that\n"
                  "replace those that are built in. Storage detects again by the same."));
  auto render = Says<std::string>(
      "Pages that are empty without their scripts: off reads them as they are, auto has a browser\n"
      "run the scripts and reads what they make; both are kept.");
  render.choices = {"off", "auto"};
  schema->Add("crawler", "render", &s->render, render);
}

void BindLimits(Settings* s, ConfigSchema* schema) {
  schema->Describe("crawler.limits", "Bounds of one fetch. Passing one is an outcome.");
  auto& l = s->limits;
  schema->Add("crawler.limits", "connect", &l.connect, Span("Name, TCP and TLS together."));
  schema->Add("crawler.limits", "first_byte", &l.first_byte,
              Span("From the request to the first header."));
  schema->Add("crawler.limits", "total", &l.total, Span("The whole fetch."));
  schema->Add("crawler.limits", "html_bytes", &s->html_max,
              Size("A longer HTML page is cut and marked so.", ByteSize{100u << 20}));
  schema->Add("crawler.limits", "body_bytes", &s->body_max,
              Size("The same for every other body.", ByteSize{100u << 20}));
  schema->Add("crawler.limits", "header_bytes", &s->headers_max,
              Size("All response headers together.", ByteSize{1u << 20}));
  schema->Add("crawler.limits", "header_count", &s->header_count_max,
              Count("Response headers.", "headers", 10'000));
  auto ratio = Says<double>("A body may decode to this many times its size beyond the first 1 MB.");
  ratio.check = Between(1.0, 10'000.0);
  schema->Add("crawler.limits", "decode_ratio", &s->ratio_max, ratio);
  schema->Describe("crawler.guard", "Addresses that are not public are refused at connect time.");
  auto allow = Says<std::vector<std::string>>("Exceptions: [\"127.0.0.1/32\"].");
  allow.check = [](const std::vector<std::string>& blocks) {
    return net::AddressGuard::Make(blocks).status();
  };
  schema->Add("crawler.guard", "allow", &s->guard_allow, allow);
}

void BindBrowser(Settings* s, ConfigSchema* schema) {
  schema->Describe("crawler.browser", "The browser of `render`. It has no network: all that its\n"
                                      "pages ask for is fetched by us, under the limits above.");
  schema->Add("crawler.browser", "program", &s->browser_program,
              Says<std::string>("Chromium; empty: Debian's chromium-headless-shell, else its\n"
                                "chromium."));
  schema->Add("crawler.browser", "user", &s->browser_user,
              Says<std::string>("Who it runs as when we are root; it never is root itself."));
  schema->Add("crawler.browser", "sandbox", &s->browser_sandbox,
              Says<bool>("Its own sandbox, and no network around it. Needs unprivileged user\n"
                         "namespaces; where there are none, rendering is refused while this is\n"
                         "true."));
  schema->Add("crawler.browser", "page_time", &s->browser_page_time, Span("For one page."));
  schema->Add("crawler.browser", "memory", &s->browser_memory,
              Size("All its processes; beyond it the browser is killed and the page lost.",
                   ByteSize{uint64_t{1} << 36}));
  schema->Add("crawler.browser", "requests", &s->browser_requests,
              Count("Scripts and data one page may ask for.", "requests", 10'000));
  schema->Add("crawler.browser", "bytes", &s->browser_bytes,
              Size("Of all their answers together.", ByteSize{1u << 30}));
}

void BindAlerts(Settings* s, ConfigSchema* schema) {
  schema->Describe("alerts",
                   "Messages to whoever subscribed (`signboard alert add`). Targets are judged by\n"
                   "the guard of [crawler.guard], too.");
  auto timeout = Span("For one attempt to deliver a message.", true);
  timeout.check = Between(Millis(1), Millis(10 * 60'000));
  schema->Add("alerts", "timeout", &s->alerts_timeout, timeout);
  const auto text = [schema](const char* name, std::string* field, std::string comment) {
    auto says = Says<std::string>(std::move(comment));
    says.reloadable = true;
    says.secret = std::string_view(name) == "mail_password";
    schema->Add("alerts", name, field, says);
  };
  text("ca_file", &s->alerts_ca_file,
       "PEM file of the authorities that targets' certificates are verified by; empty: the\n"
       "system's.");
  text("mail_server", &s->mail_server,
       "Who takes mail for `mailto:` targets: smtp://host[:587], smtps://host[:465]. The guard\n"
       "does not judge it. Empty: no mail is sent.");
  auto starttls = Says<std::string>("What smtp:// does before anything else is said.");
  starttls.choices = {"require", "try", "off"};
  starttls.reloadable = true;
  schema->Add("alerts", "mail_starttls", &s->mail_starttls, starttls);
  text("mail_user", &s->mail_user, "Empty: the server asks for none.");
  text("mail_password", &s->mail_password,
       "Goes over TLS alone. Better kept in the environment: SIGNBOARD_ALERTS_MAIL_PASSWORD.");
  text("mail_from", &s->mail_from,
       "The address that mail comes from, and that readers end their subscription at; required\n"
       "with a mail_server.");
  auto language = Says<std::string>("Of what mails say; names stay as the pages write them.");
  language.choices = {"zh", "en"};
  language.reloadable = true;
  schema->Add("alerts", "mail_language", &s->mail_language, language);
  auto every = Span("How often watched sites are looked at for site.silent, site.blocked and\n"
                    "site.recovered, and subscribed pages for page.changed and page.gone.", true);
  every.check = Between(Millis(1), kYear);
  schema->Add("alerts", "sites_every", &s->sites_every, every);
  schema->Add("alerts", "site_patience", &s->site_patience,
              Span("A site must be blocked or unreachable for so long before anybody is told.",
                   true));
  text("public_url", &s->public_url,
       "Where people reach the gateway, for links in mails: https://signboard.example. Empty:\n"
       "mails link to the pages alone.");
}

}  // namespace

void BindSettings(Settings* s, ConfigSchema* schema) {
  schema->Describe("data", "Where everything that must last is kept.");
  schema->Add("data", "directory", &s->data_directory,
              Says<std::string>("Made when it is not there. Frontier and storage each have a\n"
                                "folder of their own in it, which one process at a time uses."));
  schema->Add("data", "clock", &s->clock_file,
              Says<std::string>("A file that holds the time, as the demo makes one. Empty: the\n"
                                "system's clock."));
  BindFrontier(s, schema);
  BindCrawler(s, schema);
  BindLimits(s, schema);
  BindBrowser(s, schema);
  schema->Describe("storage", "The archive.");
  schema->Add("storage", "block_cache", &s->block_cache,
              Size("Cache shared by frontier and archive.", ByteSize{uint64_t{1} << 40}));
  schema->Add("storage", "write_buffers", &s->write_buffers,
              Size("Write buffers shared by frontier and archive.", ByteSize{uint64_t{1} << 36}));
  schema->Add("storage", "stores", &s->stores,
              Count("Captures taken in at once; more are told to come back.", "captures", 10'000));
  schema->Add("storage", "listen", &s->storage_listen,
              Says<std::string>("gRPC address of `signboard storage`."));
  BindAlerts(s, schema);
  schema->Describe("cluster", "How the processes of one deployment find each other.");
  schema->Add("cluster", "nodes", &s->cluster_nodes,
              Says<std::vector<std::string>>(
                  "gRPC addresses of frontier and storage processes, in any order: whoever owns\n"
                  "something says so there."));
  schema->Add("cluster", "advertise", &s->cluster_advertise,
              Says<std::string>("host:port under which others reach this process; empty: where it\n"
                                "listens."));
  schema->Add("cluster", "listen", &s->cluster_listen,
              Says<std::string>("gRPC address of a crawler or gateway process, which answers who\n"
                                "owns what; empty: none."));
  schema->Describe("gateway", "HTTP for people and programs.");
  schema->Add("gateway", "listen", &s->gateway_listen,
              Says<std::string>("host:port; \":8080\" is every address of this machine."));
  auto token = Says<std::string>("Bearer token that requests which write must carry. Without one\n"
                                 "only this machine may write.");
  token.secret = true;
  schema->Add("gateway", "token", &s->gateway_token, token);
  schema->Describe("metrics", "For operators.");
  schema->Add("metrics", "listen", &s->metrics_listen,
              Says<std::string>("host:port of /livez, /readyz and /metrics of this process;\n"
                                "empty: only the gateway has them."));
  schema->Describe("log", "What is said on stderr.");
  auto level = Says<std::string>("error: a person acts; warn: a rate matters; info: state of the\n"
                                 "process; debug: each URL.");
  level.choices = {"error", "warn", "info", "debug"};
  level.reloadable = true;
  schema->Add("log", "level", &s->log_level, level);
  auto format = Says<std::string>("For people or for programs.");
  format.choices = {"text", "json"};
  format.reloadable = true;
  schema->Add("log", "format", &s->log_format, format);
}

Status LoadSettings(const std::string& file, Settings* settings) {
  ConfigSchema schema;
  BindSettings(settings, &schema);
  if (!file.empty()) RETURN_IF_ERROR(schema.LoadFile(file));
  return schema.ApplyEnvironment(environ);
}

Status SetLog(const Settings& settings) {
  ASSIGN_OR_RETURN(const auto level, base::ParseLogLevel(settings.log_level));
  ASSIGN_OR_RETURN(const auto format, base::ParseLogFormat(settings.log_format));
  base::InitLog({level, format});
  return OkStatus();
}

std::string Settings::UserAgent() const {
  const std::string name = std::string("Signboard/") + kVersion;
  return contact_url.empty() ? name : name + " (+" + contact_url + ")";
}

net::HttpLimits Settings::Limits() const {
  net::HttpLimits bounds = limits;
  bounds.html_bytes_max = html_max.bytes;
  bounds.body_bytes_max = body_max.bytes;
  bounds.header_bytes_max = headers_max.bytes;
  bounds.header_count_max = static_cast<size_t>(header_count_max);
  return bounds;
}

render::RendererOptions Settings::Renderer() const {
  render::RendererOptions options;
  options.browser.program = browser_program;
  options.browser.user = browser_user;
  options.browser.sandbox = browser_sandbox;
  // Of the scripts' heap alone; the rest of a browser takes as much again.
  options.browser.heap_bytes_max = browser_memory.bytes / 4;
  options.page.requests_max = static_cast<size_t>(browser_requests);
  options.page.bytes_max = browser_bytes.bytes;
  options.page_time = browser_page_time;
  options.memory_bytes_max = browser_memory.bytes;
  return options;
}

frontier::FrontierOptions Settings::Frontier() const {
  frontier::FrontierOptions options = frontier;
  options.in_flight_max = static_cast<size_t>(in_flight);
  options.domain_hosts_max = static_cast<size_t>(domain_hosts);
  options.revisit.hub_visits_max = static_cast<uint64_t>(hub_visits);
  options.list_pages_max = static_cast<uint32_t>(list_pages);
  options.sitemap_links_max = static_cast<uint32_t>(sitemap_links);
  return options;
}

}  // namespace signboard::cli
