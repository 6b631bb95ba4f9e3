#include "storage/gateway/announcement_view.h"

#include <algorithm>

#include "storage/gateway/labels.h"
#include "storage/gateway/regions.h"
#include "storage/gateway/register_words.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

constexpr int kSourcesShown = 3;
constexpr size_t kNameShown = 80;

void AddFact(std::string_view field, const std::string& text, Language language,
             PageData* facts) {
  if (text.empty()) return;
  PageData fact;
  fact.set("label", FieldLabel(field, language));
  fact.set("value", text);
  *facts << fact;
}

PageData Facts(const v1::Finding& f, Language language) {
  PageData facts(PageData::type::list);
  AddFact("lead_organ", Shown(f.lead_organ(), kNameShown), language, &facts);
  AddFact("guiding_organ", Shown(f.guiding_organ(), kNameShown), language, &facts);
  AddFact("operator", Shown(f.operator_organ(), kNameShown), language, &facts);
  std::string claims;
  for (const v1::Claim& claim : f.claims())
    claims += (claims.empty() ? "" : "; ") + ClaimText(claim, language);
  AddFact("claims", claims, language, &facts);
  AddFact("ordinal", OrdinalText(f, language), language, &facts);
  return facts;
}

}  // namespace

PageData Maybe(std::string text) {
  return text.empty() ? PageData(false) : PageData(std::move(text));
}

std::string AnnouncementName(const v1::Announcement& a, Language language) {
  const v1::Finding& f = a.merged();
  if (!f.centre_name_zh().empty()) return Shown(f.centre_name_zh(), kNameShown);
  if (!f.centre_name_en().empty()) return Shown(f.centre_name_en(), kNameShown);
  if (!f.place().name_zh().empty()) return Shown(f.place().name_zh(), kNameShown);
  return language == Language::kZh ? "（未具名）" : "(unnamed)";
}

std::string AnnouncementPath(const v1::Announcement& a) {
  return "/announcements/" + EncodeQuery(a.id());
}

PageData SourceItem(const v1::Source& s, int number, Language language) {
  PageData item;
  item.set("number", std::to_string(number));
  const std::string title = s.title().empty() ? s.url() : s.title();
  item.set("source_title", Shown(title, 120));
  item.set("replay", Maybe(ReplayPathOf(s)));
  item.set("versions", "/lookup?url=" + EncodeQuery(s.url()) +
                           (language == Language::kZh ? "&lang=zh" : "&lang=en"));
  item.set("medium", Maybe(Shown(s.medium(), kNameShown)));
  item.set("published", s.has_published_ms() ? PageData(ShownTime(s.published_ms()))
                                             : PageData(false));
  item.set("captured", s.captured_ms() == 0 ? PageData(false)
                                            : PageData(ShownTime(s.captured_ms())));
  item.set("reprint", s.is_reprint());
  item.set("source_url", Shown(s.url()));
  item.set("snapshot", Shown(s.snapshot_id()));
  item.set("source_simulated", s.simulated());
  const v1::Removal& removal = s.removal();
  item.set("removed", s.has_removal() ? PageData(RemovalLabel(removal.kind(), language))
                                      : PageData(false));
  item.set("removed_seen", ShownTime(removal.seen_ms()));
  item.set("removed_last", Shown(removal.last_snapshot_id()));
  item.set("removed_first", Shown(removal.snapshot_id()));
  item.set("removed_replay", Maybe(ReplayPathOfId(removal.last_snapshot_id())));
  return item;
}

PageData AnnouncementItem(const v1::Announcement& a, Language language) {
  const v1::Finding& f = a.merged();
  PageData item;
  item.set("name", AnnouncementName(a, language));
  item.set("name_en", f.centre_name_zh().empty()
                          ? PageData(false)
                          : Maybe(Shown(f.centre_name_en(), kNameShown)));
  item.set("dossier", AnnouncementPath(a) + (language == Language::kZh ? "?lang=zh" : "?lang=en"));
  std::string chain;
  for (const std::string& name : PlaceChain(f.place()))
    chain += (chain.empty() ? "" : " › ") + Shown(name, 40);
  item.set("chain", Maybe(chain));
  const std::string& level = f.place().level();
  item.set("level", Maybe(level.empty() ? "" : LevelLabel(level, language)));
  item.set("event", Maybe(f.event().empty() ? "" : EventLabel(f.event(), language)));
  item.set("date", Maybe(EventDateText(f, language)));
  item.set("score", ScoreText(f.score()));
  item.set("announcement_simulated", IsSimulated(a));
  const int removed = RemovedCount(a);
  item.set("removed_sources", removed == 0 ? PageData(false)
                                           : PageData(std::to_string(removed) + "/" +
                                                      std::to_string(a.sources_size())));
  item.set("state", a.state() == "found" || a.state().empty()
                        ? PageData(false)
                        : PageData(StateLabel(a.state(), language)));
  item.set("found", a.first_found_ms() == 0 ? PageData(false)
                                            : PageData(ShownTime(a.first_found_ms())));
  item.set("facts", Facts(f, language));
  PageData sources(PageData::type::list);
  for (int i = 0; i < std::min(a.sources_size(), kSourcesShown); ++i)
    sources << SourceItem(a.sources(i), i + 1, language);
  item.set("sources", sources);
  item.set("more_sources", a.sources_size() > kSourcesShown
                               ? PageData(std::to_string(a.sources_size() - kSourcesShown))
                               : PageData(false));
  return item;
}

}  // namespace signboard::gateway
