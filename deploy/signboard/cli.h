// What all verbs of the command line share: the global options, talking to a server, and how
// answers and errors leave the program.
//
// Data goes to stdout, talk to stderr. With --json the answer is one JSON document, errors too.
// A verb is a function that registers its options on a CLI::App and an action; main runs the one
// action that was chosen and returns its exit code.
//
// Threads: one.
#pragma once

#include <grpcpp/grpcpp.h>

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/status.h"
#include "proto/base/time.h"
#include "signboard/v1/archive.grpc.pb.h"
#include "signboard/v1/register.pb.h"
#include "signboard/v1/scheduling.grpc.pb.h"
#include "storage/gateway/words.h"

namespace signboard::cli {

using gateway::JobStateWord;
using gateway::Json;
using gateway::OutcomeWord;
using gateway::ReasonWord;

// interfaces.md section 1; scripts depend on these numbers.
enum ExitCode : int {
  kOk = 0,
  kFailed = 1,
  kUsage = 2,
  kNotFound = 3,
  kRefused = 4,
  kNotVerified = 5,
  kPartly = 6,
  kUnreachable = 7,
};

struct Context {
  // Global options.
  bool json = false;
  bool ndjson = false;
  bool dry_run = false;
  std::string server = "127.0.0.1:7070";
  std::string token_file;
  std::string timeout = "30s";

  std::function<int()> action;  // Of the verb that was named.

  // A deadline from now, for one call.
  std::chrono::system_clock::time_point Deadline() const;
  // To whoever plays a role ("frontier", "archive", "register"), which the server named by --server
  // knows; to that server itself where it does not say.
  std::shared_ptr<grpc::Channel> Channel(const std::string& role) const;
  // Sets the deadline and, where --token-file is given, the bearer token.
  Status Prepare(grpc::ClientContext* call) const;
};

// Prints the error (as JSON on stdout with --json, for people on stderr otherwise) and gives the
// exit code that fits it. `hint` is what to do next; may be empty.
int Fail(const Context& context, const Status& status, std::string_view hint = "");
// The same for what a server answered; names the server when it could not be reached.
int Fail(const Context& context, const grpc::Status& status, std::string_view hint = "");

// One document to stdout.
void PrintJson(const Json& document);
// One line of a stream to stdout, flushed.
void PrintNdjson(const Json& document);

// Rows under a header, columns aligned by what a terminal shows (wide characters are two columns).
// Hostile control characters are made visible.
void PrintTable(const std::vector<std::string>& header,
                const std::vector<std::vector<std::string>>& rows);

// Rows of CSV (RFC 4180) to stdout, flushed; no cell runs as a formula (storage/gateway/csv.h).
void PrintCsv(const std::vector<std::vector<std::string>>& rows);

// 2025-11-18T03:04:05Z, or "-" for 0.
std::string Instant(int64_t ms);
std::string Bytes(uint64_t count);
double Seconds(const google::protobuf::Duration& span);

grpc::Status GetAnnouncement(const Context& context, const std::shared_ptr<grpc::Channel>& channel,
                             const std::string& id, v1::Announcement* announcement);
// What was found in a page just fetched: with its score, or why it is no announcement.
void PrintFindings(const v1::FetchSummary& fetched);

// The verbs. Each adds its subcommand to `app`.
void AddRun(CLI::App& app, Context& context);
void AddRoles(CLI::App& app, Context& context);
void AddDemo(CLI::App& app, Context& context);
void AddConfig(CLI::App& app, Context& context);
void AddBench(CLI::App& app, Context& context);
void AddCheck(CLI::App& app, Context& context);
void AddSeeds(CLI::App& app, Context& context);
void AddRecrawl(CLI::App& app, Context& context);
void AddLookup(CLI::App& app, Context& context);
void AddVersions(CLI::App& app, Context& context);
void AddDiff(CLI::App& app, Context& context);
void AddUrls(CLI::App& app, Context& context);
void AddAnnouncements(CLI::App& app, Context& context);
void AddAnnouncement(CLI::App& app, Context& context);
void AddCentres(CLI::App& app, Context& context);
void AddAlert(CLI::App& app, Context& context);
void AddCoverage(CLI::App& app, Context& context);
void AddShow(CLI::App& app, Context& context);
void AddDetect(CLI::App& app, Context& context);
void AddRule(CLI::App& app, Context& context);
void AddLabel(CLI::App& app, Context& context);
void AddRedetect(CLI::App& app, Context& context);
void AddStatus(CLI::App& app, Context& context);
void AddExplain(CLI::App& app, Context& context);
void AddQueues(CLI::App& app, Context& context);
void AddVersionVerb(CLI::App& app, Context& context);
void AddCompletion(CLI::App& app, Context& context);

}  // namespace signboard::cli
