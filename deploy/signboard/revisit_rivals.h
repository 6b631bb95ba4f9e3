// Who visits a RevisitWorld: our policy, driven through its own code, and those it is compared
// with. Each takes a scale by which its intervals are made longer or shorter, so that all can be
// compared at equal fetches.
//
// Threads: one.
#pragma once

#include <memory>

#include "deploy/signboard/revisit_run.h"
#include "frontier/options.h"

namespace signboard::cli {

// Nutch's AdaptiveFetchSchedule, as nutch-default.xml has it.
std::unique_ptr<RevisitVisitor> NutchVisitor(const RevisitWorld& world, double scale);
// StormCrawler's AdaptiveScheduler.
std::unique_ptr<RevisitVisitor> StormCrawlerVisitor(const RevisitWorld& world, double scale);
// All alike, a day apart times `scale`.
std::unique_ptr<RevisitVisitor> UniformVisitor(const RevisitWorld& world, double scale);
// As the square root of the true rate: the least mean delay of links there is without a profile.
std::unique_ptr<RevisitVisitor> SquareRootVisitor(const RevisitWorld& world, double scale);

struct OwnVisitorOptions {
  frontier::RevisitOptions revisit;  // But for the mean interval of hubs: a day times the scale.
  bool true_rates = false;           // Told, not learned.
  bool week = false;                 // Learns the hours in which links come.
};
std::unique_ptr<RevisitVisitor> OwnVisitor(const RevisitWorld& world, double scale,
                                           const OwnVisitorOptions& options);

}  // namespace signboard::cli
