#include "crawler/extract/features.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "crawler/extract/rule_lines.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr std::array<FeatureInfo, kFeatureCount> kInfo = {{
    {"strong", "a plain word for founding"},
    {"soft", "a word that may mean a founding"},
    {"title", "in the headline"},
    {"said_more", "said more than once"},
    {"lead", "in the lead"},
    {"ceremony", "a ceremony is told"},
    {"day_near", "a day near the publication"},
    {"these_days", "in these days"},
    {"place_known", "place known"},
    {"place_unknown", "place unknown"},
    {"ordinal", "an ordinal"},
    {"organs", "its organs are named"},
    {"also_past", "also told as past"},
    {"press_room", "may be the press room of a conference"},
    {"private", "an association, company or university"},
    {"business", "business people's own"},
    {"tender", "a tender"},
    {"company", "a company's own"},
    {"headlines", "headlines without sentences"},
    {"vacancy", "a vacancy"},
    {"gone", "the page says that it is gone"},
    {"denied", "denied as untrue"},
    {"reference", "a book of reference"},
    {"spam", "made for search engines"},
    {"repeats", "the same names over and over"},
    {"retold", "a review, visit or award"},
    {"retold_near", "a review, visit or award, of these days"},
    {"listed", "one of a list of centres"},
    {"own_line", "a line by itself"},
    {"guess", "by a word that no list has"},
    {"past_day", "founded on a day of the past"},
    {"implied", "shown, and told by no verb"},
    {"implied_root", "shown: a word of beginnings"},
    {"implied_root_weak", "shown: a word that beginnings may have"},
    {"implied_begin", "shown: something is new"},
    {"implied_sign", "shown: its sign, a ceremony"},
    {"implied_will", "shown: what it will do"},
    {"implied_day", "shown: a day near the publication"},
    {"implied_title", "shown: named in the headline"},
    {"implied_lead", "shown: named in the lead"},
    {"implied_ordinal", "shown: an ordinal"},
    {"implied_organs", "shown: its organs are named"},
    {"implied_acts", "but it is at work"},
    {"implied_thing", "but a thing of its is spoken of"},
    {"implied_visit", "but it is visited"},
    {"implied_past", "but a past is spoken of"},
    {"implied_plan", "but a plan is spoken of"},
    {"implied_other", "but another centre is founded or renamed"},
    {"implied_signed", "but an agreement or accounts are told of"},
    {"implied_planned", "but a plan is told of"},
}};

std::optional<double> Number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || !std::isfinite(value) || std::abs(value) > kWeightMax) return std::nullopt;
  return value;
}

class WeightReader {
 public:
  Status Take(std::string_view file, size_t line, std::string_view text) {
    const size_t colon = text.find(": ");
    if (colon == std::string_view::npos)
      return RuleError(file, line, "a line of weights is `name: weight prior`");
    const std::string name(text.substr(0, colon));
    std::vector<double> numbers;
    for (const std::string_view word : base::SplitAscii(text.substr(colon + 2), ' ')) {
      if (word.empty()) continue;
      const auto number = Number(word);
      if (!number) return RuleError(file, line, std::string(word) + " is no weight");
      numbers.push_back(*number);
    }
    if (name == "threshold") {
      if (numbers.size() != 1 || numbers[0] <= 0 || numbers[0] >= 1)
        return RuleError(file, line, "the threshold is one number between 0 and 1");
      weights.threshold = numbers[0];
      return OkStatus();
    }
    if (numbers.size() != 2)
      return RuleError(file, line, name + ": write its weight and its prior");
    Weight* const weight = Find(name);
    if (weight == nullptr) return RuleError(file, line, "there is no feature " + name);
    *weight = {numbers[0], numbers[1]};
    return OkStatus();
  }

  Status End(std::string_view file) const {
    for (size_t i = 0; i < kFeatureCount; ++i)
      if (!seen_[i])
        return base::InvalidArgument(std::string(file) + ": no weight of " +
                                     std::string(kInfo[i].name));
    return OkStatus();
  }

  Weights weights;

 private:
  Weight* Find(std::string_view name) {
    if (name == "bias") return &weights.bias;
    for (size_t i = 0; i < kFeatureCount; ++i) {
      if (kInfo[i].name != name) continue;
      seen_[i] = true;
      return &weights.of[i];
    }
    return nullptr;
  }

  std::array<bool, kFeatureCount> seen_ = {};
};

}  // namespace

const FeatureInfo& InfoOf(Feature feature) { return kInfo[static_cast<size_t>(feature)]; }

double ScoreOf(double sum) { return 1 / (1 + std::exp(-sum)); }

StatusOr<Weights> ReadWeights(std::string_view file, std::string_view text) {
  WeightReader reader;
  RETURN_IF_ERROR(ForEachRuleLine(file, text, [&](size_t number, std::string_view line) {
    return reader.Take(file, number, line);
  }));
  RETURN_IF_ERROR(reader.End(file));
  return reader.weights;
}

}  // namespace signboard::extract
