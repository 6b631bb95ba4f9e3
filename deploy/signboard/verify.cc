// signboard verify: proves all that is kept, and names what is damaged.
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "deploy/signboard/data_verbs.h"
#include "deploy/signboard/text_file.h"
#include "proto/base/rpc_status.h"
#include "proto/base/text.h"
#include "signboard/v1/verification.grpc.pb.h"

namespace signboard::cli {
namespace {

using Steady = std::chrono::steady_clock;

constexpr Millis kRetryPause{500};
constexpr std::chrono::seconds kRetryTime{60};  // Without a word from the server.
constexpr size_t kPlaceBytesMax = size_t{1} << 20;
constexpr size_t kDamagesShownMax = 10'000;

struct Options {
  std::string place;  // A file.
};

std::string WhatWord(v1::Damage::What what) {
  return base::ToLowerAscii(v1::Damage::What_Name(what));
}

Json DamageJson(const v1::Damage& damage) {
  return {{"what", WhatWord(damage.what())},
          {"url", damage.url()},
          {"captured", damage.captured_ms() == 0 ? Json() : Json(Instant(damage.captured_ms()))},
          {"snapshot_id", damage.snapshot_id()},
          {"detail", damage.detail()},
          {"found", Instant(damage.found_ms())}};
}

Json SummaryJson(const v1::VerifyProgress& p) {
  return {{"done", p.done()},           {"started", Instant(p.started_ms())},
          {"captures", p.captures()},   {"bodies", p.bodies()},
          {"body_bytes", p.body_bytes()}, {"wires", p.wires()},
          {"findings", p.findings()},   {"slots", p.slots()},
          {"files", p.files()},         {"file_bytes", p.file_bytes()},
          {"damaged", p.damaged()}};
}

class Run {
 public:
  Run(const Context& context, const Options& options) : context_(context), options_(options) {}

  int Go() {
    Status status = ReadPlace();
    if (status.ok()) status = Follow();
    if (!status.ok()) return Fail(context_, base::ToGrpc(status), Hint());
    Print();
    return progress_.damaged() > 0 ? kNotVerified : kOk;
  }

 private:
  Status ReadPlace() {
    if (options_.place.empty()) return OkStatus();
    auto place = ReadFile(options_.place, kPlaceBytesMax);
    if (place.status().code() == StatusCode::kNotFound) return OkStatus();
    RETURN_IF_ERROR(place.status());
    progress_.set_place(*std::move(place));
    return OkStatus();
  }

  std::string Hint() const {
    if (options_.place.empty() || progress_.captures() == 0) return "";
    return "the same command goes on where it stood";
  }

  // Until all is read. A server that is started again goes on.
  Status Follow() {
    auto heard = Steady::now();
    while (true) {
      const auto stub = v1::Verification::NewStub(context_.Channel("archive"));
      grpc::ClientContext call;
      RETURN_IF_ERROR(context_.Prepare(&call));
      call.set_deadline(std::chrono::system_clock::time_point::max());
      v1::VerifyRequest request;
      request.set_after(progress_.place());
      const auto reader = stub->Verify(&call, request);
      v1::VerifyEvent event;
      while (reader->Read(&event)) {
        heard = Steady::now();
        if (event.has_damage()) Tell(std::move(*event.mutable_damage()));
        if (event.has_progress()) RETURN_IF_ERROR(Take(std::move(*event.mutable_progress())));
      }
      const grpc::Status status = reader->Finish();
      if (status.ok() && progress_.done()) return Forget();
      const bool away = status.error_code() == grpc::StatusCode::UNAVAILABLE;
      if (!away || !began_ || Steady::now() - heard > kRetryTime)
        return status.ok() ? base::Internal("the server ended before all was read")
                           : base::FromGrpc(status);
      std::this_thread::sleep_for(kRetryPause);
    }
  }

  void Tell(v1::Damage damage) {
    began_ = true;
    if (context_.ndjson) {
      PrintNdjson(DamageJson(damage));
    } else if (!context_.json) {
      ClearLine();
      std::printf("%s  %s%s%s\n", WhatWord(damage.what()).c_str(),
                  base::EscapeTerminal(damage.url()).c_str(), damage.url().empty() ? "" : "  ",
                  damage.captured_ms() == 0 ? "" : Instant(damage.captured_ms()).c_str());
      if (!damage.snapshot_id().empty())
        std::printf("  snapshot %s\n", base::EscapeTerminal(damage.snapshot_id()).c_str());
      std::printf("  %s\n", base::EscapeTerminal(damage.detail()).c_str());
      std::fflush(stdout);
    } else if (damages_.size() < kDamagesShownMax) {
      damages_.push_back(DamageJson(damage));
    }
  }

  Status Take(v1::VerifyProgress progress) {
    began_ = true;
    progress_ = std::move(progress);
    if (isatty(STDERR_FILENO) == 1) {
      std::fprintf(stderr, "\r%llu of %llu captures, %s read, %llu damaged   ",
                   static_cast<unsigned long long>(progress_.captures()),
                   static_cast<unsigned long long>(progress_.all_captures()),
                   Bytes(progress_.body_bytes() + progress_.file_bytes()).c_str(),
                   static_cast<unsigned long long>(progress_.damaged()));
      if (progress_.done()) ClearLine();
    }
    return options_.place.empty() ? OkStatus() : WriteFile(options_.place, progress_.place());
  }

  void ClearLine() const {
    if (isatty(STDERR_FILENO) == 1) std::fprintf(stderr, "\r%70s\r", "");
  }

  // There is nothing to go on with.
  Status Forget() const {
    if (!options_.place.empty() && unlink(options_.place.c_str()) != 0 && errno != ENOENT)
      return base::Internal("remove " + options_.place);
    return OkStatus();
  }

  void Print() const {
    Json summary = SummaryJson(progress_);
    summary["server"] = context_.server;
    if (context_.ndjson) return PrintNdjson(summary);
    if (context_.json) {
      summary["damages"] = damages_;
      return PrintJson(summary);
    }
    const auto count = [](uint64_t n) { return static_cast<unsigned long long>(n); };
    std::printf("%llu captures: %llu bodies, %s, fit their digests%s; %llu wire bodies made again; "
                "%llu entries of findings; %llu files, %s\n",
                count(progress_.captures()), count(progress_.bodies()),
                Bytes(progress_.body_bytes()).c_str(),
                progress_.damaged() > 0 ? " but for what is named" : "", count(progress_.wires()),
                count(progress_.findings()), count(progress_.files()),
                Bytes(progress_.file_bytes()).c_str());
    std::printf("%llu damaged\n", count(progress_.damaged()));
  }

  const Context& context_;
  const Options& options_;
  v1::VerifyProgress progress_;
  bool began_ = false;  // A server that was never heard is not waited for.
  std::vector<Json> damages_;
};

}  // namespace

void AddVerify(CLI::App& app, Context& context) {
  auto o = std::make_shared<Options>();
  auto* verb = app.add_subcommand(
      "verify", "Rebuild every version that is kept and compare digests, index, counts and files");
  verb->add_option("--place", o->place,
                   "Keep in this file how far it is; go on from there where it exists");
  verb->footer("Goes on beside everything else, at low priority. What is damaged is named, and\n"
               "never served; the next capture with the same bytes puts them back. Exit code 5:\n"
               "something is damaged.\nExamples:\n  signboard verify\n"
               "  signboard verify --place verify.place --ndjson");
  verb->callback(
      [&context, o] { context.action = [&context, o] { return Run(context, *o).Go(); }; });
}

}  // namespace signboard::cli
