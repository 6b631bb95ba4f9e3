#include "deploy/signboard/score_fit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <sstream>

#include "crawler/extract/rule_set.h"

namespace signboard::cli {
namespace {

// Rows that a known model makes: bias -1, weights 2, -3, 0.5.
std::vector<FitRow> Rows(size_t count) {
  const std::vector<double> truth = {-1, 2, -3, 0.5};
  std::mt19937 random(7);
  std::uniform_real_distribution<double> uniform;
  std::vector<FitRow> rows(count);
  for (FitRow& row : rows) {
    for (size_t feature = 0; feature < 3; ++feature)
      if (random() % 2 == 0) row.features.push_back(feature);
    row.is_one = uniform(random) < Predict(row, truth);
  }
  return rows;
}

TEST(LogisticFitTest, FindsTheModelThatMadeTheRows) {
  const auto weights = FitLogistic(Rows(40'000), {0, 0, 0, 0}, 0.01);
  ASSERT_EQ(weights.size(), 4u);
  EXPECT_NEAR(weights[0], -1, 0.1);
  EXPECT_NEAR(weights[1], 2, 0.1);
  EXPECT_NEAR(weights[2], -3, 0.1);
  EXPECT_NEAR(weights[3], 0.5, 0.1);
}

TEST(LogisticFitTest, TheMinimumIsWhereTheSlopeIsNone) {
  const std::vector<FitRow> rows = Rows(500);
  const std::vector<double> priors = {0.5, -0.5, 1, 0};
  const double lambda = 2;
  const auto weights = FitLogistic(rows, priors, lambda);
  std::vector<double> slope(4);
  for (size_t i = 0; i < 4; ++i) slope[i] = lambda * (weights[i] - priors[i]);
  for (const FitRow& row : rows) {
    const double more = Predict(row, weights) - (row.is_one ? 1 : 0);
    slope[0] += more;
    for (const size_t feature : row.features) slope[feature + 1] += more;
  }
  for (const double s : slope) EXPECT_NEAR(s, 0, 1e-6);
}

TEST(LogisticFitTest, WhatNoRowHasStaysAtItsPriorAndWhatDividesThemAllStaysFinite) {
  std::vector<FitRow> rows(60);
  for (size_t i = 0; i < rows.size(); ++i) {
    rows[i].is_one = i % 2 == 0;
    if (rows[i].is_one) rows[i].features = {0};
  }
  const auto weights = FitLogistic(rows, {0, 1, -7}, 1);
  EXPECT_GT(weights[1], 2);
  EXPECT_LT(weights[1], 20);
  EXPECT_EQ(weights[2], -7);
}

// Pages that announce, plan and retell, as an analyst labels them.
std::string GoldSet() {
  std::string text;
  const auto page = [&](int i, const std::string& body, bool announces) {
    gateway::Json labelled = {{"id", "p" + std::to_string(i)}, {"url", nullptr},
                              {"page_date", "2025-11-19"},     {"text", body},
                              {"findings", gateway::Json::array()}};
    if (announces) {
      labelled["findings"].push_back(
          {{"is_announcement", true}, {"founding", "f" + std::to_string(i % 15)}});
    }
    text += labelled.dump() + "\n";
  };
  for (int i = 0; i < 40; ++i) {
    page(i, "靖安国际传播中心揭牌\n11月18日，靖安国际传播中心在靖安县揭牌成立。", true);
    page(100 + i, "靖安国际传播中心招聘公告\n靖安国际传播中心已揭牌，现招聘工作人员，岗位条件如下。", false);
  }
  return text;
}

std::vector<LabelledFinding> RowsOf(const std::string& gold) {
  std::istringstream in(gold);
  std::vector<LabelledFinding> rows;
  const auto pages = ReadGoldSet(in, "gold");
  EXPECT_TRUE(pages.ok()) << base::ToString(pages.status());
  for (const GoldPage& page : *pages) AddRows(page, &rows);
  return rows;
}

TEST(ScoreFitTest, TheSameLabelsGiveTheSameBytesAndTheDetectorReadsThem) {
  const auto rows = RowsOf(GoldSet());
  ASSERT_GE(rows.size(), 60u);
  const auto fit = FitScores(rows, extract::WeightsInForce());
  ASSERT_TRUE(fit.ok()) << base::ToString(fit.status());
  EXPECT_EQ(fit->false_positives, 0u);
  EXPECT_EQ(fit->false_negatives, 0u);
  const std::string weights = WeightsText(fit->weights);
  const auto rules = extract::RuleSet::Parse({{"weights.txt", weights}});
  ASSERT_TRUE(rules.ok()) << base::ToString(rules.status());
  const std::string report = FitReport(*fit, "s");
  // Under the fitted weights the priors are the same, and so is all that comes of them.
  const extract::UseRules use(rules->get());
  EXPECT_EQ(extract::WeightsInForce().bias.value, fit->weights.bias.value);
  const auto again = FitScores(RowsOf(GoldSet()), extract::WeightsInForce());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(WeightsText(again->weights), weights);
  EXPECT_EQ(FitReport(*again, "s"), report);
}

TEST(ScoreFitTest, OneKindOfLabelsIsNoneToLearnFrom) {
  auto rows = RowsOf(GoldSet());
  std::erase_if(rows, [](const LabelledFinding& row) { return !row.row.is_one; });
  const auto fit = FitScores(rows, extract::WeightsInForce());
  EXPECT_EQ(fit.status().code(), StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace signboard::cli
