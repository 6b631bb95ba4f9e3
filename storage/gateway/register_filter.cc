#include "storage/gateway/register_filter.h"

#include <charconv>

#include "proto/base/text.h"
#include "storage/gateway/regions.h"

namespace signboard::gateway {
namespace {

constexpr size_t kWordBytesMax = 200;

// A leading or lone ".." leaves that side open.
Status SetSpan(const FilterWords& words, UnixTime now, v1::AnnouncementFilter* filter) {
  std::string_view since = words.since;
  std::string_view until = words.until;
  if (const size_t dots = since.find(".."); dots != std::string_view::npos) {
    if (until.empty()) until = since.substr(dots + 2);
    since = since.substr(0, dots);
  }
  if (!since.empty()) {
    ASSIGN_OR_RETURN(const int64_t first, StartOf("since", since, now));
    filter->set_since_ms(first);
  }
  if (!until.empty()) {
    ASSIGN_OR_RETURN(const int64_t last, EndOf("until", until));
    filter->set_until_ms(last + 1);  // Exclusive.
  }
  if (filter->has_since_ms() && filter->has_until_ms() && filter->since_ms() >= filter->until_ms())
    return base::InvalidArgument("since: it is later than until");
  return OkStatus();
}

}  // namespace

StatusOr<int64_t> StartOf(std::string_view name, std::string_view text, UnixTime now) {
  if (text.find("..") != std::string_view::npos)
    return base::InvalidArgument(std::string(name) + " " + std::string(text) +
                                 ": name one instant, no range");
  const bool is_span = !text.empty() && text.back() >= 'a' && text.back() <= 'z';
  if (is_span) {
    const auto span = base::ParseSpan(text);
    if (!span.ok()) return base::Annotate(span.status(), std::string(name));
    return ToMillis(now - *span);
  }
  const auto range = base::ParseTimeRange(text);
  if (!range.ok()) return base::Annotate(range.status(), std::string(name));
  return ToMillis(range->first);
}

StatusOr<int64_t> EndOf(std::string_view name, std::string_view text) {
  const auto range = base::ParseTimeRange(text);
  if (!range.ok()) return base::Annotate(range.status(), std::string(name));
  return ToMillis(range->end) - 1;
}

StatusOr<std::string> PlaceCode(std::string_view province, std::string_view place) {
  std::string code;
  if (!province.empty()) {
    auto found = RegionCode(province, "province");
    if (!found.ok()) return base::Annotate(found.status(), "province");
    code = *std::move(found);
  }
  if (!place.empty()) {
    auto found = RegionCode(place, "");
    if (!found.ok()) return base::Annotate(found.status(), "place");
    if (!code.empty() && found->substr(0, 2) != code.substr(0, 2))
      return base::InvalidArgument("place: " + *found + " is not in the province " + code);
    code = *std::move(found);
  }
  return code;
}

Status CheckLevel(std::string_view level) {
  for (const std::string_view known : {"", "province", "prefecture", "county", "other"})
    if (level == known) return OkStatus();
  return base::InvalidArgument("level: province, prefecture, county or other is needed");
}

StatusOr<v1::AnnouncementFilter> MakeFilter(const FilterWords& words, UnixTime now) {
  v1::AnnouncementFilter filter;
  for (const std::string& word : {words.since, words.until, words.province, words.place}) {
    if (word.size() > kWordBytesMax || !base::IsValidUtf8(word))
      return base::InvalidArgument("filter: a value is too long, or not UTF-8");
  }
  RETURN_IF_ERROR(SetSpan(words, now, &filter));
  ASSIGN_OR_RETURN(std::string code, PlaceCode(words.province, words.place));
  filter.set_place_code(std::move(code));
  RETURN_IF_ERROR(CheckLevel(words.level));
  filter.set_level(words.level);
  if (!words.min_score.empty()) {
    double score = 0;
    const char* end = words.min_score.data() + words.min_score.size();
    const auto parsed = std::from_chars(words.min_score.data(), end, score);
    if (parsed.ec != std::errc() || parsed.ptr != end || !(score >= 0 && score <= 1))
      return base::InvalidArgument("min_score: a number from 0 to 1 is needed");
    filter.set_score_min(score);
  }
  return filter;
}

}  // namespace signboard::gateway
