// How well findings fit the labels of a set: the page decision, the fields of what was found, and
// which foundings are one. tests/data/gold/README.md says what is compared and how.
//
// Intervals: E. B. Wilson, Probable inference, the law of succession, and statistical inference,
// JASA 22 (1927), at 95 %.
//
// Threads: one; Add page by page, then Summary.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "deploy/signboard/gold_set.h"
#include "proto/base/time.h"
#include "storage/gateway/answer.h"
#include "storage/register/records.pb.h"

namespace signboard::cli {

struct Share {
  size_t right = 0;
  size_t of = 0;

  void Count(bool is_right) {
    ++of;
    if (is_right) ++right;
  }
  double value() const {
    return of == 0 ? 1.0 : static_cast<double>(right) / static_cast<double>(of);
  }
  std::pair<double, double> Wilson() const;
};

// Whether `found` is what the label `wanted` says of the key: wanted may be {"any": [...]}.
bool FieldFits(const std::string& key, const gateway::Json& wanted, const gateway::Json& found);

// Of each found object the `founding` of the labelled announcement that it tells; empty: of none.
std::vector<std::string> PairFoundings(const GoldPage& page,
                                       const std::vector<gateway::Json>& found);

class GoldScore {
 public:
  // What is wrong with one page; empty: nothing.
  struct Mistake {
    std::string id;
    std::string what;  // "false announcement", "missed announcement", "wrong lead_organ"
    std::string wanted;
    std::string found;
  };

  // `found` as the detector gave it on a page of that date. The mistakes of this page.
  std::vector<Mistake> Add(const GoldPage& page, const std::vector<extract::Finding>& found,
                           std::optional<UnixTime> published);

  // {"pages","page":{…},"fields":{…},"clustering":{…},"classes":{…}}
  gateway::Json Summary() const;

 private:
  struct Told {  // One announced founding of one page.
    std::string founding;
    std::string key;               // Of the centre, for the register; empty: it was not found.
    registry::Evidence evidence;   // As the register would keep it.
  };

  void CountFields(const GoldPage& page, const gateway::Json& wanted, const gateway::Json& found,
                   std::vector<Mistake>* mistakes);
  Told TellOf(const GoldPage& page, const std::string& founding, const v1::Finding& finding,
              std::optional<UnixTime> published) const;
  struct Founding {  // What is held for one, of one key.
    std::vector<size_t> told;
    registry::FoundingMark mark;
  };
  void AddUndated(const std::string& key, std::vector<Founding>* of_key) const;
  // Of each that was told, what the register would hold it for.
  std::vector<std::string> Clusters() const;
  gateway::Json Clustering() const;

  size_t pages_ = 0;
  size_t true_positives_ = 0;
  size_t false_positives_ = 0;
  size_t false_negatives_ = 0;
  Share foundings_;  // Labelled announcements that a finding was paired with.
  Share all_fields_;
  std::map<std::string, Share> fields_;
  std::map<std::string, Share> classes_;  // Pages decided rightly.
  std::vector<Told> told_;
};

}  // namespace signboard::cli
