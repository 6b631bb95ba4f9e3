#include "crawler/robots/robots_tag.h"

#include <algorithm>
#include <array>

#include "proto/base/text.h"

namespace signboard::robots {
namespace {

bool HasValue(std::string_view rule) {
  static constexpr std::array<std::string_view, 4> kRules = {
      "unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"};
  return std::any_of(kRules.begin(), kRules.end(), [rule](std::string_view known) {
    return base::EqualsIgnoreCaseAscii(rule, known);
  });
}

void Read(std::string_view field, std::string_view token, RobotsTag* tag) {
  bool ours = true;
  for (std::string_view piece : base::SplitAscii(field, ',')) {
    if (const size_t colon = piece.find(':'); colon != std::string_view::npos) {
      const std::string_view name = base::TrimAscii(piece.substr(0, colon));
      if (HasValue(name)) continue;
      ours = base::EqualsIgnoreCaseAscii(name, token);
      piece.remove_prefix(colon + 1);
    }
    if (!ours) continue;
    const std::string_view rule = base::TrimAscii(piece);
    const bool none = base::EqualsIgnoreCaseAscii(rule, "none");
    tag->noindex = tag->noindex || none || base::EqualsIgnoreCaseAscii(rule, "noindex");
    tag->nofollow = tag->nofollow || none || base::EqualsIgnoreCaseAscii(rule, "nofollow");
  }
}

}  // namespace

RobotsTag ParseRobotsTag(const std::vector<std::string_view>& fields,
                         std::string_view user_agent_token) {
  RobotsTag tag;
  for (const std::string_view field : fields) Read(field, user_agent_token, &tag);
  return tag;
}

}  // namespace signboard::robots
