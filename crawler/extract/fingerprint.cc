#include "crawler/extract/fingerprint.h"

#include <algorithm>
#include <array>
#include <vector>

#include "crawler/extract/first_chars.h"
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

// Most lines have nothing to leave out but white space, and that needs no code points: this is such
// a line squeezed, unless it holds what a banner, a counter or a number alone would.
class Plain {
 public:
  explicit Plain(std::string_view line) {
    if (!base::IsValidUtf8(line)) return;
    out_.resize(line.size());
    for (size_t at = 0; at < line.size();) {
      const auto lead = static_cast<unsigned char>(line[at]);
      if (lead < 0x80) {
        Ascii(line[at++]);
      } else if (lead >= 0xE0 && lead < 0xF0) {
        Letter(line, at);
        at += 3;
      } else {
        const size_t bytes = lead >= 0xF0 ? 4 : 2;
        if (line.substr(at, bytes) != "\u00A0") Keep(line, at, bytes);
        at += bytes;
      }
    }
    out_.resize(size_);
    const bool whole = has_stop_ || letters_ > kCounterLineCodePointsMax;
    const bool may_be_banner = banner_ && !has_stop_ && letters_ <= kBannerCodePointsMax;
    is_plain_ = !may_be_banner && (whole || !count_ || !word_) && !(is_number_ && letters_ <= 8);
  }
  bool is_plain() const { return is_plain_; }
  std::string Take() { return std::move(out_); }

 private:
  void Ascii(char c) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F) return;
    out_[size_++] = c;
    ++letters_;
    const bool digit = IsDigit(static_cast<char32_t>(c));
    count_ = count_ || digit || c == ',' || c == '+';
    word_ = word_ || (c | 0x20) == 'v' || (c | 0x20) == 'h';
    is_number_ = is_number_ && (digit || c == ',');
  }

  // Of three bytes.
  void Letter(std::string_view line, size_t at) {
    // Spaces, and what the rules above begin with; most letters are neither.
    static const FirstChars kMarks("　\uFEFF。万今现当系您农星阅浏点访评转收下播人在热分次");
    static const FirstChars kBanners("今现当系您农星");
    static const FirstChars kWords("阅浏点访评转收下播人在热分次");
    const bool asks = line[at] == '\xEF' || line[at] == '\xE2' || kMarks.Has(line, at);
    if (asks) {
      const std::string_view letter = line.substr(at, 3);
      if (letter >= "\uFF01" && letter <= "\uFF5E") {
        size_t from = 0;
        Ascii(static_cast<char>(base::NextCodePoint(letter, &from) - 0xFEE0));
        return;
      }
      const bool space = letter == "\u3000" || letter == "\uFEFF" ||
                         (letter >= "\u2000" && letter <= "\u200D");
      if (space) return;
      has_stop_ = has_stop_ || letter == "。";
      count_ = count_ || letter == "万";
      banner_ = banner_ || kBanners.Has(line, at);
      word_ = word_ || kWords.Has(line, at);
    }
    Keep(line, at, 3);
  }

  void Keep(std::string_view line, size_t at, size_t bytes) {
    std::copy_n(line.data() + at, bytes, out_.data() + size_);
    size_ += bytes;
    ++letters_;
    is_number_ = false;
  }

  std::string out_;
  size_t size_ = 0;  // Of what is kept.
  size_t letters_ = 0;
  bool has_stop_ = false;
  bool banner_ = false;
  bool count_ = false;
  bool word_ = false;
  bool is_number_ = true;  // Also of an empty line.
  bool is_plain_ = false;
};

}  // namespace

std::string StableLine(std::string_view raw) {
  const std::string_view trimmed = base::TrimAscii(raw);
  if (Plain plain(trimmed); plain.is_plain()) return plain.Take();
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
  std::vector<std::string> entries;
  for (const Link& link : links) {
    if (!same_site.Holds(link.url)) continue;
    entries.push_back(link.url + '\t' + StableLine(link.text));
  }
  if (entries.empty()) return 0;
  std::sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
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
