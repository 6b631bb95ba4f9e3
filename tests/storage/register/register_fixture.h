// A real register in a directory of its own, in the Space of an archive, and pages to merge in it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "proto/base/digest.h"
#include "proto/base/key_codec.h"
#include "proto/base/time.h"
#include "storage/archive/schema.h"
#include "storage/kv/local_space.h"
#include "storage/register/alert_schema.h"
#include "storage/register/register.h"
#include "storage/register/schema.h"
#include "tests/storage/kv/temp_directory.h"

namespace signboard::registry {

inline constexpr int64_t kHour = 3'600'000;
inline constexpr int64_t kDay = 24 * kHour;
inline constexpr int64_t kNoon = 1'763'438'400'000;  // 2025-11-18T04:00:00Z, noon in China

inline std::vector<kv::FamilySpec> AllFamilies() {
  std::vector<kv::FamilySpec> families = archive::ArchiveFamilies();
  for (kv::FamilySpec& family : RegisterFamilies()) families.push_back(std::move(family));
  for (kv::FamilySpec& family : AlertFamilies()) families.push_back(std::move(family));
  return families;
}

inline StatusOr<std::unique_ptr<kv::LocalSpace>> OpenSpace(const std::string& directory,
                                                           std::vector<kv::FamilySpec> families) {
  kv::LocalSpaceOptions options;
  options.directory = directory;
  options.families = std::move(families);
  options.schema_version = archive::kSchemaVersion;
  return kv::LocalSpace::Open(std::move(options));
}

// What Jing'an's own page says.
inline v1::Finding Jingan() {
  v1::Finding f;
  f.set_is_announcement(true);
  f.set_score(0.9);
  f.set_event("unveiled");
  f.set_unit_type("centre");
  f.set_centre_name_zh("靖安国际传播中心");
  f.mutable_place()->set_code("360925");
  f.mutable_place()->set_name_zh("靖安县");
  f.mutable_place()->set_level("county");
  f.mutable_place()->add_parents("360900");
  f.mutable_place()->add_parents("360000");
  f.set_event_date("2025-11-18");
  f.set_event_date_precision("day");
  f.set_event_date_basis("text");
  return f;
}

inline void Quote(const std::string& field, const std::string& text, v1::Finding* finding) {
  v1::Quote* quote = finding->add_quotes();
  quote->set_field(field);
  quote->set_from(3);
  quote->set_to(9);
  quote->set_text(text);
}

// One entry of a log: a page with a finding.
class PageOf {
 public:
  PageOf(std::string url, int64_t captured_ms) {
    v1::Snapshot& snapshot = *entry_.mutable_snapshot();
    base::SnapshotId id;
    id.time = FromMillis(captured_ms);
    id.disc = base::SnapshotDisc(url, "GET", "test", "1234567812345678");
    id.url = url;
    snapshot.set_id(base::FormatSnapshotId(id));
    snapshot.set_url(std::move(url));
    snapshot.set_captured_ms(captured_ms);
    snapshot.set_stored_ms(captured_ms + 1);
    snapshot.mutable_page()->set_title("靖安国际传播中心揭牌");
  }
  PageOf&& Says(v1::Finding finding) && {
    *entry_.add_findings() = std::move(finding);
    return std::move(*this);
  }
  PageOf&& Text(std::string text) && {
    entry_.set_text(std::move(text));
    return std::move(*this);
  }
  PageOf&& Site(const std::string& site_name, const std::string& source = "") && {
    entry_.mutable_snapshot()->mutable_page()->set_site_name(site_name);
    entry_.mutable_snapshot()->mutable_page()->set_source(source);
    return std::move(*this);
  }
  PageOf&& Published(int64_t ms) && {
    entry_.mutable_snapshot()->mutable_page()->set_published_ms(ms);
    return std::move(*this);
  }
  operator v1::LoggedFindings() && { return std::move(entry_); }  // NOLINT: meant to convert

 private:
  v1::LoggedFindings entry_;
};

// An announcement without what depends on how often it was told of.
inline std::string Substance(v1::Announcement announcement) {
  announcement.clear_sequence();
  return announcement.DebugString();
}

class RegisterTest : public ::testing::Test {
 protected:
  void SetUp() override { Reopen(); }
  void TearDown() override {
    if (!space_) return;
    const Status status = CheckSchema(*space_);
    EXPECT_TRUE(status.ok()) << base::ToString(status);
  }
  void Reopen() {
    register_.reset();
    space_.reset();
    auto space = OpenSpace(directory_.Sub("archive"), AllFamilies());
    ASSERT_TRUE(space.ok()) << base::ToString(space.status());
    space_ = std::move(space).value();
    auto opened = Register::Open(*space_, clock_);
    ASSERT_TRUE(opened.ok()) << base::ToString(opened.status());
    register_ = std::move(opened).value();
  }

  // Merges the next entry of the log of the first shard.
  void Merge(v1::LoggedFindings entry) {
    entry.set_sequence(register_->Followed(0) + 1);
    const Status status = register_->Apply(0, entry);
    EXPECT_TRUE(status.ok()) << base::ToString(status);
  }
  std::vector<v1::Announcement> All(v1::ListAnnouncementsRequest request = {}) {
    std::vector<v1::Announcement> all;
    while (true) {
      auto page = register_->ListAnnouncements(request);
      EXPECT_TRUE(page.ok()) << base::ToString(page.status());
      if (!page.ok()) return all;
      for (v1::Announcement& row : page->rows) all.push_back(std::move(row));
      if (page->next.empty()) return all;
      request.set_cursor(page->next);
    }
  }
  std::vector<v1::Centre> Centres(v1::ListCentresRequest request = {}) {
    std::vector<v1::Centre> all;
    while (true) {
      auto page = register_->centres().List(request);
      EXPECT_TRUE(page.ok()) << base::ToString(page.status());
      if (!page.ok()) return all;
      for (v1::Centre& row : page->rows) all.push_back(std::move(row));
      if (page->next.empty()) return all;
      request.set_cursor(page->next);
    }
  }
  std::vector<v1::AnnouncementEvent> Events() {
    std::vector<v1::AnnouncementEvent> all;
    while (true) {
      auto some = register_->ReadEvents(all.size());
      EXPECT_TRUE(some.ok()) << base::ToString(some.status());
      if (!some.ok() || some->empty()) return all;
      for (v1::AnnouncementEvent& event : *some) all.push_back(std::move(event));
    }
  }
  v1::Centre CentreNamed(const std::string& name) {
    for (v1::Centre& centre : Centres())
      if (centre.name_zh() == name) return centre;
    ADD_FAILURE() << "no centre " << name;
    return {};
  }
  static std::vector<std::string> Said(const v1::Centre& centre, const std::string& field) {
    std::vector<std::string> values;
    for (const v1::Statement& statement : centre.statements())
      if (statement.field() == field) values.push_back(statement.value());
    return values;
  }

  kv::testing::TempDirectory directory_;
  base::ManualClock clock_{FromMillis(kNoon)};
  std::unique_ptr<kv::LocalSpace> space_;
  std::unique_ptr<Register> register_;
};

}  // namespace signboard::registry
