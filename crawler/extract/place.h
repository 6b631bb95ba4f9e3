// Whose centre is it? Resolves the place in a centre's name.
//
// The longest name counts first; a full name beats a stem. Between namesakes decides, in this
// order: a parent (or the full name) in the same sentence, the headline, the byline, the dateline
// or lead; then the site's own code, its prefecture, its province. A stem that is an ordinary word
// (新华, 和平) never counts bare. What stays tied is undecided, for a person.
//
// Text is UTF-8, folded to simplified characters by the caller.
//
// Threads:  Safe from any; no state.
// Errors:   None: an unresolved place has no region and says why.
// Cost:     Linear in name and context; each part of the context is cut at kContextBytesMax.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crawler/extract/finding.h"
#include "crawler/extract/gazetteer.h"

namespace signboard::extract {

inline constexpr size_t kContextBytesMax = 8 * 1'024;
inline constexpr size_t kNamePartBytesMax = 256;

// All may be empty.
struct PlaceContext {
  std::string_view sentence = {};   // The one that holds the name.
  std::string_view title = {};
  std::string_view text_head = {};  // Dateline and lead.
  std::string_view source = {};     // 来源, the byline.
  std::string_view site_name = {};
  std::string_view site_code = {};
  std::string_view before = {};     // What stands right before the name: 江孜县“宗山….
};

struct PlaceVerdict {
  const Region* region = nullptr;          // Null: none, or undecided.
  bool is_theme = false;                   // 长江文化: `region` is its home, not its name.
  std::string infix;                       // What is left of the name: 海丝, 西部, 长江文化, 日报社.
  std::vector<const Region*> candidates;   // While undecided: those still tied.
  double confidence = 0;                   // 0 to 1.
  std::string reason;                      // For people.
};

// `name_part`: what stands before 国际传播中心: 靖安, 浙江湖州, 泉州海丝, 大湾区(南沙), 东莞日报社.
PlaceVerdict ResolvePlace(std::string_view name_part, const PlaceContext& context);

// What stands before "International Communication Center": Jing'an, Huzhou City, Zhejiang's Huzhou.
// Namesakes in pinyin (Jing'an, Yichun) are undecided unless the context decides; the context may
// be in English or Chinese.
PlaceVerdict ResolvePlaceEn(std::string_view name_part, const PlaceContext& context);

Place MakePlace(const Region& region);
// A theme has level "other" and the code of its home; an undecided place has no code.
Place MakePlace(const PlaceVerdict& verdict);

// The code that 全市, 我省, 本县, 全国, 宜春全市, 江西省 or "the country" means when said of `place` (may
// be null) on a site of `site_code` (may be empty). Empty: undecided.
std::string ScopeOf(std::string_view words, const Region* place, std::string_view site_code);

}  // namespace signboard::extract
