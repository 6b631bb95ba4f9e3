#include "crawler/extract/media.h"

#include <algorithm>
#include <utility>

#include "crawler/extract/rules.h"
#include "crawler/extract/text_scan.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr size_t kChineseNameBytesMax = 36;
constexpr size_t kNearBytes = 90;  // Between an account's name and the word that makes it one.
constexpr std::string_view kCentre = "传播中心";

bool IsAlnum(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

bool IsLetter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

bool StandsAlone(std::string_view text, size_t from, size_t to) {
  return (from == 0 || !IsAlnum(text[from - 1])) && (to >= text.size() || !IsAlnum(text[to]));
}

void AddMedium(std::vector<MediumFound>* found, std::string name, size_t from, size_t to) {
  const bool known = std::any_of(found->begin(), found->end(),
                                 [&](const MediumFound& m) { return m.name == name; });
  if (!known && found->size() < kMediaMax) found->push_back({std::move(name), from, to});
}

// “Hello, Liuyang!” is called out.
bool IsCalledOut(std::string_view name) {
  return name.ends_with("!") || name.ends_with("?") || name.ends_with(",");
}

// Letters of an alphabet: Latin, with accents, or Cyrillic.
size_t CountLetters(std::string_view name) {
  size_t letters = 0;
  for (size_t at = 0; at < name.size();) {
    const char32_t c = base::NextCodePoint(name, &at);
    if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ++letters;
    if (c >= 0xC0 && c <= 0x4FF) ++letters;
  }
  return letters;
}

bool IsAccountName(std::string_view name) {
  // Its own name in English is no account.
  for (const std::string_view head : {" Communication C", " Communications C", " ICC"})
    if (name.find(head) != std::string_view::npos) return false;
  if (name.size() < 3 || name.size() > kAccountBytesMax || IsCalledOut(name)) return false;
  // "over 30 million" is none.
  const bool small = std::all_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80 && (c < 'A' || c > 'Z');
  });
  return CountLetters(name) >= 3 && !(small && name.find(' ') != std::string_view::npos);
}

// Platforms are named in letters, or in words of the list as they are.
bool MayHoldPlatform(std::string_view text) {
  static const WordList& kPlatforms = ListOf("platform");
  return (MayHold(text, Sign::kLetter) && std::any_of(text.begin(), text.end(), IsLetter)) ||
         kPlatforms.In(text);
}

// Where `word` stands in lower case from `from` on; npos: nowhere.
size_t FindLow(std::string_view low, std::string_view word, size_t from = 0) {
  const char first = IsLetter(word[0]) ? static_cast<char>(word[0] | 0x20) : word[0];
  for (size_t at = low.find(first, from); at != low.npos; at = low.find(first, at + 1))
    if (base::EqualsIgnoreCaseAscii(low.substr(at, word.size()), word)) return at;
  return low.npos;
}

bool HoldsPlatform(std::string_view low) {
  static const WordList& kPlatforms = ListOf("platform");
  if (!MayHoldPlatform(low)) return false;
  const auto& words = kPlatforms.words();
  return std::any_of(words.begin(), words.end(), [&](const Word& w) {
    const size_t at = FindLow(low, w.text);
    return at != std::string_view::npos && StandsAlone(low, at, at + w.text.size());
  });
}

class AccountReader {
 public:
  AccountReader(const PageText& page, Span span)
      : page_(page), text_(page.text()), span_(span) {}

  std::vector<MediumFound> Read() {
    const std::string_view sentence = text_.substr(span_.from, span_.to - span_.from);
    if (IsOfBefore(sentence)) return {};
    if (MayHold(sentence, Sign::kQuotation)) {
      Quoted("“", "”");
      Quoted("\"", "\"");
      Quoted("「", "」");
      Quoted("«", "»");
    }
    if (MayHold(sentence, Sign::kCentre)) BeforeCentre();
    Bare();
    return std::move(found_);
  }

 private:
  std::string Low(size_t from, size_t to) const {
    return base::ToLowerAscii(text_.substr(from, to - from));
  }

  static bool IsNear(const std::string& low) {
    static const WordList& kContext = ListOf("account_context");
    return kContext.In(low) || HoldsPlatform(low);
  }

  void Quoted(std::string_view open, std::string_view close) {
    // A mark that begins where the sentence ends closes as well.
    const std::string_view part = text_.substr(0, span_.to + close.size());
    for (size_t at = part.find(open, span_.from); at < span_.to; at = part.find(open, at)) {
      const size_t from = at + open.size();
      const size_t to = part.find(close, from);
      if (to == std::string_view::npos || to > span_.to) return;
      at = to + close.size();
      if (IsCalledAccount(from - open.size(), from, to, at)) {
        AddMedium(&found_, page_.MakeQuote("account", from, to).text, from, to);
        continue;
      }
      if (!IsAccountName(text_.substr(from, to - from))) continue;
      const size_t near_from = from - std::min(from - span_.from, kNearBytes);
      const size_t near_to = std::min(span_.to, at + kNearBytes);
      if (ListOf("account_not").At(text_, at) != nullptr) continue;
      if (IsNear(Low(near_from, from)) || IsNear(Low(at, near_to))) Add(from, to);
    }
  }

  // 缅文主页“德宏之声”, “宁夏之窗”脸书账号: a name in Chinese beside the word for an account, where
  // the sentence speaks of one abroad.
  bool IsCalledAccount(size_t open, size_t from, size_t to, size_t behind) const {
    static const WordList& kAccounts = ListOf("accounts");
    static const WordList& kAbroad = ListOf("account_abroad");
    static const WordList& kAtHome = ListOf("account_at_home");
    if (to - from > kChineseNameBytesMax || to < from + 6) return false;
    const std::string_view part = text_.substr(0, span_.to);
    const size_t floor = open - std::min(open - span_.from, kNearBytes);
    const std::string_view front = part.substr(floor, open - floor);
    const std::string_view rest = part.substr(behind, kNearBytes);
    size_t kind = 0;
    while (const Word* abroad = kAbroad.At(rest, kind)) kind += abroad->text.size();
    const bool beside = kAccounts.EndingAt(front, front.size()) != nullptr ||
                        kAccounts.At(rest, kind) != nullptr ||
                        kAbroad.EndingAt(front, front.size()) != nullptr;
    if (!beside || ListOf("account_not").At(part, behind) != nullptr) return false;
    const std::string low = Low(floor, std::min(span_.to, behind + kNearBytes));
    return !kAtHome.In(front) && (kAbroad.In(low) || HoldsPlatform(low));
  }

  // Discover Jing'an系列账号; Pearl Port在Facebook、X上
  void Bare() {
    static const WordList& kBehind = ListOf("account_behind");
    const std::string_view part = text_.substr(0, span_.to);
    for (WordHit hit = kBehind.First(part, span_.from); hit; hit = kBehind.First(part, hit.to))
      Before(part, hit.from);
    if (!MayHoldPlatform(part.substr(span_.from))) return;
    size_t looked_at = 0;
    for (size_t at = part.find("在", span_.from);
         at != std::string_view::npos && ++looked_at <= kMediaMax; at = part.find("在", at + 3)) {
      const std::string low = Low(at, std::min(part.size(), at + kNearBytes));
      if (!HoldsPlatform(low.substr(0, low.find(',')))) continue;
      Before(part, part.substr(0, at).ends_with("已") ? at - 3 : at);
    }
  }

  // Shunde Bites(顺德国际传播中心), Hello Jinjiang——晋江国际传播中心: the brand first.
  void BeforeCentre() {
    const std::string_view part = text_.substr(0, span_.to);
    for (const std::string_view mark : {"(", "——", "—"}) {
      for (size_t at = part.find(mark, span_.from); at != std::string_view::npos;
           at = part.find(mark, at + mark.size())) {
        const std::string_view rest = part.substr(at + mark.size(), kNearBytes);
        const size_t head = rest.find(kCentre);
        if (head < rest.find(')') && head < rest.find(',')) Before(part, at);
      }
    }
  }

  void Before(std::string_view part, size_t to) {
    while (to > span_.from && part[to - 1] == ' ') --to;
    size_t from = to;
    while (from > span_.from && to - from < kAccountBytesMax) {
      const size_t before = PreviousAt(part, from);
      const std::string_view c = part.substr(before, from - before);
      if (!IsAlnum(c[0]) && c != " " && c != "'" && c != "’" && c != "-" && c != "_" && c != "@")
        break;
      from = before;
    }
    while (from < to && !IsAlnum(part[from])) ++from;
    if (from < to) Add(from, to);
  }

  void Add(size_t from, size_t to) {
    const Quote quote = page_.MakeQuote("account", from, to);
    if (IsAccountName(quote.text) && !IsPlatformName(quote.text))
      AddMedium(&found_, quote.text, from, to);
  }

  const PageText& page_;
  const std::string_view text_;
  const Span span_;
  std::vector<MediumFound> found_;
};

}  // namespace

bool IsOfBefore(std::string_view sentence) {
  static const WordList& kOld = ListOf("account_old");
  static const WordList& kOwn = ListOf("account_own");
  return kOld.In(sentence) && !kOwn.In(sentence);
}

bool IsPlatformName(std::string_view name) {
  static const WordList& kPlatforms = ListOf("platform");
  const auto& words = kPlatforms.words();
  return std::any_of(words.begin(), words.end(), [&](const Word& w) {
    return base::EqualsIgnoreCaseAscii(w.text, name);
  });
}

std::vector<MediumFound> FindPlatforms(const PageText& page, Span sentence) {
  static const WordList& kContext = ListOf("platform_context");
  static const WordList& kPlatforms = ListOf("platform");
  const std::string_view text = page.text().substr(0, sentence.to);
  if (!MayHoldPlatform(text.substr(sentence.from))) return {};
  const std::string low = base::ToLowerAscii(text.substr(sentence.from));
  if (IsOfBefore(low)) return {};
  std::vector<MediumFound> found;
  for (const Word& word : kPlatforms.words()) {
    for (size_t at = FindLow(low, word.text); at != std::string::npos;
         at = FindLow(low, word.text, at + 1)) {
      if (!StandsAlone(low, at, at + word.text.size())) continue;
      AddMedium(&found, std::string(word.tag), sentence.from + at,
                sentence.from + at + word.text.size());
      break;
    }
  }
  // X by itself, in capitals.
  for (size_t at = text.find('X', sentence.from); at != std::string_view::npos;
       at = text.find('X', at + 1)) {
    if (StandsAlone(text, at, at + 1)) AddMedium(&found, "X", at, at + 1);
  }
  // 脸书、油管、INS: two of them need no word for what they are.
  if (found.size() < 2 && !kContext.In(low)) return {};
  std::sort(found.begin(), found.end(),
            [](const MediumFound& a, const MediumFound& b) { return a.from < b.from; });
  return found;
}

std::vector<MediumFound> FindAccounts(const PageText& page, Span sentence) {
  return AccountReader(page, sentence).Read();
}

}  // namespace signboard::extract
