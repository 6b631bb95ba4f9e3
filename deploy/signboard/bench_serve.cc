#include "deploy/signboard/bench_serve.h"

#include <signal.h>

#include <cstdio>

namespace signboard::cli {

int ServeBenchSite(const Context& context, const BenchSiteOptions& options) {
  sigset_t ends;
  sigemptyset(&ends);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&ends, signal);
  sigprocmask(SIG_BLOCK, &ends, nullptr);
  const auto site = BenchSite::Start(options);
  if (!site.ok()) return Fail(context, site.status());
  const BenchSite& served = **site;
  const std::string http = "127.0.0.1:" + std::to_string(served.port());
  const std::string https = "127.0.0.1:" + std::to_string(served.tls_port());
  size_t pages = 0;
  for (const BenchSet& set : served.sets()) pages += set.paths.size();
  if (context.json || context.ndjson) {
    PrintNdjson({{"http", http}, {"https", https}, {"ca_file", served.ca_file()},
                 {"pages", pages}, {"hosts", BenchSite::Hosts()}});
  } else {
    std::printf("http://%s/ lists %zu pages; over TLS: https://%s/, which %s vouches for\n",
                http.c_str(), pages, https.c_str(), served.ca_file().c_str());
  }
  std::fflush(stdout);
  int signal = 0;
  sigwait(&ends, &signal);
  return kOk;
}

}  // namespace signboard::cli
