#include "storage/archive/text_diff.h"

#include <algorithm>
#include <cstdint>
#include <dtl/dtl.hpp>
#include <unordered_map>
#include <utility>

#include "proto/base/text.h"
#include "storage/archive/text_units.h"

namespace signboard::archive {
namespace {

using Edit = v1::CompareReply::Edit;
using Units = std::vector<std::string_view>;

// Of what is left between the same beginning and end. Past it the rest is one that differs whole:
// an edit script may take steps as the product of both.
constexpr size_t kAlignedMax = 3'000;
// Of one that changed, to be told word by word.
constexpr size_t kWordsMax = 1'000;
// Units that stand in each other's place, so that each is held against each.
constexpr size_t kPairedMax = 60;
constexpr double kAlikeMin = 0.5;
// Steps to be spent on finding out which unit became which, and how; after them all is told whole.
constexpr int64_t kStepsMax = 50'000'000;
constexpr int64_t kStepsAWord = 10;

enum class Step { kSame, kDelete, kInsert };
struct Move {
  Step step;
  size_t at;  // In the text that has it; of kSame, in the later one.
};

// Whole texts of equal units at either end need no aligning.
std::vector<Move> Align(const Units& before, const Units& after) {
  size_t head = 0;
  const size_t least = std::min(before.size(), after.size());
  while (head < least && before[head] == after[head]) ++head;
  size_t tail = 0;
  while (tail < least - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail])
    ++tail;
  std::vector<Move> moves;
  for (size_t i = 0; i < head; ++i) moves.push_back({Step::kSame, i});
  const size_t before_end = before.size() - tail;
  const size_t after_end = after.size() - tail;
  if (std::max(before_end, after_end) - head > kAlignedMax) {
    for (size_t i = head; i < before_end; ++i) moves.push_back({Step::kDelete, i});
    for (size_t i = head; i < after_end; ++i) moves.push_back({Step::kInsert, i});
  } else if (before_end > head || after_end > head) {
    std::unordered_map<std::string_view, uint32_t> numbers;
    const auto numbered = [&](const Units& units, size_t end) {
      std::vector<uint32_t> ids;
      for (size_t i = head; i < end; ++i)
        ids.push_back(
            numbers.emplace(units[i], static_cast<uint32_t>(numbers.size())).first->second);
      return ids;
    };
    const std::vector<uint32_t> a = numbered(before, before_end);
    const std::vector<uint32_t> b = numbered(after, after_end);
    dtl::Diff<uint32_t, std::vector<uint32_t>> diff(a, b);
    diff.compose();
    size_t from = head;
    size_t to = head;
    for (const auto& [id, info] : diff.getSes().getSequence()) {
      if (info.type == dtl::SES_DELETE) {
        moves.push_back({Step::kDelete, from++});
      } else if (info.type == dtl::SES_ADD) {
        moves.push_back({Step::kInsert, to++});
      } else {
        moves.push_back({Step::kSame, to++});
        ++from;
      }
    }
  }
  for (size_t i = after_end; i < after.size(); ++i) moves.push_back({Step::kSame, i});
  return moves;
}

struct Tally {
  size_t differs = 0;  // Characters.
  size_t all = 0;
};

// Of two units' words: what both have, twice, of all (Dice's coefficient, by characters).
double Alike(const Units& before, const Units& after) {
  std::unordered_map<std::string_view, int> left;
  size_t all = 0;
  for (const std::string_view word : before) {
    ++left[word];
    all += word.size();
  }
  size_t shared = 0;
  for (const std::string_view word : after) {
    all += word.size();
    const auto found = left.find(word);
    if (found == left.end() || found->second-- <= 0) continue;
    shared += 2 * word.size();
  }
  return all == 0 ? 0 : static_cast<double>(shared) / static_cast<double>(all);
}

void AddText(Edit::Kind kind, std::string_view text,
             google::protobuf::RepeatedPtrField<Edit>* edits) {
  if (edits->empty() || edits->rbegin()->kind() != kind) edits->Add()->set_kind(kind);
  edits->rbegin()->mutable_text()->append(text);
}

// What stands in the place of what: a run of deleted and inserted units between ones that are the
// same.
class Run {
 public:
  Run(v1::CompareReply* reply, Tally* tally) : reply_(reply), tally_(tally) {}

  void Delete(std::string_view unit) { gone_.push_back(unit); }
  void Insert(std::string_view unit) { come_.push_back(unit); }
  void End() {
    std::vector<Units> come_words;
    if (!gone_.empty() && gone_.size() <= kPairedMax && come_.size() <= kPairedMax)
      for (const std::string_view unit : come_) come_words.push_back(Words(unit));
    size_t next = 0;
    for (const std::string_view unit : gone_) {
      const Units words = come_words.empty() ? Units() : Words(unit);
      const size_t best = MostAlike(words, come_words, next);
      if (best == come_words.size()) {
        Whole(Edit::DELETED, unit);
        continue;
      }
      for (; next < best; ++next) Whole(Edit::INSERTED, come_[next]);
      Changed(words, come_words[best], come_[best]);
      ++next;
    }
    for (; next < come_.size(); ++next) Whole(Edit::INSERTED, come_[next]);
    gone_.clear();
    come_.clear();
  }

 private:
  // From the one numbered `next` on; none: as many as there are.
  size_t MostAlike(const Units& words, const std::vector<Units>& come, size_t next) {
    size_t best = come.size();
    double most = kAlikeMin;
    if (words.size() > kWordsMax) return best;
    for (size_t i = next; i < come.size() && steps_ > 0; ++i) {
      if (come[i].size() > kWordsMax) continue;
      steps_ -= kStepsAWord * static_cast<int64_t>(words.size() + come[i].size());
      const double alike = Alike(words, come[i]);
      if (alike <= most) continue;
      most = alike;
      best = i;
    }
    return best;
  }
  void Whole(Edit::Kind kind, std::string_view unit) {
    Edit* const edit = reply_->add_edits();
    edit->set_kind(kind);
    edit->set_text(std::string(unit));
    tally_->differs += base::CountCodePoints(unit);
  }
  void Changed(const Units& before, const Units& after, std::string_view unit) {
    Edit* const edit = reply_->add_edits();
    edit->set_kind(Edit::CHANGED);
    edit->set_text(std::string(unit));
    steps_ -= static_cast<int64_t>(before.size() * after.size());
    for (const Move& move : Align(before, after)) {
      const std::string_view word = move.step == Step::kDelete ? before[move.at] : after[move.at];
      const Edit::Kind kind = move.step == Step::kSame     ? Edit::SAME
                              : move.step == Step::kDelete ? Edit::DELETED
                                                           : Edit::INSERTED;
      AddText(kind, word, edit->mutable_words());
      if (kind != Edit::SAME) tally_->differs += base::CountCodePoints(word);
    }
  }

  v1::CompareReply* const reply_;
  Tally* const tally_;
  int64_t steps_ = kStepsMax;
  Units gone_;
  Units come_;
};

}  // namespace

void DiffTexts(std::string_view before, std::string_view after, TextUnit unit,
               v1::CompareReply* reply) {
  const auto cut = [unit](std::string_view text) {
    return unit == TextUnit::kLine ? Lines(text) : Sentences(text);
  };
  const Units a = cut(before);
  const Units b = cut(after);
  Tally tally;
  tally.all = base::CountCodePoints(before) + base::CountCodePoints(after);
  Run run(reply, &tally);
  for (const Move& move : Align(a, b)) {
    if (move.step == Step::kDelete) {
      run.Delete(a[move.at]);
    } else if (move.step == Step::kInsert) {
      run.Insert(b[move.at]);
    } else {
      run.End();
      AddText(Edit::SAME, b[move.at], reply->mutable_edits());
    }
  }
  run.End();
  if (tally.all > 0)
    reply->set_change_degree(static_cast<double>(tally.differs) / static_cast<double>(tally.all));
}

void DiffLinks(const std::vector<extract::Link>& before, const std::vector<extract::Link>& after,
               v1::CompareReply* reply) {
  std::unordered_map<std::string_view, const extract::Link*> old;
  for (const extract::Link& link : before) old.emplace(link.url, &link);
  std::unordered_map<std::string_view, const extract::Link*> now;
  for (const extract::Link& link : after) now.emplace(link.url, &link);
  size_t differs = 0;
  const auto add = [&](Edit::Kind kind, const extract::Link& link) {
    Edit* const edit = reply->add_edits();
    edit->set_kind(kind);
    edit->set_url(link.url);
    edit->set_text(link.text);
    if (kind != Edit::SAME) ++differs;
    return edit;
  };
  for (const extract::Link& link : before)
    if (now.count(link.url) == 0) add(Edit::DELETED, link);
  for (const extract::Link& link : after) {
    const auto known = old.find(link.url);
    if (known == old.end()) {
      add(Edit::INSERTED, link);
    } else if (known->second->text == link.text) {
      add(Edit::SAME, link);
    } else {
      Edit* const edit = add(Edit::CHANGED, link);
      AddText(Edit::DELETED, known->second->text, edit->mutable_words());
      AddText(Edit::INSERTED, link.text, edit->mutable_words());
    }
  }
  if (reply->edits_size() > 0)
    reply->set_change_degree(static_cast<double>(differs) / reply->edits_size());
}

}  // namespace signboard::archive
