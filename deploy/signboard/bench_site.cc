#include "deploy/signboard/bench_site.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

#include "deploy/signboard/bench_corpus.h"
#include "deploy/signboard/bench_pages.h"
#include "deploy/signboard/bench_tls.h"
#include "proto/net/http_server.h"

namespace signboard::cli {
namespace {

namespace asio = boost::asio;

constexpr size_t kHosts = 8;
constexpr char kReady = '+';  // Then the ports; else the message of an error.

using Pages = std::map<std::string, BenchPage>;  // By path.

// What the site's process is made from.
struct Plan {
  BenchSiteOptions options;
  std::vector<BenchSet> sets;
  std::vector<std::string> corpus;  // Files; none: pages are made.
  std::optional<BenchPages> made;
  BenchCertificate certificate;
};

BenchSet MakeSet(const std::string& name, size_t pages) {
  BenchSet set{name, {}};
  for (size_t i = 0; i < pages; ++i)
    set.paths.push_back("/" + name + "/" + std::to_string(i) + ".html");
  return set;
}

// What / of a host lists.
std::string ListOf(const Plan& plan, const std::string& host) {
  bool of_one = false;
  for (const std::string& known : BenchSite::Hosts()) of_one |= host == known;
  std::string list = "<title>pages</title><ul>\n";
  for (const BenchSet& set : plan.sets) {
    for (size_t i = 0; i < set.paths.size(); ++i) {
      if (of_one && BenchSite::HostOf(i) != host) continue;
      list += "<li><a href=\"" + set.paths[i] + "\">" + set.paths[i] + "</a></li>\n";
    }
  }
  return list + "</ul>\n";
}

asio::awaitable<net::HttpServerResponse> Answer(const Plan* plan, const Pages* pages,
                                                net::HttpServerRequest request) {
  net::HttpServerResponse response;
  const auto page = pages->find(request.path);
  if (request.path == "/") {
    response.SetHeader("Content-Type", "text/html; charset=utf-8");
    response.body = ListOf(*plan, request.authority);
    co_return response;
  }
  if (page == pages->end()) {
    response.status = 404;
    co_return response;
  }
  const std::string& charset = page->second.charset;
  response.SetHeader("Content-Type", "text/html" + (charset.empty() ? "" : "; charset=" + charset));
  response.SetHeader("Server", "nginx");
  response.SetHeader("ETag", "\"" + std::to_string(page->second.wire.size()) + "\"");
  response.SetHeader("Last-Modified", "Tue, 18 Nov 2025 03:04:05 GMT");
  if (page->second.gzipped) response.SetHeader("Content-Encoding", "gzip");
  response.body = page->second.wire;
  co_return response;
}

// What Start waits for.
void Tell(int pipe, const std::string& word) {
  for (size_t at = 0; at < word.size();) {
    const ssize_t wrote = write(pipe, word.data() + at, word.size() - at);
    if (wrote <= 0) return;
    at += static_cast<size_t>(wrote);
  }
}

Pages MakePages(const Plan& plan) {
  Pages pages;
  for (size_t i = 0; i < plan.corpus.size(); ++i)
    pages.emplace(plan.sets[0].paths[i], ReadCorpusPage(plan.corpus[i]));
  for (size_t s = 0; plan.made && s < plan.sets.size(); ++s)
    for (size_t i = 0; i < plan.sets[s].paths.size(); ++i)
      pages.emplace(plan.sets[s].paths[i], plan.made->Make(i, plan.options.sizes[s]));
  return pages;
}

// The child's whole life.
Status Serve(const Plan& plan, int pipe) {
  const Pages pages = MakePages(plan);
  asio::io_context io{1};
  ASSIGN_OR_RETURN(const auto server,
                   net::HttpServer::Listen(io.get_executor(), "127.0.0.1:0", {},
                                           [&](net::HttpServerRequest request) {
                                             return Answer(&plan, &pages, std::move(request));
                                           }));
  ASSIGN_OR_RETURN(const auto front,
                   TlsFront::Listen(io.get_executor(), plan.certificate, server->port()));
  Tell(pipe, kReady + std::to_string(server->port()) + " " + std::to_string(front->port()));
  close(pipe);
  io.run();
  return OkStatus();
}

[[noreturn]] void BeTheSite(const Plan& plan, int pipe, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);  // It died before we asked.
  const Status status = Serve(plan, pipe);
  if (!status.ok()) Tell(pipe, std::string(base::Message(status)));
  _exit(status.ok() ? 0 : 1);
}

std::string ReadAll(int pipe) {
  std::string text;
  std::array<char, 4'096> buffer{};
  for (ssize_t got = 0; (got = read(pipe, buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<size_t>(got));
  return text;
}

StatusOr<Plan> MakePlan(const BenchSiteOptions& options) {
  Plan plan;
  plan.options = options;
  ASSIGN_OR_RETURN(plan.certificate, BenchCertificate::Make(BenchSite::Hosts()));
  if (!options.corpus.empty()) {
    ASSIGN_OR_RETURN(plan.corpus, FindCorpus(options.corpus, options.pages));
    plan.sets.push_back(MakeSet("corpus", plan.corpus.size()));
    return plan;
  }
  ASSIGN_OR_RETURN(plan.made, BenchPages::Open(options.sites));
  for (const size_t bytes : options.sizes)
    plan.sets.push_back(MakeSet(BenchSizeName(bytes), options.pages));
  return plan;
}

}  // namespace

std::string BenchSizeName(size_t bytes) {
  return bytes % 1'000 == 0 ? std::to_string(bytes / 1'000) + "k" : std::to_string(bytes);
}

StatusOr<std::unique_ptr<BenchSite>> BenchSite::Start(const BenchSiteOptions& options) {
  ASSIGN_OR_RETURN(const Plan plan, MakePlan(options));
  std::unique_ptr<BenchSite> site(new BenchSite);
  site->sets_ = plan.sets;
  ASSIGN_OR_RETURN(site->directory_, BenchDirectory::Make());
  std::ofstream(site->ca_file()) << plan.certificate.certificate_pem;
  std::array<int, 2> pipes{};
  if (pipe(pipes.data()) != 0) return base::Unavailable("no pipe to the site's process");
  const pid_t parent = getpid();
  site->pid_ = fork();
  if (site->pid_ == 0) {
    close(pipes[0]);
    BeTheSite(plan, pipes[1], parent);
  }
  close(pipes[1]);
  const std::string word = site->pid_ < 0 ? "no process for the site" : ReadAll(pipes[0]);
  close(pipes[0]);
  std::istringstream ports(word.substr(std::min<size_t>(word.size(), 1)));
  if (!word.empty() && word.front() == kReady && ports >> site->port_ >> site->tls_port_)
    return site;
  return base::Unavailable(word.empty() ? "the site's process died" : word);
}

BenchSite::~BenchSite() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::string BenchSite::HostOf(size_t number) {
  return "www.site" + std::to_string(number % kHosts) + ".example";
}

std::vector<std::string> BenchSite::Hosts() {
  std::vector<std::string> hosts;
  for (size_t i = 0; i < kHosts; ++i) hosts.push_back(HostOf(i));
  return hosts;
}

std::vector<std::string> BenchSite::UrlsOf(const BenchSet& set, bool tls) {
  std::vector<std::string> urls;
  for (size_t i = 0; i < set.paths.size(); ++i)
    urls.push_back((tls ? "https://" : "http://") + HostOf(i) + set.paths[i]);
  return urls;
}

}  // namespace signboard::cli
