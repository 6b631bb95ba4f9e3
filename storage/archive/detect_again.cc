#include "storage/archive/detect_again.h"

#include <algorithm>
#include <cmath>
#include <google/protobuf/util/message_differencer.h>
#include <set>
#include <utility>

#include "crawler/extract/centre_key.h"
#include "crawler/extract/detector.h"
#include "crawler/extract/extract.h"
#include "crawler/extract/finding_message.h"
#include "crawler/extract/gazetteer.h"
#include "crawler/extract/soft_404.h"
#include "proto/base/time.h"
#include "storage/archive/snapshots.h"
#include "storage/index/record.h"

namespace signboard::archive {
namespace {

constexpr size_t kPlaceCodeBytes = 6;
// What is longer is no page that was read whole.
constexpr uint64_t kPageBytesMax = uint64_t{32} << 20;
// Scores that are shown alike are alike.
constexpr double kScoreStep = 1e-4;

extract::PageFacts FactsOf(const v1::PageFacts& page) {
  extract::PageFacts facts;
  facts.title = page.title();
  facts.source = page.source();
  facts.site_name = page.site_name();
  if (page.has_published_ms()) facts.published = FromMillis(page.published_ms());
  return facts;
}

// What is read anew stands instead of what was read when the capture came.
v1::PageFacts Renewed(v1::PageFacts page, const extract::PageFacts& facts) {
  page.set_title(facts.title);
  page.set_source(facts.source);
  page.set_site_name(facts.site_name);
  page.clear_published_ms();
  page.clear_published_basis();
  if (!facts.published) return page;
  page.set_published_ms(ToMillis(*facts.published));
  page.set_published_basis(facts.published_basis);
  return page;
}

Searched Search(extract::DetectorInput input, v1::PageFacts page) {
  Searched searched;
  searched.page = std::move(page);
  for (const extract::Finding& finding : extract::Detect(input))
    searched.findings.push_back(extract::MakeMessage<v1::Finding>(finding));
  if (!searched.findings.empty()) searched.text = std::move(input.text);
  return searched;
}

// Which centre a finding is of, as far as names and places tell.
std::string CentreOf(const v1::Finding& finding) {
  extract::Place place;
  place.code = finding.place().code();
  place.name_zh = finding.place().name_zh();
  place.level = finding.place().level();
  place.parents.assign(finding.place().parents().begin(), finding.place().parents().end());
  const std::string key = extract::CentreKey(finding.centre_name_zh(), place);
  return key + "\n" + (finding.centre_name_zh().empty() ? finding.centre_name_en() : "");
}

std::vector<std::string> FieldsThatDiffer(const v1::Finding& a, const v1::Finding& b) {
  std::vector<std::string> fields;
  const auto* const descriptor = v1::Finding::descriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const auto* const field = descriptor->field(i);
    if (field->name() == "quotes" || field->name() == "reasons") continue;
    if (field->name() == "score") {
      if (std::abs(a.score() - b.score()) >= kScoreStep) fields.push_back(field->name());
      continue;
    }
    google::protobuf::util::MessageDifferencer differencer;
    if (!differencer.CompareWithFields(a, b, {field}, {field})) fields.push_back(field->name());
  }
  return fields;
}

Difference Pair(const v1::Finding* before, const v1::Finding* after) {
  Difference difference;
  if (before != nullptr) *difference.mutable_before() = *before;
  if (after != nullptr) *difference.mutable_after() = *after;
  if (before == nullptr || after == nullptr) return difference;
  for (std::string& field : FieldsThatDiffer(*before, *after))
    difference.add_fields(std::move(field));
  return difference;
}

}  // namespace

bool MayBePage(const v1::Snapshot& snapshot) {
  if (snapshot.body_bytes() > kPageBytesMax) return false;
  const std::string mime = index::MimeEssence(snapshot.content_type());
  for (const char* other : {"image/", "video/", "audio/", "font/", "application/pdf",
                            "application/zip", "application/msword", "application/vnd."})
    if (mime.starts_with(other)) return false;
  return true;
}

std::string PlaceCodeOf(const v1::Snapshot& snapshot) {
  if (snapshot.has_detection()) return snapshot.detection().place_code();
  // Captures of older workers do not say what the seed's place was. A government's site does: its
  // id begins with the place's code.
  const std::string code = snapshot.page().site_id_code().substr(0, kPlaceCodeBytes);
  return extract::RegionOf(code) == nullptr ? "" : code;
}

Searched SearchText(const v1::Snapshot& snapshot, const std::string& text) {
  const extract::PageFacts facts = FactsOf(snapshot.page());
  extract::DetectorInput input;
  input.url = snapshot.url();
  input.text = text;
  input.title_bytes = extract::TitleBytes(text, facts);
  input.published = facts.published;
  input.source = facts.source;
  input.site_name = facts.site_name;
  input.place_code = PlaceCodeOf(snapshot);
  return Search(std::move(input), snapshot.page());
}

std::optional<Searched> SearchPage(const v1::Snapshot& snapshot, std::string_view body,
                                   extract::SiteTemplates* templates) {
  const auto url = base::Url::Parse(snapshot.url());
  if (!url.ok()) return std::nullopt;
  const std::string_view type =
      HasRendered(snapshot) ? extract::kRenderedType : snapshot.content_type();
  extract::PageRead read = extract::ExtractFromBody(body, type, *url);
  extract::Extracted& found = read.extracted;
  const bool is_html = read.kind == decode::BodyKind::kHtml;
  if ((!is_html && read.kind != decode::BodyKind::kText) || found.is_hub) return std::nullopt;
  if (is_html && !extract::Soft404Words(found.facts, found.main_text).empty()) return std::nullopt;
  if (is_html) extract::RefineText(*url, snapshot.url(), templates, &found);
  return Search(extract::MakeDetectorInput(found.facts, found.main_text, snapshot.url(),
                                           PlaceCodeOf(snapshot)),
                Renewed(snapshot.page(), found.facts));
}

std::vector<Difference> Compare(const std::vector<v1::Finding>& before,
                                const std::vector<v1::Finding>& after) {
  std::vector<const v1::Finding*> old_ones;
  std::vector<const v1::Finding*> new_ones;
  for (const v1::Finding& finding : before) old_ones.push_back(&finding);
  std::vector<Difference> differences;
  const auto note = [&](const v1::Finding* a, const v1::Finding* b) {
    Difference difference = Pair(a, b);
    const bool same = a != nullptr && b != nullptr && difference.fields_size() == 0;
    if (!same) differences.push_back(std::move(difference));
  };
  for (const v1::Finding& finding : after) {
    const auto same = std::find_if(old_ones.begin(), old_ones.end(), [&](const auto* old) {
      return CentreOf(*old) == CentreOf(finding);
    });
    if (same == old_ones.end()) {
      new_ones.push_back(&finding);
    } else {
      note(*same, &finding);
      old_ones.erase(same);
    }
  }
  // One centre that goes by another name or place now is one that changed.
  if (old_ones.size() == 1 && new_ones.size() == 1) {
    note(old_ones[0], new_ones[0]);
    return differences;
  }
  for (const v1::Finding* finding : new_ones) note(nullptr, finding);
  for (const v1::Finding* finding : old_ones) note(finding, nullptr);
  return differences;
}

std::vector<v1::Finding> GoneOf(const std::vector<v1::Finding>& before,
                                const std::vector<v1::Finding>& after) {
  std::set<std::string> kept;
  for (const v1::Finding& finding : after) kept.insert(CentreOf(finding));
  std::vector<v1::Finding> gone;
  for (const v1::Finding& finding : before) {
    if (!kept.insert(CentreOf(finding)).second) continue;
    v1::Finding& one = gone.emplace_back();
    one.set_centre_name_zh(finding.centre_name_zh());
    one.set_centre_name_en(finding.centre_name_en());
    one.set_unit_type(finding.unit_type());
    if (finding.has_place()) *one.mutable_place() = finding.place();
  }
  return gone;
}

}  // namespace signboard::archive
