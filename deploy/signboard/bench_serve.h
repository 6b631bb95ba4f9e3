// signboard bench serve: the site that `bench crawl` fetches, for other crawlers, until a signal.
//
// Threads: one, and the process has no other when it is called: it forks (bench_site.h).
// Errors:  as BenchSite::Start.
#pragma once

#include "deploy/signboard/bench_site.h"
#include "deploy/signboard/cli.h"

namespace signboard::cli {

int ServeBenchSite(const Context& context, const BenchSiteOptions& options);

}  // namespace signboard::cli
