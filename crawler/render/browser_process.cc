#include "crawler/render/browser_process.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

namespace signboard::render {
namespace {

constexpr Millis kCheckTime{5'000};

constexpr char kShell[] = "/usr/lib/chromium/chromium-headless-shell";
// Not /usr/bin/chromium: that script adds flags and extensions of the machine's users.
constexpr char kChromium[] = "/usr/lib/chromium/chromium";

struct User {
  uid_t uid = 0;
  gid_t gid = 0;
};

StatusOr<User> FindUser(const std::string& name) {
  passwd entry{};
  passwd* found = nullptr;
  char buffer[16'384];
  if (getpwnam_r(name.c_str(), &entry, buffer, sizeof buffer, &found) != 0 || found == nullptr) {
    return base::FailedPrecondition("there is no user '" + name + "' to run the browser as");
  }
  if (found->pw_uid == 0) {
    return base::FailedPrecondition("the browser does not run as root: name another user");
  }
  return User{found->pw_uid, found->pw_gid};
}

// prlimit, setpriv, unshare: what stands before the program on the command line.
StatusOr<std::vector<std::string>> Cage(const BrowserOptions& options) {
  std::vector<std::string> words = {"/usr/bin/prlimit", "--core=0",
                                    "--fsize=" + std::to_string(kFileBytesMax),
                                    "/usr/bin/setpriv", "--no-new-privs"};
  if (geteuid() == 0) {
    ASSIGN_OR_RETURN(const User user, FindUser(options.user));
    words.push_back("--reuid=" + std::to_string(user.uid));
    words.push_back("--regid=" + std::to_string(user.gid));
    words.push_back("--clear-groups");
  }
  if (options.sandbox) {
    words.insert(words.end(), {"/usr/bin/unshare", "--user", "--map-current-user", "--net"});
  }
  return words;
}

std::vector<std::string> Flags(const BrowserOptions& options, const std::string& profile) {
  std::vector<std::string> flags = {
      "--headless", "--remote-debugging-pipe", "--user-data-dir=" + profile,
      // Nothing on its own account: no updates, reports, guesses or first-run pages.
      "--no-first-run", "--no-default-browser-check", "--no-pings", "--disable-sync",
      "--disable-background-networking", "--disable-component-update", "--disable-default-apps",
      "--disable-extensions", "--disable-domain-reliability", "--disable-breakpad",
      "--disable-client-side-phishing-detection", "--disable-field-trial-config",
      "--disable-search-engine-choice-screen", "--metrics-recording-only", "--noerrdialogs",
      "--disable-features=Translate,MediaRouter,DialMediaRouteProvider,OptimizationHints,"
      "AutofillServerCommunication,InterestFeedContentSuggestions",
      // The network of its own, should it have one.
      "--proxy-server=127.0.0.1:9", "--proxy-bypass-list=<-loopback>",
      "--host-resolver-rules=MAP * ~NOTFOUND", "--dns-prefetch-disable",
      "--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--disable-quic",
      // No devices, no windows, no sound.
      "--disable-gpu", "--disable-3d-apis", "--mute-audio", "--block-new-web-contents",
      "--disable-dev-shm-usage", "--disable-remote-fonts", "--disable-notifications",
      "--blink-settings=imagesEnabled=false", "--password-store=basic", "--use-mock-keychain",
      "--lang=zh-CN",
      "--js-flags=--max-old-space-size=" + std::to_string(options.heap_bytes_max >> 20)};
  if (!options.sandbox) flags.emplace_back("--no-sandbox");
  flags.emplace_back("about:blank");
  return flags;
}

constexpr char kProfile[] = "signboard-render-";

// -1: it is not there, or in use.
int LockDirectory(const std::string& path) {
  const int directory = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (directory >= 0 && flock(directory, LOCK_EX | LOCK_NB) == 0) return directory;
  if (directory >= 0) close(directory);
  return -1;
}

// What processes that were killed have left. Nobody's lock on it: nobody's browser in it.
void RemoveLeftProfiles() {
  std::error_code ignored;
  std::vector<std::string> left;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::temp_directory_path(), ignored)) {
    if (entry.path().filename().string().starts_with(kProfile)) left.push_back(entry.path());
  }
  for (const std::string& path : left) {
    const int lock = LockDirectory(path);
    if (lock < 0) continue;
    std::filesystem::remove_all(path, ignored);
    close(lock);
  }
}

// A directory that only the browser's user sees.
StatusOr<std::string> MakeProfile(const BrowserOptions& options) {
  std::string path =
      (std::filesystem::temp_directory_path() / (std::string(kProfile) + "XXXXXX")).string();
  if (mkdtemp(path.data()) == nullptr) {
    return base::Unavailable("no directory " + path + ": " + std::strerror(errno));
  }
  if (geteuid() != 0) return path;
  ASSIGN_OR_RETURN(const User user, FindUser(options.user));
  if (chown(path.c_str(), user.uid, user.gid) != 0) {
    return base::Unavailable("chown " + path + ": " + std::strerror(errno));
  }
  return path;
}

StatusOr<std::string> ProgramOf(const BrowserOptions& options) {
  const std::string program = options.program.empty() ? FindBrowser() : options.program;
  if (program.empty()) {
    return base::FailedPrecondition(
        "no browser is installed: apt-get install chromium-headless-shell");
  }
  if (access(program.c_str(), X_OK) != 0) {
    return base::FailedPrecondition("the browser " + program + ": " + std::strerror(errno));
  }
  return program;
}

}  // namespace

std::string FindBrowser() {
  for (const char* program : {kShell, kChromium})
    if (access(program, X_OK) == 0) return program;
  return "";
}

Status BrowserProcess::Check(const BrowserOptions& options) {
  RETURN_IF_ERROR(ProgramOf(options).status());
  ProcessGroup::Command command;
  ASSIGN_OR_RETURN(command.arguments, Cage(options));
  command.arguments.emplace_back("/bin/true");
  ASSIGN_OR_RETURN(const auto group, ProcessGroup::Start(command));
  if (group->WaitFor(kCheckTime) == 0) return OkStatus();
  return base::FailedPrecondition(
      options.sandbox
          ? "this machine gives the browser no namespaces of its own, which its sandbox needs: "
            "allow unprivileged user namespaces, or give the sandbox up ([crawler.browser] "
            "sandbox = false)"
          : "prlimit and setpriv, which cage the browser, do not work here");
}

StatusOr<std::unique_ptr<BrowserProcess>> BrowserProcess::Start(const BrowserOptions& options) {
  ProcessGroup::Command command;
  ASSIGN_OR_RETURN(command.arguments, Cage(options));
  ASSIGN_OR_RETURN(std::string program, ProgramOf(options));
  std::unique_ptr<BrowserProcess> browser(new BrowserProcess);
  RemoveLeftProfiles();
  ASSIGN_OR_RETURN(browser->directory_, MakeProfile(options));
  browser->lock_ = LockDirectory(browser->directory_);
  command.arguments.push_back(std::move(program));
  for (std::string& flag : Flags(options, browser->directory_))
    command.arguments.push_back(std::move(flag));
  // Pages show dates as their readers would see them.
  command.environment = {"HOME=" + browser->directory_, "TMPDIR=" + browser->directory_,
                         "PATH=/usr/bin:/bin", "LANG=C.UTF-8", "TZ=Asia/Shanghai"};
  command.log = browser->directory_ + "/stderr";
  int ends[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return base::Unavailable(std::string("socketpair: ") + std::strerror(errno));
  }
  browser->socket_ = ends[0];
  command.socket = ends[1];
  auto group = ProcessGroup::Start(command);
  close(ends[1]);
  RETURN_IF_ERROR(group.status());
  browser->group_ = std::move(group).value();
  return browser;
}

int BrowserProcess::TakeSocket() { return std::exchange(socket_, -1); }

std::string BrowserProcess::LastWords() const {
  std::ifstream log(directory_ + "/stderr");
  std::string line;
  std::string last;
  while (std::getline(log, line))
    if (!line.empty()) last = line;
  return last.substr(0, 512);
}

BrowserProcess::~BrowserProcess() {
  if (socket_ >= 0) close(socket_);
  group_.reset();
  std::error_code ignored;
  if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
  if (lock_ >= 0) close(lock_);
}

}  // namespace signboard::render
