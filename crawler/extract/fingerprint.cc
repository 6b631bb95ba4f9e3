#include "crawler/extract/fingerprint.h"

#include <algorithm>
#include <array>
#include <set>

#include "crawler/extract/same_site.h"
#include "proto/base/digest.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr size_t kBannerCodePointsMax = 60;
constexpr size_t kCounterLineCodePointsMax = 160;
constexpr size_t kFillerMax = 6;

using Text = std::u32string;
using View = std::u32string_view;

bool IsDigit(char32_t c) { return c >= U'0' && c <= U'9'; }

// Without white space and zero-width characters, full-width ASCII narrowed.
Text Squeeze(std::string_view line) {
  Text out;
  for (size_t at = 0; at < line.size();) {
    char32_t c = base::NextCodePoint(line, &at);
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
    const bool space = c <= 0x20 || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200D) ||
                       c == 0xFEFF || c == 0x7F;
    if (!space) out.push_back(c);
  }
  return out;
}

bool IsBanner(View line) {
  static constexpr std::array<View, 8> kMarks = {U"今天是",   U"今日是",   U"现在是", U"当前时间",
                                                 U"现在时间", U"系统时间", U"您好,今天", U"农历"};
  if (line.size() > kBannerCodePointsMax || line.find(U'。') != View::npos) return false;
  for (const View mark : kMarks)
    if (line.find(mark) != View::npos) return true;
  // A date with its day of the week and nothing else is a clock in a page's head.
  if (line.find(U"星期") == View::npos) return false;
  static constexpr View kClockLetters = U"0123456789年月日时分秒:-/.星期一二三四五六天上下午";
  return std::all_of(line.begin(), line.end(),
                     [](char32_t c) { return kClockLetters.find(c) != View::npos; });
}

bool IsFiller(char32_t c) {
  static constexpr View kFiller = U"量数次率人气总共为:()[]【】第约有<>=";
  return kFiller.find(c) != View::npos;
}

bool IsCount(char32_t c) { return IsDigit(c) || c == U',' || c == U'万' || c == U'+'; }

// Takes the number out that stands after or before a counter's word at `at`.
void CutNumber(Text* line, size_t at, size_t word_size) {
  size_t from = at + word_size;
  for (size_t passed = 0; passed < kFillerMax && from < line->size() && IsFiller((*line)[from]);
       ++passed) {
    ++from;
  }
  size_t end = from;
  while (end < line->size() && IsCount((*line)[end])) ++end;
  line->erase(from, end - from);
  size_t last = at;
  while (last > 0 && at - last < 2 && ((*line)[last - 1] == U'次' || (*line)[last - 1] == U'人' ||
                                       (*line)[last - 1] == U'位')) {
    --last;
  }
  size_t first = last;
  while (first > 0 && IsCount((*line)[first - 1])) --first;
  line->erase(first, last - first);
}

void CutCounters(Text* line) {
  static constexpr std::array<View, 20> kWords = {
      U"阅读", U"浏览", U"点击", U"访问", U"点赞", U"评论",  U"转发",  U"收藏", U"下载",  U"播放",
      U"人气", U"在线", U"访客", U"热度", U"分享", U"次数",  U"views", U"hits", U"Views", U"Hits"};
  if (line->size() > kCounterLineCodePointsMax || line->find(U'。') != Text::npos) return;
  // Most lines are headlines without a number: nothing to take out, whatever words they hold.
  if (std::none_of(line->begin(), line->end(), IsCount)) return;
  for (const View word : kWords) {
    // From the end, so that cutting does not move what is still to be looked at.
    for (size_t at = line->rfind(word); at != Text::npos;
         at = at == 0 ? Text::npos : line->rfind(word, at - 1)) {
      CutNumber(line, at, word.size());
    }
  }
}

}  // namespace

std::string StableLine(std::string_view raw) {
  const std::string_view trimmed = base::TrimAscii(raw);
  Text line = Squeeze(trimmed);
  if (IsBanner(line)) return {};
  // A number alone is a counter whose word is elsewhere. A row of a table has several.
  const bool alone = trimmed.find(' ') == std::string_view::npos && line.size() <= 8 &&
                     std::all_of(line.begin(), line.end(),
                                 [](char32_t c) { return IsDigit(c) || c == U','; });
  if (alone) return {};
  CutCounters(&line);
  std::string out;
  for (const char32_t c : line) base::AppendUtf8(c, &out);
  return out;
}

uint64_t ArticleFingerprint(std::string_view title, std::string_view main_text) {
  std::string stable;
  for (std::string_view line : base::SplitAscii(main_text, '\n')) stable += StableLine(line);
  // Lines run together: where a template breaks them is no content.
  std::string all = StableLine(title);
  if (all.empty() && stable.empty()) return 0;
  all += '\n';
  all += stable;
  return base::Fingerprint64(all);
}

uint64_t HubFingerprint(const std::vector<Link>& links, const base::Url& page_url) {
  SameSite same_site(page_url);
  std::set<std::string> entries;
  for (const Link& link : links) {
    if (!same_site.Holds(link.url)) continue;
    entries.insert(link.url + '\t' + StableLine(link.text));
  }
  if (entries.empty()) return 0;
  std::string all;
  for (const std::string& entry : entries) {
    all += entry;
    all += '\n';
  }
  return base::Fingerprint64(all);
}

uint64_t BytesFingerprint(std::string_view body) {
  return body.empty() ? 0 : base::Fingerprint64(body);
}

std::string FingerprintBytes(uint64_t fingerprint) {
  if (fingerprint == 0) return {};
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<char>(static_cast<unsigned char>(fingerprint >> shift)));
  return bytes;
}

}  // namespace signboard::extract
