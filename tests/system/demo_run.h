// `signboard demo --once` as a real process, and its data looked at afterwards with the verbs of
// the command line.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/system/site_under_watch.h"

namespace signboard::testing {

class DemoRun : public SiteUnderWatch {
 protected:
  // No site and no server before the demo.
  void SetUp() override {}

  // Lives through the days of the sites in a folder (empty: the sample world); its summary.
  void RunDemo(const std::string& sites);
  // Serves the data of the demo that has ended.
  void ServeItsData();
  // The captures of a URL, oldest first, as `versions --all --json` gives them.
  nlohmann::json Captures(const std::string& url) const;

  nlohmann::json summary_;
};

// How many of the captures have `key` true.
size_t CountTrue(const nlohmann::json& captures, const std::string& key);

}  // namespace signboard::testing
