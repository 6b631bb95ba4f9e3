#include "storage/register/absence.h"

#include <algorithm>

#include "crawler/extract/fold.h"

namespace signboard::registry {
namespace {

bool Holds(const std::string& text, std::string_view words) {
  return text.find(Plain(words)) != std::string::npos;
}

// The name, and one of the words that told the event: by the page's own quotes where it has them.
bool StillSays(const v1::Finding& finding, const std::string& text) {
  bool names = Holds(text, finding.centre_name_zh().empty() ? finding.centre_name_en()
                                                            : finding.centre_name_zh());
  bool has_event_quote = false;
  bool tells = false;
  for (const v1::Quote& quote : finding.quotes()) {
    if (quote.field().starts_with("centre")) names = names || Holds(text, quote.text());
    if (quote.field() != "event") continue;
    has_event_quote = true;
    tells = tells || Holds(text, quote.text());
  }
  return names && (tells || !has_event_quote);
}

int64_t SeenMs(const Evidence& evidence) {
  return std::max(evidence.seen_ms(), evidence.source().captured_ms());
}

void Confirm(const v1::Snapshot& version, Evidence* evidence) {
  if (version.captured_ms() <= SeenMs(*evidence)) return;
  evidence->set_seen_ms(version.captured_ms());
  evidence->set_seen_snapshot_id(version.id());
  if (evidence->source().removal().seen_ms() < version.captured_ms())
    evidence->mutable_source()->clear_removal();
}

void Miss(const v1::Snapshot& version, std::string_view kind, Evidence* evidence) {
  if (version.captured_ms() <= SeenMs(*evidence)) return;
  const bool has_one = evidence->source().has_removal();
  // The first version without it.
  if (has_one && evidence->source().removal().seen_ms() <= version.captured_ms()) return;
  v1::Removal* removal = evidence->mutable_source()->mutable_removal();
  removal->set_kind(std::string(kind));
  removal->set_snapshot_id(version.id());
  removal->set_seen_ms(version.captured_ms());
  removal->set_last_snapshot_id(evidence->seen_snapshot_id().empty()
                                    ? evidence->source().snapshot_id()
                                    : evidence->seen_snapshot_id());
}

}  // namespace

std::string Plain(std::string_view text) {
  std::string plain;
  for (const char c : extract::FoldText(text))
    if (static_cast<unsigned char>(c) > 0x20) plain.push_back(c);
  return plain;
}

void NoteVersion(const v1::LoggedFindings& entry, bool reports, std::vector<Evidence>* all) {
  const v1::Snapshot& version = entry.snapshot();
  const bool gone = version.outcome() == v1::OUTCOME_GONE;
  // Old entries, all with findings, do not say that they are content.
  const bool content = version.outcome() == v1::OUTCOME_CONTENT ||
                       version.outcome() == v1::OUTCOME_UNSPECIFIED;
  std::string text;
  for (Evidence& evidence : *all) {
    if (evidence.source().url() != version.url()) continue;
    if (gone) {
      Miss(version, "gone", &evidence);
    } else if (reports) {
      Confirm(version, &evidence);
    } else if (content && !entry.text().empty()) {
      if (text.empty()) text = Plain(entry.text());
      if (StillSays(evidence.source().finding(), text)) {
        Confirm(version, &evidence);
      } else {
        Miss(version, "edited", &evidence);
      }
    }
  }
}

void TakeOverVersions(const Evidence& from, Evidence* to) {
  v1::Snapshot seen;
  seen.set_captured_ms(SeenMs(from));
  seen.set_id(from.seen_snapshot_id().empty() ? from.source().snapshot_id()
                                              : from.seen_snapshot_id());
  Confirm(seen, to);
  if (from.source().has_removal() && !to->source().has_removal())
    *to->mutable_source()->mutable_removal() = from.source().removal();
}

}  // namespace signboard::registry
