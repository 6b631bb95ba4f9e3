#include "crawler/extract/detector.h"

#include <algorithm>
#include <utility>

#include "crawler/extract/fields.h"
#include "crawler/extract/groups.h"
#include "crawler/extract/judge.h"
#include "crawler/extract/names.h"
#include "crawler/extract/text_scan.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

Finding MakeFinding(const PageView& view, const PageShape& shape, const std::vector<Group>& groups,
                    const Group& group) {
  Finding finding;
  const std::vector<ContextPart> context = PartsOf(view, groups, group);
  FillFields(view, group, context, &finding);
  Judge(view, shape, group, context, &finding);
  if (!group.place_why.empty()) finding.reasons.push_back("place: " + group.place_why);
  return finding;
}

// A centre of which nothing is told, and too little shown: what the page says is not its.
void DropDoubtful(const PageView& view, const PageShape& shape, std::vector<Group>* groups) {
  std::vector<size_t> kept;
  for (size_t i = 0; i < groups->size(); ++i) {
    const Group& group = (*groups)[i];
    const bool told = std::any_of(group.statements.begin(), group.statements.end(),
                                  [](const Dated& d) { return d.said.implied == 0; });
    if (told || MakeFinding(view, shape, *groups, group).is_announcement) kept.push_back(i);
  }
  if (kept.size() == groups->size()) return;
  for (size_t i = 0; i < kept.size(); ++i)
    if (kept[i] != i) (*groups)[i] = std::move((*groups)[kept[i]]);
  groups->resize(kept.size());
}

// How much of the text is the title and what stands before it; 0: the text begins otherwise.
size_t TitleBytesOf(std::string_view text, std::string_view title) {
  const std::string_view body = base::TrimAscii(text);
  if (title.empty() || !body.starts_with(title)) return 0;
  return static_cast<size_t>(body.data() - text.data()) + title.size();
}

}  // namespace

size_t TitleBytes(std::string_view text, const PageFacts& facts) {
  return TitleBytesOf(text, ShortTitle(facts.title, facts.site_name));
}

DetectorInput MakeDetectorInput(const PageFacts& facts, std::string_view main_text,
                                std::string url, std::string place_code) {
  DetectorInput input;
  input.url = std::move(url);
  input.place_code = std::move(place_code);
  input.published = facts.published;
  input.source = facts.source;
  input.site_name = facts.site_name;
  std::string title = ShortTitle(facts.title, facts.site_name);
  input.title_bytes = TitleBytesOf(main_text, title);
  if (title.empty() || input.title_bytes > 0) {
    input.text = main_text;
  } else {
    input.title_bytes = title.size();
    input.text = std::move(title) + "\n";
    input.text += main_text;
  }
  return input;
}

std::vector<Finding> Detect(const DetectorInput& input) {
  const std::string_view text = CutAtCharacter(input.text, kDetectBytesMax);
  if (!MayHoldName(text)) return {};
  PageView view(input, text, std::min(input.title_bytes, text.size()));
  const TextScan scan(view.page.text());
  view.names = FindNames(view.page, view.site);
  std::vector<Name> english = FindEnglishNames(view.page);
  std::move(english.begin(), english.end(), std::back_inserter(view.names));
  if (view.names.empty()) return {};
  std::vector<Group> groups =
      MakeGroups(view, FindStatements(view.page, view.names, input.verbs_unknown));
  for (Group& group : groups) DateStatements(view, &group);
  const PageShape shape = ShapeOf(view, groups);
  if (!input.with_doubtful) DropDoubtful(view, shape, &groups);
  std::vector<Finding> findings;
  for (const Group& group : groups) findings.push_back(MakeFinding(view, shape, groups, group));
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return std::pair(a.is_announcement, a.score) > std::pair(b.is_announcement, b.score);
  });
  if (findings.size() > kFindingsMax) findings.resize(kFindingsMax);
  return findings;
}

}  // namespace signboard::extract
