#include "deploy/signboard/bench_floors.h"

#include <openssl/evp.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "crawler/parse/floor.h"
#include "deploy/signboard/bench_echo.h"
#include "deploy/signboard/bench_rig.h"
#include "proto/net/floor.h"
#include "storage/kv/floor.h"

namespace signboard::cli {
namespace {

constexpr int kZstdLevel = 3;

Status MeasureCurl(const FloorInput& input, Costs* costs) {
  const std::string target = input.tls ? "*:443=127.0.0.1:" + std::to_string(input.site->tls_port())
                                       : "*:80=127.0.0.1:" + std::to_string(input.site->port());
  ASSIGN_OR_RETURN(const net::ConnectTo to, net::ConnectTo::Parse(target));
  net::CurlFloor curl(to, input.site->ca_file());
  for (const std::string& url : *input.urls) {
    const auto got = Timed(&(*costs)["curl"], [&] { return curl.Get(url); });
    RETURN_IF_ERROR(got.status());
  }
  return OkStatus();
}

Status MeasureGumbo(const FloorInput& input, Costs* costs) {
  for (const std::string& text : *input.texts) {
    if (!Timed(&(*costs)["gumbo"], [&] { return parse::ParseBare(text); }))
      return base::Internal("gumbo made no tree");
  }
  return OkStatus();
}

Status MeasureHash(const FloorInput& input, Costs* costs) {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                   EVP_MD_CTX_free);
  for (const char* name : {"SHA256", "SHA1"}) {
    const std::unique_ptr<EVP_MD, void (*)(EVP_MD*)> digest(EVP_MD_fetch(nullptr, name, nullptr),
                                                            EVP_MD_free);
    std::array<unsigned char, EVP_MAX_MD_SIZE> result{};
    for (const worker::Capture& capture : *input.captures) {
      const bool done = Timed(&(*costs)["hash"], [&] {
        return EVP_DigestInit_ex2(context.get(), digest.get(), nullptr) == 1 &&
               EVP_DigestUpdate(context.get(), capture.decoded.data(),
                                capture.decoded.size()) == 1 &&
               EVP_DigestFinal_ex(context.get(), result.data(), nullptr) == 1;
      });
      if (!done) return base::Internal(std::string("OpenSSL refuses ") + name);
    }
  }
  return OkStatus();
}

Status MeasureZstd(const FloorInput& input, Costs* costs) {
  const std::unique_ptr<ZSTD_CCtx, size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(),
                                                                   ZSTD_freeCCtx);
  std::string packed;
  for (const worker::Capture& capture : *input.captures) {
    packed.resize(std::max(packed.size(), ZSTD_compressBound(capture.decoded.size())));
    const size_t size = Timed(&(*costs)["zstd"], [&] {
      return ZSTD_compressCCtx(context.get(), packed.data(), packed.size(),
                               capture.decoded.data(), capture.decoded.size(), kZstdLevel);
    });
    if (ZSTD_isError(size) != 0) return base::Internal(ZSTD_getErrorName(size));
  }
  return OkStatus();
}

// All threads count: the library has its own.
Status MeasureGrpc(const FloorInput& input, Costs* costs) {
  ASSIGN_OR_RETURN(const auto echo, BenchEcho::Start());
  const auto calls = BenchEcho::CallsOf(*input.captures);
  RETURN_IF_ERROR(echo->Send(calls));  // Connects.
  const double from = ProcessCpuSeconds();
  RETURN_IF_ERROR(echo->Send(calls));
  (*costs)["grpc"] += ProcessCpuSeconds() - from;
  return OkStatus();
}

Status MeasureRocksdb(const FloorInput& input, Costs* costs) {
  ASSIGN_OR_RETURN(const auto directory, BenchDirectory::Make());
  ASSIGN_OR_RETURN(const auto floor, kv::RocksFloor::Open(directory->path() + "/floor"));
  const std::vector<worker::Capture>& captures = *input.captures;
  std::vector<std::string> snapshots;
  for (const worker::Capture& capture : captures)
    snapshots.push_back(capture.header.snapshot().SerializeAsString());
  const double from = ProcessCpuSeconds();
  for (size_t at = 0; at < captures.size(); at += kBenchLanes) {
    std::vector<std::pair<std::string_view, std::string_view>> group;
    for (size_t i = at; i < std::min(at + kBenchLanes, captures.size()); ++i) {
      group.emplace_back(captures[i].header.snapshot().body_sha256(), captures[i].decoded);
      group.emplace_back(captures[i].header.snapshot().url(), snapshots[i]);
    }
    RETURN_IF_ERROR(floor->Put(group));
  }
  RETURN_IF_ERROR(floor->CompactAll());
  (*costs)["rocksdb"] += ProcessCpuSeconds() - from;
  return OkStatus();
}

}  // namespace

Status MeasureFloors(const FloorInput& input, Costs* costs) {
  RETURN_IF_ERROR(MeasureCurl(input, costs));
  RETURN_IF_ERROR(MeasureGumbo(input, costs));
  RETURN_IF_ERROR(MeasureHash(input, costs));
  RETURN_IF_ERROR(MeasureZstd(input, costs));
  RETURN_IF_ERROR(MeasureGrpc(input, costs));
  return MeasureRocksdb(input, costs);
}

}  // namespace signboard::cli
