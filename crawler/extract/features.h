// Features: what speaks for and against a founding, as the judge (judge.h) finds it in a page, and
// the weights that make a score of them.
//
// The score is logistic: 1 / (1 + exp(-(bias + the weights of its features))). Weights are data
// (data/weights.txt), fitted from labelled pages by `signboard label fit`: each line has what was
// fitted and what it was held to (its prior), so that a rule that no labelled page needs keeps its
// say. A finding at or above the threshold is an announcement.
//
// Threads: Safe from any; no state.
// Errors:  ReadWeights: kInvalidArgument names file and line.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "proto/base/status.h"

namespace signboard::extract {

enum class Feature : uint8_t {
  kStrong,
  kSoft,
  kTitle,
  kSaidMore,
  kLead,
  kCeremony,
  kDayNear,
  kTheseDays,
  kPlaceKnown,
  kPlaceUnknown,
  kOrdinal,
  kOrgans,
  kAlsoPast,
  kPressRoom,
  kPrivate,
  kBusiness,
  kTender,
  kCompany,
  kHeadlines,
  kVacancy,
  kGone,
  kDenied,
  kReference,
  kSpam,
  kRepeats,
  kRetold,
  kRetoldNear,
  kListed,
  kOwnLine,
  kGuess,
  kPastDay,
  kImplied,
  kImpliedRoot,
  kImpliedRootWeak,
  kImpliedBegin,
  kImpliedSign,
  kImpliedWill,
  kImpliedDay,
  kImpliedTitle,
  kImpliedLead,
  kImpliedOrdinal,
  kImpliedOrgans,
  kImpliedActs,
  kImpliedThing,
  kImpliedVisit,
  kImpliedPast,
  kImpliedPlan,
  kImpliedOther,
  kImpliedSigned,
  kImpliedPlanned,
};
inline constexpr size_t kFeatureCount = 50;

struct FeatureInfo {
  std::string_view name;   // In files.
  std::string_view words;  // For people; in a finding's reasons.
};
const FeatureInfo& InfoOf(Feature feature);

struct Weight {
  double value = 0;
  double prior = 0;
};

struct Weights {
  double threshold = 0.5;
  Weight bias;
  std::array<Weight, kFeatureCount> of = {};

  double Of(Feature feature) const { return of[static_cast<size_t>(feature)].value; }
};

// Of a sum of bias and weights: 0 to 1.
double ScoreOf(double sum);

inline constexpr std::string_view kWeightsFile = "weights.txt";
inline constexpr double kWeightMax = 50;

StatusOr<Weights> ReadWeights(std::string_view file, std::string_view text);

// Of the rules in force on this thread (rule_set.h).
const Weights& WeightsInForce();

}  // namespace signboard::extract
