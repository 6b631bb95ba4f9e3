// The lines about a text that people read: 来源：靖安发布 作者：张三 发布时间：2025-11-18. And the time
// that a page declares to search engines only.
//
// A label is one with its colon, or a bar, in simplified or traditional characters; its word
// follows it, or stands on the next line where it is a table's. What is itself a label is no word,
// and 资金来源： is none of ours. Without a label the name of a medium behind a stamp is the source:
// 09:34 江西日报.
//
// Threads: Safe from any; no state.
// Cost:    Linear in the first kBylineLinesMax lines.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "crawler/parse/document.h"
#include "proto/base/time.h"

namespace signboard::extract {

inline constexpr size_t kBylineLinesMax = 400;
inline constexpr size_t kBylineWordCharsMax = 40;

struct Byline {
  std::string source;
  std::string author;
  std::optional<UnixTime> published;
};

Byline FindByline(std::string_view visible_text);

// JSON-LD's datePublished (Baidu's pubDate), or the first <time datetime="…">.
std::optional<UnixTime> DeclaredTime(const parse::Document& document);

}  // namespace signboard::extract
