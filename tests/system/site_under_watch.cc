#include "tests/system/site_under_watch.h"

#include <signal.h>

#include <filesystem>
#include <sstream>
#include <thread>

#include "tests/paths.h"

namespace signboard::testing {
namespace {
const std::string kBin = std::string(SIGNBOARD_BINARY_DIR) + "/bin/";
}  // namespace

void SiteUnderWatch::SetUp() {
  std::filesystem::copy(std::string(SIGNBOARD_SOURCE_DIR) + "/deploy/world/sites",
                        directory_ / "sites", std::filesystem::copy_options::recursive);
  site_port_ = FreePort();
  grpc_port_ = FreePort();
  http_port_ = FreePort();
  StartSite();
}

void SiteUnderWatch::TearDown() {
  if (HasFailure()) {
    std::string log = ReadWholeFile(directory_ / "signboard.log");
    if (log.size() > 4'000) log = log.substr(log.size() - 4'000);
    std::fprintf(stderr, "-- signboard.log ends with\n%s\n", log.c_str());
  }
}

void SiteUnderWatch::StartSite() {
  site_ = Process({kBin + "signboard-world", "--listen", "127.0.0.1:" + std::to_string(site_port_),
                   "--sites", directory_ / "sites", "--start", "2025-11-18T01:30:00Z"},
                  directory_ / "site.log");
}

void SiteUnderWatch::StartSignboard() {
  WriteWholeFile(
      directory_ / "signboard.toml",
      "[data]\ndirectory = \"" + (directory_ / "data") + "\"\n[frontier]\nlisten = \"127.0.0.1:" +
          std::to_string(grpc_port_) +
          "\"\ndelay = \"5ms\"\nlease_time = \"20s\"\nhub_interval_start = \"1s\"\n"
          "hub_interval_min = \"500ms\"\nhub_interval_max = \"1s\"\npage_interval_start = \"1s\"\n"
          "page_interval_min = \"500ms\"\npage_interval_max = \"1s\"\n"
          "error_wait_start = \"500ms\"\n" +
          frontier_settings_ + "[crawler]\nconnect_to = [\"*:80=127.0.0.1:" +
          std::to_string(site_port_) +
          "\"]\n[crawler.guard]\nallow = [\"127.0.0.1/32\"]\n[gateway]\nlisten = \"127.0.0.1:" +
          std::to_string(http_port_) + "\"\n" + more_settings_);
  signboard_ = Process({kBin + "signboard", "run", "--config", directory_ / "signboard.toml"},
                       directory_ / "signboard.log");
}

void SiteUnderWatch::KillSignboard(int signal) {
  signboard_.Signal(signal);
  signboard_.Wait();
}

void SiteUnderWatch::WaitUntilUp() {
  ASSERT_TRUE(Eventually([&] { return Run({"status"}).exit_code == 0; })) << "does not come up";
}

Finished SiteUnderWatch::Run(std::vector<std::string> arguments, const std::string& in) const {
  std::vector<std::string> command = {kBin + "signboard", "--server",
                                      "127.0.0.1:" + std::to_string(grpc_port_)};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return RunProgram(command, in);
}

nlohmann::json SiteUnderWatch::RunJson(std::vector<std::string> arguments) const {
  arguments.push_back("--json");
  const Finished finished = Run(arguments);
  auto json = nlohmann::json::parse(finished.out, nullptr, false);
  EXPECT_FALSE(json.is_discarded()) << arguments[0] << " printed: " << finished.out << finished.err;
  return json;
}

Finished SiteUnderWatch::Http(const std::string& path, std::vector<std::string> options) const {
  std::vector<std::string> command = {"curl", "-sS", "--max-time", "20"};
  command.insert(command.end(), options.begin(), options.end());
  command.push_back("http://127.0.0.1:" + std::to_string(http_port_) + path);
  return RunProgram(command);
}

bool SiteUnderWatch::Eventually(const std::function<bool()>& condition,
                                std::chrono::seconds most) {
  const auto end = std::chrono::steady_clock::now() + most;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return true;
}

size_t SiteUnderWatch::CapturedUrls() const {
  const auto listed = Run({"urls", "www.jingan-gov.example", "--ndjson"});
  return static_cast<size_t>(std::count(listed.out.begin(), listed.out.end(), '\n'));
}

size_t SiteUnderWatch::Versions(const std::string& url, bool all) const {
  std::vector<std::string> arguments = {"versions", url, "--ndjson"};
  if (all) arguments.push_back("--all");
  const auto listed = Run(arguments);
  if (listed.exit_code != 0) return 0;
  return static_cast<size_t>(std::count(listed.out.begin(), listed.out.end(), '\n'));
}

std::string SiteUnderWatch::SiteFile(const std::string& path) const {
  return directory_ / ("sites/jingan-gov" + path);
}

}  // namespace signboard::testing
