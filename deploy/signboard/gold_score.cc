#include "deploy/signboard/gold_score.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "crawler/extract/centre_key.h"
#include "crawler/extract/fold.h"
#include "crawler/worker/findings.h"
#include "proto/base/text.h"
#include "storage/gateway/register_words.h"
#include "storage/register/foundings.h"
#include "storage/register/known_centres.h"
#include "storage/register/sources.h"
#include "storage/register/statements.h"

namespace signboard::cli {
namespace {

using gateway::Json;

constexpr double kZ = 1.959964;              // 95 %.
constexpr size_t kOrganBytesMin = 9;         // Three characters: less names no organ.
constexpr std::string_view kOrganKeys[] = {"lead_organ", "guiding_organ", "operator", "partners"};
constexpr std::string_view kMarks[] = {" ", "\t", "\n", "\"", "'", "“", "”", "‘", "’", "「", "」",
                                       "『", "』", "《", "》", "(", ")", "·"};
// Key of the label, and where its value is.
constexpr std::pair<const char*, const char*> kFields[] = {
    {"event", "/event"}, {"unit_type", "/unit_type"}, {"name_zh", "/centre/name_zh"},
    {"name_en", "/centre/name_en"}, {"place", "/place/code"}, {"event_date", "/event_date/date"},
    {"lead_organ", "/lead_organ"}, {"guiding_organ", "/guiding_organ"}, {"operator", "/operator"},
    {"partners", "/partners"}, {"platforms", "/platforms"}, {"accounts", "/accounts"},
    {"claims", "/claims"}, {"ordinal", "/ordinal"}};

std::string Plain(const std::string& text) {
  std::string plain = base::ToLowerAscii(extract::FoldText(text));
  for (const std::string_view mark : kMarks)
    for (size_t at = plain.find(mark); at != std::string::npos; at = plain.find(mark, at))
      plain.erase(at, mark.size());
  return plain;
}

bool IsOrgan(const std::string& key) {
  return std::find(std::begin(kOrganKeys), std::end(kOrganKeys), key) != std::end(kOrganKeys);
}

// 县委宣传部 and 靖安县委宣传部 are one; so are 靖安县委宣传部 and 中共靖安县委宣传部.
bool SameText(const std::string& key, const std::string& a, const std::string& b) {
  const std::string x = Plain(a);
  const std::string y = Plain(b);
  if (x == y) return true;
  if (!IsOrgan(key) || std::min(x.size(), y.size()) < kOrganBytesMin) return false;
  return x.ends_with(y) || y.ends_with(x);
}

bool SameItem(const std::string& key, const Json& wanted, const Json& found) {
  if (key == "claims") {
    return wanted.is_object() && wanted.value("metric", Json()) == found.value("metric", Json()) &&
           wanted.value("value", Json()) == found.value("value", Json());
  }
  return wanted.is_string() && found.is_string() &&
         SameText(key, wanted.get<std::string>(), found.get<std::string>());
}

// As sets: each of one has its like in the other.
bool SameList(const std::string& key, const Json& wanted, const Json& found) {
  const auto holds = [&](const Json& all, const Json& one, bool one_is_wanted) {
    return std::any_of(all.begin(), all.end(), [&](const Json& other) {
      return one_is_wanted ? SameItem(key, one, other) : SameItem(key, other, one);
    });
  };
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](const Json& one) { return holds(found, one, true); }) &&
         std::all_of(found.begin(), found.end(),
                     [&](const Json& one) { return holds(wanted, one, false); });
}

bool SameOrdinal(const Json& wanted, const Json& found) {
  if (!found.is_object() || wanted.value("rank", Json()) != found.value("rank", Json()))
    return false;
  return !wanted.contains("scope_code") ||
         FieldFits("scope_code", wanted["scope_code"], found.value("scope_code", Json()));
}

// The value at a pointer; no value where a part of the way is missing.
const Json* At(const Json& finding, const char* pointer) {
  const Json* here = &finding;
  for (std::string_view key : base::SplitAscii(std::string_view(pointer).substr(1), '/')) {
    // {"any": …} stands for all below it; null has nothing below it, and that is its value.
    if (here->is_null() || (here->is_object() && here->contains("any"))) return here;
    const auto at = here->find(std::string(key));
    if (!here->is_object() || at == here->end()) return nullptr;
    here = &*at;
  }
  return here;
}

std::string KeyOf(const Json& finding) {
  extract::Place place;
  const Json* code = At(finding, "/place/code");
  if (code != nullptr && code->is_string()) place.code = code->get<std::string>();
  const Json* name = At(finding, "/centre/name_zh");
  return extract::CentreKey(name != nullptr && name->is_string() ? name->get<std::string>() : "",
                            place);
}

// How much two findings speak of one centre.
int Likeness(const Json& wanted, const Json& found) {
  const auto fits = [&](const char* key, const char* pointer) {
    const Json* value = At(wanted, pointer);
    const Json* other = At(found, pointer);
    return value != nullptr && other != nullptr && !value->is_null() &&
           FieldFits(key, *value, *other);
  };
  if (KeyOf(wanted) == KeyOf(found)) return 3;
  return (fits("place", "/place/code") ? 2 : 0) + (fits("name_zh", "/centre/name_zh") ? 1 : 0);
}

using Pair = std::pair<const Json*, const Json*>;

// Each labelled announcement with the found one that is most like it; null: none is left.
std::vector<Pair> PairUp(const std::vector<const Json*>& wanted, std::vector<const Json*> found) {
  std::vector<Pair> pairs;
  std::vector<const Json*> left = wanted;
  for (int least = 3; least >= 0 && !left.empty(); --least) {
    std::erase_if(left, [&](const Json* want) {
      const auto like = std::find_if(found.begin(), found.end(), [&](const Json* one) {
        return Likeness(*want, *one) >= least;
      });
      if (like == found.end()) return false;
      pairs.emplace_back(want, *like);
      found.erase(like);
      return true;
    });
  }
  for (const Json* want : left) pairs.emplace_back(want, nullptr);
  return pairs;
}

Json ShareJson(const Share& share) {
  const auto [low, high] = share.Wilson();
  return {{"value", share.value()}, {"low", low}, {"high", high},
          {"right", share.right}, {"of", share.of}};
}

double F1(double precision, double recall) {
  return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
}

}  // namespace

std::pair<double, double> Share::Wilson() const {
  if (of == 0) return {0, 1};
  const auto n = static_cast<double>(of);
  const double p = value();
  const double middle = p + kZ * kZ / (2 * n);
  const double spread = kZ * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
  const double scale = 1 + kZ * kZ / n;
  return {std::max(0.0, (middle - spread) / scale), std::min(1.0, (middle + spread) / scale)};
}

bool FieldFits(const std::string& key, const Json& wanted, const Json& found) {
  if (wanted.is_object() && wanted.contains("any") && wanted["any"].is_array()) {
    return std::any_of(wanted["any"].begin(), wanted["any"].end(),
                       [&](const Json& one) { return FieldFits(key, one, found); });
  }
  if (wanted.is_array()) return found.is_array() && SameList(key, wanted, found);
  if (wanted.is_null()) return found.is_null() || (found.is_array() && found.empty());
  if (key == "ordinal") return wanted.is_object() && SameOrdinal(wanted, found);
  if (wanted.is_string() && found.is_string())
    return SameText(key, wanted.get<std::string>(), found.get<std::string>());
  return wanted == found;
}

std::vector<std::string> PairFoundings(const GoldPage& page, const std::vector<Json>& found) {
  std::vector<const Json*> wanted;
  for (const Json& finding : page.findings)
    if (finding.at("is_announcement").get<bool>()) wanted.push_back(&finding);
  std::vector<const Json*> given;
  for (const Json& finding : found) given.push_back(&finding);
  std::vector<std::string> foundings(found.size());
  for (const auto& [want, got] : PairUp(wanted, given)) {
    if (got != nullptr)
      foundings[static_cast<size_t>(got - found.data())] = want->at("founding").get<std::string>();
  }
  return foundings;
}

void GoldScore::CountFields(const GoldPage& page, const Json& wanted, const Json& found,
                            std::vector<Mistake>* mistakes) {
  for (const auto& [key, pointer] : kFields) {
    const Json* value = At(wanted, pointer);
    if (value == nullptr) continue;
    const Json* has = At(found, pointer);
    const Json got = has == nullptr ? Json() : *has;
    const bool fits = FieldFits(key, *value, got);
    all_fields_.Count(fits);
    fields_[key].Count(fits);
    if (!fits)
      mistakes->push_back({page.id, std::string("wrong ") + key, value->dump(), got.dump()});
  }
}

// A page without a date is as old as what it tells. Without that either, its evidence has no time.
GoldScore::Told GoldScore::TellOf(const GoldPage& page, const std::string& founding,
                                  const v1::Finding& finding,
                                  std::optional<UnixTime> published) const {
  v1::LoggedFindings entry;
  v1::Snapshot& snapshot = *entry.mutable_snapshot();
  // One of each page: the same words at one URL would be one source.
  snapshot.set_id(page.id);
  snapshot.set_url("http://page.invalid/" + page.id);
  const auto day = registry::ParseFoundingDay(finding.event_date());
  const std::optional<UnixTime> at = published ? published : day.last;
  if (at) snapshot.set_captured_ms(ToMillis(*at));
  if (at && !registry::IsNews(finding, *at)) return {founding, "", {}};
  return {founding, registry::KeyOf(finding), registry::MakeEvidence(entry, finding, 0)};
}

std::vector<GoldScore::Mistake> GoldScore::Add(const GoldPage& page,
                                               const std::vector<extract::Finding>& found,
                                               std::optional<UnixTime> published) {
  std::vector<Mistake> mistakes;
  std::vector<v1::Finding> messages;
  std::vector<Json> announced;
  for (const extract::Finding& finding : found) {
    if (!finding.is_announcement) continue;
    messages.push_back(worker::ToProto(finding));
    announced.push_back(gateway::FindingJson(messages.back()));
  }
  const bool wanted_any = page.announces();
  ++pages_;
  if (wanted_any && !announced.empty()) ++true_positives_;
  if (wanted_any && announced.empty()) {
    ++false_negatives_;
    mistakes.push_back({page.id, "missed announcement", page.findings.dump(), ""});
  }
  if (!wanted_any && !announced.empty()) {
    ++false_positives_;
    mistakes.push_back({page.id, "false announcement", "", announced.front().dump()});
  }
  if (!page.page_class.empty()) classes_[page.page_class].Count(wanted_any != announced.empty());

  std::vector<const Json*> wanted;
  for (const Json& finding : page.findings)
    if (finding.at("is_announcement").get<bool>()) wanted.push_back(&finding);
  std::vector<const Json*> given;
  for (const Json& finding : announced) given.push_back(&finding);
  for (const auto& [want, got] : PairUp(wanted, given)) {
    foundings_.Count(got != nullptr);
    const std::string founding = want->at("founding").get<std::string>();
    if (got == nullptr) {
      told_.push_back({founding, "", {}});
    } else {
      const auto at = static_cast<size_t>(got - announced.data());
      told_.push_back(TellOf(page, founding, messages[at],
                             published ? published : page.terms.date));
    }
    if (got != nullptr) CountFields(page, *want, *got, &mistakes);
  }
  return mistakes;
}

// What has no time of its own: the only founding of its centre, or the only one of its day of the
// year. The register would know when it was captured.
void GoldScore::AddUndated(const std::string& key, std::vector<Founding>* of_key) const {
  std::vector<size_t> left;
  for (size_t i = 0; i < told_.size(); ++i)
    if (told_[i].key == key && told_[i].evidence.source().captured_ms() == 0) left.push_back(i);
  const size_t dated = of_key->size();
  for (const size_t i : left) {
    const registry::Evidence& evidence = told_[i].evidence;
    const std::string month_day =
        registry::ParseFoundingDay(evidence.source().finding().event_date()).month_day;
    Founding* fits = nullptr;
    size_t fitting = 0;
    for (size_t j = 0; j < dated; ++j) {
      const UnixTime founded = FromMillis((*of_key)[j].mark.founded_ms() - 1);
      if (!month_day.empty() && registry::DayOf(founded).substr(5) != month_day) continue;
      fits = &(*of_key)[j];
      ++fitting;
    }
    if (dated == 0 && of_key->empty()) of_key->push_back({{}, registry::MarkOf({evidence})});
    if (dated == 0) fits = &of_key->front();
    if (fits != nullptr && fitting <= 1) fits->told.push_back(i);
  }
}

std::vector<std::string> GoldScore::Clusters() const {
  // What is held for nobody's like is a cluster by itself.
  std::vector<std::string> clusters;
  std::map<std::string, std::vector<registry::Evidence>> by_key;
  std::map<std::pair<std::string, std::string>, std::vector<size_t>> at;  // By key and page.
  for (size_t i = 0; i < told_.size(); ++i) {
    clusters.push_back("alone " + std::to_string(i));
    if (told_[i].key.empty()) continue;
    std::vector<registry::Evidence>& dated = by_key[told_[i].key];
    if (told_[i].evidence.source().captured_ms() == 0) continue;
    dated.push_back(told_[i].evidence);
    at[{told_[i].key, told_[i].evidence.source().snapshot_id()}].push_back(i);
  }
  std::map<std::string, std::vector<Founding>> by_place;
  for (const auto& [key, all] : by_key) {
    std::vector<Founding> of_key;
    for (const auto& evidence : registry::FoundingsOf(all, std::nullopt)) {
      if (evidence.empty()) continue;
      Founding founding{{}, registry::MarkOf(evidence)};
      for (const registry::Evidence& one : evidence)
        for (const size_t i : at[{key, one.source().snapshot_id()}]) founding.told.push_back(i);
      of_key.push_back(std::move(founding));
    }
    AddUndated(key, &of_key);
    for (Founding& founding : of_key) {
      const std::string& code = founding.mark.place_code();
      by_place[code.empty() ? "nowhere " + key : code].push_back(std::move(founding));
    }
  }
  for (const auto& [place, foundings] : by_place) {
    std::vector<registry::FoundingMark> marks;
    for (const Founding& founding : foundings) marks.push_back(founding.mark);
    const std::vector<size_t> firsts = registry::LinkMarks(marks);
    for (size_t i = 0; i < foundings.size(); ++i)
      for (const size_t told : foundings[i].told)
        clusters[told] = place + " " + std::to_string(firsts[i]);
  }
  return clusters;
}

// Pairs are counted by class sizes: a set of a million pages has too many to look at each.
Json GoldScore::Clustering() const {
  std::map<std::string, size_t> wanted;
  std::map<std::string, size_t> found;
  std::map<std::pair<std::string, std::string>, size_t> both;
  const std::vector<std::string> clusters = Clusters();
  for (size_t i = 0; i < told_.size(); ++i) {
    ++wanted[told_[i].founding];
    ++found[clusters[i]];
    ++both[{told_[i].founding, clusters[i]}];
  }
  const auto pairs = [](const auto& sizes) {
    size_t all = 0;
    for (const auto& [key, n] : sizes) all += n * (n - 1) / 2;
    return all;
  };
  const size_t right = pairs(both);
  const Share precision{right, pairs(found)};
  const Share recall{right, pairs(wanted)};
  return {{"precision", ShareJson(precision)},
          {"recall", ShareJson(recall)},
          {"f1", F1(precision.value(), recall.value())},
          {"foundings", wanted.size()}};
}

Json GoldScore::Summary() const {
  const Share precision{true_positives_, true_positives_ + false_positives_};
  const Share recall{true_positives_, true_positives_ + false_negatives_};
  Json by_field = Json::object();
  for (const auto& [key, unused] : kFields)
    if (const auto at = fields_.find(key); at != fields_.end())
      by_field[key] = ShareJson(at->second);
  Json classes = Json::object();
  for (const auto& [name, share] : classes_) classes[name] = ShareJson(share);
  return {{"pages", pages_},
          {"page",
           {{"precision", ShareJson(precision)},
            {"recall", ShareJson(recall)},
            {"f1", F1(precision.value(), recall.value())},
            {"true_positives", true_positives_},
            {"false_positives", false_positives_},
            {"false_negatives", false_negatives_},
            {"true_negatives",
             pages_ - true_positives_ - false_positives_ - false_negatives_}}},
          {"foundings", ShareJson(foundings_)},
          {"fields", {{"accuracy", ShareJson(all_fields_)}, {"by_field", by_field}}},
          {"clustering", Clustering()},
          {"classes", classes}};
}

}  // namespace signboard::cli
