// tests/interop/mail_server.py as tests start it, and what it took.
//
// Threads: one.
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/paths.h"
#include "tests/support/process.h"

namespace signboard::testing {

class MailServer {
 public:
  static bool IsInstalled() {
    return RunProgram({"/usr/bin/python3", "-c", "import aiosmtpd"}).exit_code == 0;
  }
  MailServer() { Answer("ok"); }

  // Until Listens() one must wait.
  void Start(const std::vector<std::string>& more = {}) {
    std::filesystem::remove(directory_ / "port");
    std::vector<std::string> command = {
        "/usr/bin/python3", SIGNBOARD_SOURCE_DIR "/tests/interop/mail_server.py",
        directory_.path()};
    command.insert(command.end(), more.begin(), more.end());
    process_ = Process(command, directory_ / "log");
  }
  bool Listens() const { return std::filesystem::exists(directory_ / "port"); }
  std::string address() const {
    return "127.0.0.1:" + std::to_string(std::stoi(ReadWholeFile(directory_ / "port")));
  }
  // A mode of mail_server.py.
  void Answer(const std::string& mode) {
    WriteWholeFile(directory_ / "mode.new", mode);
    std::filesystem::rename(directory_ / "mode.new", directory_ / "mode");
  }
  bool WasAsked() const { return std::filesystem::exists(directory_ / "asked"); }
  std::vector<nlohmann::json> Taken() const {
    std::vector<nlohmann::json> all;
    if (!std::filesystem::exists(directory_ / "taken")) return all;
    std::istringstream lines(ReadWholeFile(directory_ / "taken"));
    for (std::string line; std::getline(lines, line) && !lines.eof();)
      all.push_back(nlohmann::json::parse(line));
    return all;
  }
  // The values of a header field, decoded.
  static std::vector<std::string> Field(const nlohmann::json& mail, const std::string& name) {
    std::vector<std::string> values;
    for (const auto& field : mail["fields"])
      if (field[0] == name) values.push_back(field[1]);
    return values;
  }

 private:
  TempDirectory directory_;
  Process process_;
};

}  // namespace signboard::testing
