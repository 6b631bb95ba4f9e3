// The sample site and a `signboard run` that watches it, as real processes on loopback; and the
// verbs of the command line, run as a user runs them.
//
// The site's folder is a copy: a test that edits a file edits the site.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/process.h"

namespace signboard::testing {

class SiteUnderWatch : public ::testing::Test {
 protected:
  static constexpr char kSite[] = "http://www.jingan-gov.example";
  static constexpr size_t kSiteUrls = 38;  // Distinct URLs that a crawl from its home page meets.

  void SetUp() override;
  void TearDown() override;

  void StartSite();
  // With the settings below; a second call after Kill goes on with the same data.
  void StartSignboard();
  void KillSignboard(int signal);
  // Until the server answers.
  void WaitUntilUp();

  // signboard VERB... against this server.
  Finished Run(std::vector<std::string> arguments, const std::string& in = "") const;
  // The same with --json, parsed; fails the test when it is not JSON.
  nlohmann::json RunJson(std::vector<std::string> arguments) const;
  // GET from the gateway, with curl: status, headers and body as they came.
  Finished Http(const std::string& path, std::vector<std::string> options = {}) const;

  // Polls until true; false after a generous while.
  static bool Eventually(const std::function<bool()>& condition,
                         std::chrono::seconds most = std::chrono::seconds(60));
  size_t CapturedUrls() const;
  size_t Versions(const std::string& url, bool all) const;
  std::string SiteFile(const std::string& path) const;

  TempDirectory directory_;
  std::string frontier_settings_;  // More lines for [frontier].
  std::string more_settings_;      // More sections.
  int site_port_ = 0, grpc_port_ = 0, http_port_ = 0;
  Process site_;
  Process signboard_;
};

}  // namespace signboard::testing
