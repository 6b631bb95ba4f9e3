#include "deploy/signboard/bench_register.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "crawler/extract/gazetteer.h"
#include "crawler/extract/place.h"
#include "deploy/signboard/bench_clock.h"
#include "deploy/signboard/bench_directory.h"
#include "deploy/signboard/bench_machine.h"
#include "proto/base/time.h"
#include "storage/archive/schema.h"
#include "storage/kv/local_space.h"
#include "storage/register/register.h"

namespace signboard::cli {
namespace {

constexpr size_t kTenths = 10;
constexpr int64_t kStartMs = 1'763'438'400'000;  // 2025-11-18, noon in China
constexpr int64_t kHourMs = 3'600'000;
constexpr size_t kFloorWrites = 1'000;

// The counties of the country.
std::vector<const extract::Region*> Counties() {
  std::vector<const extract::Region*> counties;
  for (int code = 110'000; code < 660'000; ++code) {
    const extract::Region* region = extract::RegionOf(std::to_string(code));
    if (region != nullptr && region->successor.empty() && region->level == extract::Level::kCounty)
      counties.push_back(region);
  }
  return counties;
}

// Page `copy` about founding `number`: a theme of its own in one of the country's counties.
v1::LoggedFindings PageOf(const std::vector<const extract::Region*>& counties, size_t number,
                          size_t copy) {
  const extract::Place place = extract::MakePlace(*counties[number % counties.size()]);
  v1::LoggedFindings entry;
  v1::Snapshot& snapshot = *entry.mutable_snapshot();
  const std::string page = std::to_string(number) + "-" + std::to_string(copy);
  snapshot.set_url("http://m" + std::to_string(copy) + ".example.cn/" + page + ".html");
  snapshot.set_captured_ms(kStartMs + static_cast<int64_t>(number) * kHourMs +
                           static_cast<int64_t>(copy));
  snapshot.set_stored_ms(snapshot.captured_ms() + 1);
  snapshot.set_id(base::FormatDigits17(FromMillis(snapshot.captured_ms())) + "-00000000/" +
                  snapshot.url());
  snapshot.mutable_page()->set_title(place.name_zh + "国际传播中心揭牌");
  snapshot.mutable_page()->set_site_name("媒体" + std::to_string(copy));
  if (copy > 0) snapshot.mutable_page()->set_source("媒体0");
  v1::Finding& finding = *entry.add_findings();
  finding.set_is_announcement(true);
  finding.set_score(0.9);
  finding.set_event("unveiled");
  finding.set_unit_type("centre");
  finding.set_centre_name_zh(place.name_zh + "题材" + std::to_string(number) + "国际传播中心");
  finding.mutable_place()->set_code(place.code);
  finding.mutable_place()->set_name_zh(place.name_zh);
  finding.mutable_place()->set_level(place.level);
  for (const std::string& parent : place.parents) finding.mutable_place()->add_parents(parent);
  finding.set_event_date(
      base::FormatRfc3339(FromMillis(snapshot.captured_ms())).substr(0, 10));
  finding.set_lead_organ(place.name_zh + "委宣传部");
  v1::Quote& quote = *finding.add_quotes();
  quote.set_field("event");
  quote.set_text("揭牌成立");
  std::string text;
  for (int i = 0; i < 60; ++i)
    text += "第" + std::to_string(number * 61 + static_cast<size_t>(i)) + "句话，";
  entry.set_text(std::move(text));
  return entry;
}

// CPU seconds of this thread for synced writes of about what an entry has.
StatusOr<double> FloorOf(kv::Space& space, const std::string& bytes) {
  ASSIGN_OR_RETURN(const std::shared_ptr<kv::Shard> shard, space.ShardOf(0));
  const double from = ThreadCpuSeconds();
  for (size_t i = 0; i < kFloorWrites; ++i) {
    kv::Batch batch;
    batch.Put(archive::kFindingFamily, archive::FindingKey(0, i + 1), bytes);
    RETURN_IF_ERROR(shard->Write(batch, kv::Durability::kSynced));
  }
  return (ThreadCpuSeconds() - from) / static_cast<double>(kFloorWrites);
}

// CPU seconds of each tenth of the log.
StatusOr<std::vector<double>> Merge(const RegisterBenchOptions& options,
                                    registry::Register& merged) {
  const std::vector<const extract::Region*> counties = Counties();
  std::vector<double> tenths(kTenths, 0);
  uint64_t sequence = 0;
  for (size_t number = 0; number < options.announcements; ++number) {
    double& cost = tenths[number * kTenths / options.announcements];
    for (size_t copy = 0; copy <= options.reprints; ++copy) {
      v1::LoggedFindings entry = PageOf(counties, number, copy);
      entry.set_sequence(++sequence);
      const Status applied = Timed(&cost, [&] { return merged.Apply(0, entry); });
      RETURN_IF_ERROR(applied);
    }
  }
  return tenths;
}

// Each founding one announcement, each page a source of it, all but the first reprints.
Status CheckCounts(const RegisterBenchOptions& options, registry::Register& merged) {
  uint64_t announcements = 0;
  v1::ListAnnouncementsRequest request;
  request.set_limit(registry::kListMax);
  while (true) {
    ASSIGN_OR_RETURN(const auto page, merged.ListAnnouncements(request));
    for (const v1::Announcement& a : page.rows) {
      ++announcements;
      size_t reprints = 0;
      for (const v1::Source& source : a.sources()) reprints += source.is_reprint() ? 1 : 0;
      if (reprints != options.reprints || a.independent_source_count() != 1)
        return base::Internal("announcement " + a.id() + " has " + std::to_string(reprints) +
                              " reprints");
    }
    if (page.next.empty()) break;
    request.set_cursor(page.next);
  }
  if (announcements == options.announcements) return OkStatus();
  return base::Internal(std::to_string(announcements) + " announcements were made of " +
                        std::to_string(options.announcements) + " foundings");
}

}  // namespace

StatusOr<nlohmann::ordered_json> RunRegisterBench(const RegisterBenchOptions& options) {
  using Steady = std::chrono::steady_clock;
  const auto from = Steady::now();
  ASSIGN_OR_RETURN(const std::unique_ptr<BenchDirectory> directory, BenchDirectory::Make());
  kv::LocalSpaceOptions space_options;
  space_options.directory = directory->path() + "/archive";
  space_options.families = archive::ArchiveFamilies();
  for (const kv::FamilySpec& family : registry::RegisterFamilies())
    space_options.families.push_back(family);
  space_options.schema_version = archive::kSchemaVersion;
  ASSIGN_OR_RETURN(const std::unique_ptr<kv::LocalSpace> space,
                   kv::LocalSpace::Open(std::move(space_options)));
  const base::ManualClock clock(FromMillis(kStartMs));
  ASSIGN_OR_RETURN(const std::unique_ptr<registry::Register> merged,
                   registry::Register::Open(*space, clock));
  ASSIGN_OR_RETURN(const std::vector<double> tenths, Merge(options, *merged));
  RETURN_IF_ERROR(CheckCounts(options, *merged));
  const std::string bytes = PageOf(Counties(), 0, 0).SerializeAsString();
  ASSIGN_OR_RETURN(const double floor, FloorOf(*space, bytes));

  const double sources =
      static_cast<double>(options.announcements * (options.reprints + 1));
  const double per_tenth = sources / static_cast<double>(kTenths);
  double all = 0;
  for (const double tenth : tenths) all += tenth;
  nlohmann::ordered_json json = {{"name", "register"}, {"machine", DescribeMachine()}};
  json["figures"] = {{"announcements_count", options.announcements},
                     {"sources_count", sources},
                     {"merge_cpu_us", all * 1e6 / sources},
                     {"merge_first_tenth_cpu_us", tenths.front() * 1e6 / per_tenth},
                     {"merge_last_tenth_cpu_us", tenths.back() * 1e6 / per_tenth},
                     {"rss_peak_mib", StatusMib("VmHWM")}};
  json["floors"] = {{"synced_write_cpu_us", floor * 1e6}};
  json["ratios"] = {{"last_tenth_over_first", tenths.back() / tenths.front()},
                    {"merge_over_synced_write", all / sources / floor}};
  json["seconds"] = std::chrono::duration<double>(Steady::now() - from).count();
  return json;
}

}  // namespace signboard::cli
