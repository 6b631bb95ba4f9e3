#include "storage/gateway/replay_target.h"

#include <algorithm>
#include <array>

#include "proto/base/url.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

constexpr std::string_view kPrefix = "/web/";
constexpr size_t kMarkBytes = 3;

bool IsMark(std::string_view text) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return text.size() == kMarkBytes && is_letter(text[0]) && is_letter(text[1]) && text[2] == '_';
}

ReplayForm FormOf(std::string_view mark) {
  constexpr std::array<std::string_view, 5> kRaw = {"id_", "im_", "js_", "oe_", "fw_"};
  if (std::find(kRaw.begin(), kRaw.end(), mark) != kRaw.end()) return ReplayForm::kRaw;
  return mark == "cs_" ? ReplayForm::kStyle : ReplayForm::kPage;
}

}  // namespace

StatusOr<ReplayTarget> ParseReplayTarget(std::string_view target) {
  target.remove_prefix(kPrefix.size());
  ReplayTarget wanted;
  const size_t digits = std::min(target.find_first_not_of("0123456789"), target.size());
  std::string_view rest = target.substr(digits);
  std::string_view mark = rest.substr(0, std::min(rest.find('/'), rest.size()));
  if (!IsMark(mark)) mark = {};
  const bool has_slash = rest.substr(mark.size()).starts_with("/");
  if (digits == 0 && mark == "id_") return base::InvalidArgument("1 to 14 digits are needed");
  if (digits > 0 && has_slash) {
    if (digits > 14) return base::InvalidArgument("1 to 14 digits are needed");
    wanted.digits = std::string(target.substr(0, digits));
    wanted.mark = std::string(mark);
    wanted.form = FormOf(mark);
    target = rest.substr(mark.size() + 1);
    ASSIGN_OR_RETURN(wanted.when, base::ParseTimeRange(wanted.digits));
  } else if (target.starts_with("*/")) {
    wanted.form = ReplayForm::kCalendar;
    target.remove_prefix(2);
  }
  ASSIGN_OR_RETURN(const Url url, ParseReplayUrl(target));
  wanted.url = url.HrefWithoutFragment();
  return wanted;
}

}  // namespace signboard::gateway
