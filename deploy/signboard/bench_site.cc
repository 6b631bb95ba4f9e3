#include "deploy/signboard/bench_site.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <map>
#include <utility>

#include "deploy/signboard/bench_pages.h"
#include "proto/net/http_server.h"

namespace signboard::cli {
namespace {

namespace asio = boost::asio;

constexpr size_t kHosts = 8;
constexpr char kReady = '+';  // Then the port; else the message of an error.

using Pages = std::map<std::string, BenchPage>;  // By path.

std::string PathOf(size_t bytes, size_t number) {
  return "/" + std::to_string(bytes) + "/" + std::to_string(number) + ".html";
}

asio::awaitable<net::HttpServerResponse> Answer(const Pages* pages,
                                                net::HttpServerRequest request) {
  net::HttpServerResponse response;
  const auto page = pages->find(request.path);
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

// The child's whole life.
Status Serve(const BenchSiteOptions& options, const BenchPages& made, int pipe) {
  Pages pages;
  for (const size_t bytes : options.sizes)
    for (size_t number = 0; number < options.pages; ++number)
      pages.emplace(PathOf(bytes, number), made.Make(number, bytes));
  asio::io_context io{1};
  ASSIGN_OR_RETURN(const auto server,
                   net::HttpServer::Listen(io.get_executor(), "127.0.0.1:0", {},
                                           [&pages](net::HttpServerRequest request) {
                                             return Answer(&pages, std::move(request));
                                           }));
  Tell(pipe, kReady + std::to_string(server->port()));
  close(pipe);
  io.run();
  return OkStatus();
}

[[noreturn]] void BeTheSite(const BenchSiteOptions& options, const BenchPages& made, int pipe,
                            pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);  // It died before we asked.
  const Status status = Serve(options, made, pipe);
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

}  // namespace

StatusOr<std::unique_ptr<BenchSite>> BenchSite::Start(const BenchSiteOptions& options) {
  ASSIGN_OR_RETURN(const BenchPages made, BenchPages::Open(options.sites));
  std::array<int, 2> pipes{};
  if (pipe(pipes.data()) != 0) return base::Unavailable("no pipe to the site's process");
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) {
    close(pipes[0]);
    BeTheSite(options, made, pipes[1], parent);
  }
  close(pipes[1]);
  const std::string word = pid < 0 ? "no process for the site" : ReadAll(pipes[0]);
  close(pipes[0]);
  if (!word.empty() && word.front() == kReady) {
    const auto port = static_cast<uint16_t>(std::stoul(word.substr(1)));
    return std::unique_ptr<BenchSite>(new BenchSite(pid, port));
  }
  if (pid > 0) waitpid(pid, nullptr, 0);
  return base::Unavailable(word.empty() ? "the site's process died" : word);
}

BenchSite::~BenchSite() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::string BenchSite::UrlOf(size_t bytes, size_t number) {
  return "http://www.site" + std::to_string(number % kHosts) + ".example" + PathOf(bytes, number);
}

}  // namespace signboard::cli
