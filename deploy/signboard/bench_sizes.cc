#include "deploy/signboard/bench_sizes.h"

#include <utility>

#include "deploy/signboard/bench_captures.h"
#include "deploy/signboard/bench_clock.h"
#include "deploy/signboard/bench_files.h"
#include "deploy/signboard/bench_rig.h"
#include "storage/archive/packer.h"
#include "storage/kv/read_floor.h"

namespace signboard::cli {
namespace {

constexpr size_t kCacheBytes = size_t{64} << 20;

// One kind of page in a store and in a WARC.
class Weighing {
 public:
  Weighing(const ArchiveBenchOptions& options, const BenchVersions& versions, PageKind kind)
      : options_(options), versions_(versions), kind_(kind) {}

  Status Run(BenchReads* reads, BenchTold* told) {
    ASSIGN_OR_RETURN(directory_, BenchDirectory::Make());
    store_ = directory_->path() + "/archive";
    RETURN_IF_ERROR(Open());
    ASSIGN_OR_RETURN(const uint64_t empty, SettledBytes());
    RETURN_IF_ERROR(StoreVersions());
    ASSIGN_OR_RETURN(const uint64_t whole, SettledBytes());
    double pack_s = 0;
    const Status in_chains = Timed(&pack_s, [&] { return archive::PackAll(archive_->space()); });
    RETURN_IF_ERROR(in_chains);
    ASSIGN_OR_RETURN(const uint64_t packed, SettledBytes());
    const uint64_t versions_warc = warc_.bytes();
    ASSIGN_OR_RETURN(const uint64_t bodies, BodyBytes());
    RETURN_IF_ERROR(StoreVisits());
    ASSIGN_OR_RETURN(const uint64_t all, SettledBytes());
    archive_.reset();

    const std::string name = NameOf(kind_);
    const auto count = static_cast<double>(kept_.size());
    const auto visits = count * static_cast<double>(options_.visits);
    const auto per = [&](uint64_t bytes, double many) { return static_cast<double>(bytes) / many; };
    told->figures["page_bytes_" + name] = per(page_bytes_, count);
    told->figures["whole_bytes_per_version_" + name] = per(whole - empty, count);
    told->figures["packed_bytes_per_version_" + name] = per(packed - empty, count);
    told->figures["packed_body_bytes_per_version_" + name] = per(bodies, count);
    told->figures["pack_cpu_us_per_version_" + name] = pack_s / count * 1e6;
    told->figures["bytes_per_unchanged_" + name] = per(all - packed, visits);
    told->floors["warc_bytes_per_version_" + name] = per(versions_warc, count);
    told->floors["warc_bytes_per_unchanged_" + name] = per(warc_.bytes() - versions_warc, visits);
    told->ratios["whole_over_warc_" + name] = per(whole - empty, per(versions_warc, 1));
    told->ratios["packed_over_warc_" + name] = per(packed - empty, per(versions_warc, 1));
    told->ratios["all_over_warc_with_revisits_" + name] = per(all - empty, per(warc_.bytes(), 1));
    return reads->Add(store_, std::move(kept_));
  }

 private:
  Status Open() {
    ASSIGN_OR_RETURN(archive_, BenchArchive::StartIn(store_, clock_));
    return OkStatus();
  }

  // Day by day, as they come.
  Status StoreVersions() {
    std::vector<std::vector<std::string>> pages;
    for (size_t page = 0; page < options_.pages; ++page)
      pages.push_back(versions_.Make(kind_, page, options_.versions));
    for (size_t version = 0; version < options_.versions; ++version) {
      for (size_t page = 0; page < options_.pages; ++page) {
        std::string& html = pages[page][version];
        page_bytes_ += html.size();
        archive::Capture capture =
            CaptureOfPage(BenchVersions::UrlOf(kind_, page), html, BenchTime(version));
        RETURN_IF_ERROR(warc_.Add(capture));
        ASSIGN_OR_RETURN(const archive::Archive::Written written,
                         archive_->archive().Write(std::move(capture)));
        if (written.reply.known_body()) return base::Internal("a version is the one before it");
        kept_.push_back(
            {written.reply.snapshot_id(), std::move(html), options_.versions - 1 - version});
      }
    }
    return OkStatus();
  }

  Status StoreVisits() {
    for (size_t version = 0; version < options_.versions; ++version) {
      for (size_t visit = 1; visit <= options_.visits; ++visit) {
        for (size_t page = 0; page < options_.pages; ++page) {
          archive::Capture capture =
              UnchangedCapture(BenchVersions::UrlOf(kind_, page), BenchTime(version, visit));
          RETURN_IF_ERROR(warc_.Add(capture));
          RETURN_IF_ERROR(archive_->archive().Write(std::move(capture)).status());
        }
      }
    }
    return OkStatus();
  }

  StatusOr<uint64_t> SettledBytes() {
    RETURN_IF_ERROR(archive_->Settle());
    archive_.reset();
    RETURN_IF_ERROR(Open());
    return StoreBytes(store_);
  }

  // Of the bodies and what they are made of; all else are records.
  StatusOr<uint64_t> BodyBytes() {
    archive_.reset();
    uint64_t bytes = 0;
    {
      ASSIGN_OR_RETURN(const auto files, kv::RocksReadFloor::Open(
                                             store_, archive::ArchiveFamilies(), kCacheBytes));
      for (const kv::Family family : {archive::kBodyFamily, archive::kChainFamily}) {
        ASSIGN_OR_RETURN(const uint64_t of_family, files->FamilyBytes(family));
        bytes += of_family;
      }
    }
    RETURN_IF_ERROR(Open());
    return bytes;
  }

  const ArchiveBenchOptions& options_;
  const BenchVersions& versions_;
  const PageKind kind_;
  const base::SystemClock clock_;
  std::unique_ptr<BenchDirectory> directory_;
  std::string store_;
  std::unique_ptr<BenchArchive> archive_;
  WarcFloor warc_;
  std::vector<KeptVersion> kept_;
  size_t page_bytes_ = 0;
};

}  // namespace

Status MeasureSizes(const ArchiveBenchOptions& options, const BenchVersions& versions,
                    BenchReads* reads, BenchTold* told) {
  for (const PageKind kind : kPageKinds) {
    Weighing weighing(options, versions, kind);
    RETURN_IF_ERROR(base::Annotate(weighing.Run(reads, told), NameOf(kind)));
  }
  return OkStatus();
}

}  // namespace signboard::cli
