#include "storage/register/sources.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "proto/base/text.h"
#include "proto/base/url.h"
#include "storage/register/absence.h"
#include "storage/register/clamp_finding.h"
#include "storage/register/disjoint_sets.h"
#include "storage/register/sketch.h"

namespace signboard::registry {
namespace {

std::string HostOf(const std::string& url) {
  const auto parsed = Url::Parse(url);
  return parsed.ok() ? std::string(parsed->host()) : std::string();
}

// A medium's name as it is compared: 靖安县融媒体中心 and " 靖安縣融媒體中心 " are one.
std::string PlainName(std::string_view name) {
  return base::ToLowerAscii(Plain(base::TruncateUtf8(name, kNameCharsMax)));
}

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// An organ that wrote the text itself (来源：县委宣传部) is no other medium.
bool IsMedium(std::string_view plain) {
  constexpr std::array<std::string_view, 20> kMarks = {
      "报", "网", "台", "社", "融媒", "新闻", "广播", "电视", "客户端", "公众号",
      "媒体", "传媒", "周刊", "在线", "微信", "发布", "news", "daily", "times", "press"};
  return std::any_of(kMarks.begin(), kMarks.end(),
                     [&](std::string_view mark) { return Contains(plain, mark); });
}

bool NamesOtherMedium(const v1::PageFacts& page) {
  const std::string source = PlainName(page.source());
  const std::string site = PlainName(page.site_name());
  if (source.empty() || site.empty() || !IsMedium(source)) return false;
  if (source.starts_with("本") || Contains(source, "原创")) return false;  // 本站, 本网, 本报
  return !Contains(source, site) && !Contains(site, source);
}

bool IsGovernment(const v1::Source& source) {
  const std::string host = HostOf(source.url());
  return host.ends_with(".gov.cn");
}

// Of pages with the same words, the one that most likely had them first.
auto OriginalityOf(const Evidence& evidence) {
  const v1::Source& source = evidence.source();
  return std::tuple(evidence.names_other_medium(), ToMillis(PublishedAt(source)),
                    !IsGovernment(source), source.captured_ms(),
                    std::string_view(source.snapshot_id()));
}

// Of each, its place when the most original stands first.
std::vector<size_t> PlacesByOriginality(const std::vector<Evidence>& all) {
  std::vector<decltype(OriginalityOf(all.front()))> keys;
  for (const Evidence& evidence : all) keys.push_back(OriginalityOf(evidence));
  std::vector<size_t> order(all.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return keys[a] < keys[b]; });
  std::vector<size_t> places(all.size());
  for (size_t place = 0; place < order.size(); ++place) places[order[place]] = place;
  return places;
}

bool FoundBefore(const Evidence& a, const Evidence& b) {
  return std::tuple(a.source().captured_ms(), std::string_view(a.source().snapshot_id())) <
         std::tuple(b.source().captured_ms(), std::string_view(b.source().snapshot_id()));
}

// Two captures of one URL that say the same of the founding.
bool SaySame(const v1::Source& a, const v1::Source& b) {
  if (a.url() != b.url()) return false;
  v1::Finding finding_a = a.finding();
  v1::Finding finding_b = b.finding();
  for (v1::Finding* finding : {&finding_a, &finding_b}) {
    for (v1::Quote& quote : *finding->mutable_quotes()) {
      quote.clear_from();
      quote.clear_to();
    }
    finding->clear_reasons();
    finding->clear_score();
  }
  return finding_a.SerializeAsString() == finding_b.SerializeAsString();
}

// By when a page says that it was founded: the end of the day it gives, else its publication.
UnixTime SaidFounded(const Evidence& evidence) {
  const FoundingDay said = ParseFoundingDay(evidence.source().finding().event_date());
  return said.last ? *said.last : PublishedAt(evidence.source());
}

// Of two entries about one snapshot. Two logs do not share a snapshot, unless its slot has moved.
bool IsLater(const Evidence& a, const Evidence& b) {
  return a.slot_first() == b.slot_first() && a.sequence() > b.sequence();
}

// Beyond kSourcesMax, reprints go first, then what came last.
void DropLast(std::vector<Evidence>* all) {
  while (all->size() > static_cast<size_t>(kSourcesMax)) {
    MarkReprints(all);
    auto worst = std::find_if(all->rbegin(), all->rend(),
                              [](const Evidence& e) { return e.source().is_reprint(); });
    if (worst == all->rend()) worst = all->rbegin();
    all->erase(std::next(worst).base());
  }
}

// Absent is 0. Between 1970 and the year 9999, where adding days is safe.
UnixTime Published(int64_t told_ms, int64_t captured_ms) {
  constexpr int64_t kLastMs = 253'370'764'800'000;
  const bool told = 0 < told_ms && told_ms <= captured_ms;
  return FromMillis(std::clamp<int64_t>(told ? told_ms : captured_ms, 0, kLastMs));
}

}  // namespace

UnixTime PublishedAt(const v1::Snapshot& snapshot) {
  return Published(snapshot.page().published_ms(), snapshot.captured_ms());
}

UnixTime PublishedAt(const v1::Source& source) {
  return Published(source.published_ms(), source.captured_ms());
}

Evidence MakeEvidence(const v1::LoggedFindings& entry, const v1::Finding& finding,
                      uint32_t slot_first) {
  const v1::Snapshot& snapshot = entry.snapshot();
  const v1::PageFacts& page = snapshot.page();
  Evidence evidence;
  v1::Source& source = *evidence.mutable_source();
  source.set_snapshot_id(snapshot.id());
  *source.mutable_finding() = finding;
  source.set_found_ms(snapshot.stored_ms() > 0 ? snapshot.stored_ms() : snapshot.captured_ms());
  source.set_url(snapshot.url());
  source.set_title(std::string(base::TruncateUtf8(page.title(), kLongCharsMax)));
  const std::string medium = !page.source().empty()      ? page.source()
                             : !page.site_name().empty() ? page.site_name()
                                                         : HostOf(snapshot.url());
  source.set_medium(std::string(base::TruncateUtf8(medium, kNameCharsMax)));
  if (page.has_published_ms()) source.set_published_ms(page.published_ms());
  source.set_captured_ms(snapshot.captured_ms());
  source.set_simulated(snapshot.simulated());
  evidence.set_slot_first(slot_first);
  evidence.set_sequence(entry.sequence());
  evidence.set_sketch(MakeSketch(entry.text()));
  evidence.set_names_other_medium(NamesOtherMedium(page));
  return evidence;
}

bool IsNews(const v1::Finding& finding, UnixTime published) {
  const FoundingDay said = ParseFoundingDay(finding.event_date());
  return !said.last || published < *said.last + kNewsSpan;
}

void TakeOut(const Evidence& not_one, std::vector<Evidence>* all) {
  std::erase_if(*all, [&](const Evidence& e) {
    return e.source().snapshot_id() == not_one.source().snapshot_id() && !IsLater(e, not_one);
  });
}

std::vector<Evidence> SourcesOf(std::vector<Evidence> all,
                                const std::optional<FoundingDay>& known) {
  std::erase_if(all, [&](const Evidence& e) {
    const FoundingDay said = ParseFoundingDay(e.source().finding().event_date());
    return known && IsRetold(*known, said, PublishedAt(e.source()));
  });
  std::sort(all.begin(), all.end(), FoundBefore);
  std::vector<Evidence> sources;
  for (Evidence& one : all) {
    const bool told = std::any_of(sources.begin(), sources.end(), [&](const Evidence& e) {
      return e.source().snapshot_id() == one.source().snapshot_id() ||
             SaySame(e.source(), one.source());
    });
    if (!told) sources.push_back(std::move(one));
  }
  if (sources.empty()) return sources;
  UnixTime founded = SaidFounded(sources.front());
  for (const Evidence& evidence : sources) founded = std::min(founded, SaidFounded(evidence));
  std::erase_if(sources, [&](const Evidence& evidence) {
    return PublishedAt(evidence.source()) >= founded + kNewsSpan;
  });
  DropLast(&sources);
  return sources;
}

namespace {

// Keeps the sources, and of the others kOthersMax.
void DropOthers(const std::optional<FoundingDay>& known, std::vector<Evidence>* all) {
  std::vector<Evidence> kept = SourcesOf(*all, known);
  std::set<std::string_view> ids;
  for (const Evidence& source : kept) ids.insert(source.source().snapshot_id());
  std::erase_if(*all, [&](const Evidence& e) { return ids.count(e.source().snapshot_id()) > 0; });
  std::sort(all->begin(), all->end(), [](const Evidence& a, const Evidence& b) {
    return std::tuple(PublishedAt(a.source()), std::string_view(a.source().snapshot_id())) <
           std::tuple(PublishedAt(b.source()), std::string_view(b.source().snapshot_id()));
  });
  if (all->size() > kOthersMax) all->resize(kOthersMax);
  for (Evidence& source : kept) all->push_back(std::move(source));
}

}  // namespace

void TakeIn(Evidence more, const std::optional<FoundingDay>& known, std::vector<Evidence>* all) {
  const bool is_old = std::any_of(all->begin(), all->end(), [&](const Evidence& e) {
    return e.source().snapshot_id() == more.source().snapshot_id() && IsLater(e, more);
  });
  if (is_old) return;
  TakeOut(more, all);
  if (!IsNews(more.source().finding(), PublishedAt(more.source()))) return;
  const auto same_words = std::find_if(all->begin(), all->end(), [&](const Evidence& e) {
    return SaySame(e.source(), more.source());
  });
  if (same_words != all->end()) {
    if (FoundBefore(*same_words, more)) {
      TakeOverVersions(more, &*same_words);
      return;
    }
    TakeOverVersions(*same_words, &more);
    all->erase(same_words);
  }
  all->push_back(std::move(more));
  if (all->size() > kOthersMax) DropOthers(known, all);
  std::sort(all->begin(), all->end(), FoundBefore);
}

uint32_t MarkReprints(std::vector<Evidence>* all) {
  const size_t count = all->size();
  std::vector<std::string> media;
  std::vector<std::vector<uint64_t>> sketches;
  for (const Evidence& evidence : *all) {
    media.push_back(PlainName(evidence.source().medium()));
    sketches.push_back(HashesOf(evidence.sketch()));
  }
  DisjointSets voices(count);
  for (Evidence& evidence : *all)
    evidence.mutable_source()->set_is_reprint(evidence.names_other_medium());
  const std::vector<size_t> places = PlacesByOriginality(*all);
  for (size_t i = 0; i < count; ++i) {
    for (size_t j = 0; j < i; ++j) {
      v1::Source& copy = *(*all)[places[i] < places[j] ? j : i].mutable_source();
      // Texts tell nothing new of two that are one voice, of which the copy is known as one.
      if (copy.is_reprint() && voices.Root(i) == voices.Root(j)) continue;
      const bool same_url = (*all)[i].source().url() == (*all)[j].source().url();
      const bool same_text = AreReprints(sketches[i], sketches[j]);
      if (same_url || same_text || media[i] == media[j]) voices.Join(i, j);
      if (same_text && !same_url) copy.set_is_reprint(true);
    }
  }
  uint32_t voice_count = 0;
  for (size_t i = 0; i < count; ++i) voice_count += voices.Root(i) == i ? 1 : 0;
  return voice_count;
}

}  // namespace signboard::registry
