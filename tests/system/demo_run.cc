#include "tests/system/demo_run.h"

#include "tests/paths.h"

namespace signboard::testing {

void DemoRun::RunDemo(const std::string& sites) {
  std::vector<std::string> command = {std::string(SIGNBOARD_BINARY_DIR) + "/bin/signboard", "demo",
                                      "--once", "--json", "--data", directory_ / "data"};
  if (!sites.empty()) command.insert(command.end(), {"--sites", sites});
  const Finished finished = RunProgram(command);
  ASSERT_EQ(finished.exit_code, 0) << finished.err << finished.out;
  summary_ = nlohmann::json::parse(finished.out, nullptr, false);
  ASSERT_TRUE(summary_.is_object()) << finished.out;
  std::fprintf(stderr, "%s pages, %s versions, %s captures, %s simulated days in %s s\n",
               summary_["pages"].dump().c_str(), summary_["versions"].dump().c_str(),
               summary_["captures"].dump().c_str(), summary_["simulated_days"].dump().c_str(),
               summary_["seconds"].dump().c_str());
}

void DemoRun::ServeItsData() {
  // The ports of a site that is not there: nothing can be fetched any more.
  site_port_ = FreePort();
  grpc_port_ = FreePort();
  http_port_ = FreePort();
  StartSignboard();
  WaitUntilUp();
}

nlohmann::json DemoRun::Captures(const std::string& url) const {
  return RunJson({"versions", url, "--all"}).value("versions", nlohmann::json::array());
}

size_t CountTrue(const nlohmann::json& captures, const std::string& key) {
  size_t count = 0;
  for (const auto& capture : captures)
    if (capture.value(key, false)) ++count;
  return count;
}

}  // namespace signboard::testing
