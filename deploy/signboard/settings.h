// Settings is what signboard.toml says, typed; BindSettings declares every key with its comment,
// default and unit, and is the only place that knows their names. interfaces.md section 2.
//
// A class further down receives its own options, made by the functions below, never Settings.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "crawler/fetch/fetcher.h"
#include "crawler/render/renderer.h"
#include "frontier/options.h"
#include "proto/base/config.h"
#include "proto/base/log.h"
#include "proto/net/http_client.h"

namespace signboard::cli {

struct Settings {
  std::string data_directory = "signboard-data";
  std::string clock_file;

  std::string listen = "127.0.0.1:7070";  // gRPC of the frontier and what runs beside it.
  frontier::FrontierOptions frontier;
  int64_t in_flight = 1;
  int64_t domain_hosts = 4;
  int64_t list_pages = 5;
  int64_t sitemap_links = 1'000;
  int64_t hub_visits = 0;

  std::string contact_url;
  std::string urlfrontier;
  std::string urlfrontier_crawl = "signboard";
  std::string vantage = "default";
  std::string robots_token = "Signboard";
  std::string tls_unverified = "record";
  int64_t fetches = 64;
  int64_t threads = 2;
  base::ByteSize crawler_memory{256u << 20};
  std::vector<std::string> connect_to;
  std::vector<std::string> dns_servers;
  bool cookies = true;
  Millis cookie_session{30 * 60'000};
  std::vector<std::string> proxy_rules;
  net::HttpLimits limits;
  base::ByteSize html_max{10u << 20};
  base::ByteSize body_max{100u << 20};
  base::ByteSize headers_max{64u << 10};
  int64_t header_count_max = 200;
  double ratio_max = 100;
  std::vector<std::string> guard_allow;
  std::string rules;
  std::string render = "off";
  std::string browser_program;
  std::string browser_user = "nobody";
  bool browser_sandbox = true;
  Millis browser_page_time{15'000};
  base::ByteSize browser_memory{uint64_t{1} << 30};
  int64_t browser_requests = 200;
  base::ByteSize browser_bytes{32u << 20};

  base::ByteSize block_cache{64u << 20};
  base::ByteSize write_buffers{64u << 20};
  int64_t stores = 64;
  std::string storage_listen = "127.0.0.1:7071";

  Millis alerts_timeout{20'000};
  std::string alerts_ca_file;
  std::string mail_server;
  std::string mail_starttls = "require";
  std::string mail_user;
  std::string mail_password;
  std::string mail_from;
  std::string mail_language = "zh";
  std::string public_url;
  Millis sites_every{10 * 60'000};
  Millis site_patience{60 * 60'000};

  std::vector<std::string> cluster_nodes;
  std::string cluster_listen;
  std::string cluster_advertise;

  std::string gateway_listen = ":8080";
  std::string gateway_token;

  std::string metrics_listen;

  std::string log_level = "info";
  std::string log_format = "text";

  std::string UserAgent() const;
  net::HttpLimits Limits() const;
  render::RendererOptions Renderer() const;
  frontier::FrontierOptions Frontier() const;
};

// `settings` must outlive the schema.
void BindSettings(Settings* settings, base::ConfigSchema* schema);

// Defaults, then the file (none: "" ), then the environment. Errors name file, line and key.
Status LoadSettings(const std::string& file, Settings* settings);

// Makes [log] so, from now on.
Status SetLog(const Settings& settings);

}  // namespace signboard::cli
