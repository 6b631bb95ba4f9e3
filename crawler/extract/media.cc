#include "crawler/extract/media.h"

#include <algorithm>
#include <utility>

#include "crawler/extract/rules.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr size_t kNearBytes = 60;  // Between an account's name and the word that makes it one.

bool IsAlnum(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

bool IsLatin(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

bool StandsAlone(std::string_view text, size_t from, size_t to) {
  return (from == 0 || !IsAlnum(text[from - 1])) && (to >= text.size() || !IsAlnum(text[to]));
}

void AddMedium(std::vector<MediumFound>* found, std::string name, size_t from, size_t to) {
  const bool known = std::any_of(found->begin(), found->end(),
                                 [&](const MediumFound& m) { return m.name == name; });
  if (!known && found->size() < kMediaMax) found->push_back({std::move(name), from, to});
}

bool IsAccountName(std::string_view name) {
  if (name.size() < 3 || name.size() > kAccountBytesMax) return false;
  return std::count_if(name.begin(), name.end(), IsLatin) >= 3;
}

// Platforms are no accounts.
bool IsPlatform(std::string_view name) {
  const auto& words = ListOf("platform").words();
  return std::any_of(words.begin(), words.end(), [&](const Word& w) {
    return base::EqualsIgnoreCaseAscii(w.text, name);
  });
}

class AccountReader {
 public:
  AccountReader(const PageText& page, Span span)
      : page_(page), text_(page.text()), span_(span) {}

  std::vector<MediumFound> Read() {
    if (!ListOf("account_context").In(Low(span_.from, span_.to))) return {};
    Quoted("“", "”");
    Quoted("\"", "\"");
    Quoted("「", "」");
    Quoted("《", "》");
    Bare();
    return std::move(found_);
  }

 private:
  std::string Low(size_t from, size_t to) const {
    return base::ToLowerAscii(text_.substr(from, to - from));
  }

  void Quoted(std::string_view open, std::string_view close) {
    for (size_t at = text_.find(open, span_.from); at < span_.to; at = text_.find(open, at)) {
      const size_t from = at + open.size();
      const size_t to = text_.find(close, from);
      if (to == std::string_view::npos || to > span_.to) return;
      at = to + close.size();
      if (!IsAccountName(text_.substr(from, to - from))) continue;
      const size_t near_from = from - std::min(from - span_.from, kNearBytes);
      const size_t near_to = std::min(span_.to, at + kNearBytes);
      if (ListOf("account_context").In(Low(near_from, from)) ||
          ListOf("account_context").In(Low(at, near_to)))
        Add(from, to);
    }
  }

  // Discover Jing'an系列账号
  void Bare() {
    static const WordList& kBehind = ListOf("account_behind");
    const std::string_view part = text_.substr(0, span_.to);
    for (WordHit hit = kBehind.First(part, span_.from); hit; hit = kBehind.First(part, hit.to)) {
      size_t to = hit.from;
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
  }

  void Add(size_t from, size_t to) {
    const Quote quote = page_.MakeQuote("account", from, to);
    if (IsAccountName(quote.text) && !IsPlatform(quote.text))
      AddMedium(&found_, quote.text, from, to);
  }

  const PageText& page_;
  const std::string_view text_;
  const Span span_;
  std::vector<MediumFound> found_;
};

}  // namespace

std::vector<MediumFound> FindPlatforms(const PageText& page, Span sentence) {
  static const WordList& kContext = ListOf("platform_context");
  const std::string_view text = page.text().substr(0, sentence.to);
  const std::string low = base::ToLowerAscii(text.substr(sentence.from));
  if (!kContext.In(low)) return {};
  std::vector<MediumFound> found;
  for (const Word& word : ListOf("platform").words()) {
    const std::string want = base::ToLowerAscii(word.text);
    for (size_t at = low.find(want); at != std::string::npos; at = low.find(want, at + 1)) {
      if (!StandsAlone(low, at, at + want.size())) continue;
      AddMedium(&found, std::string(word.tag), sentence.from + at,
                sentence.from + at + want.size());
      break;
    }
  }
  // X by itself, in capitals.
  for (size_t at = text.find('X', sentence.from); at != std::string_view::npos;
       at = text.find('X', at + 1)) {
    if (StandsAlone(text, at, at + 1)) AddMedium(&found, "X", at, at + 1);
  }
  std::sort(found.begin(), found.end(),
            [](const MediumFound& a, const MediumFound& b) { return a.from < b.from; });
  return found;
}

std::vector<MediumFound> FindAccounts(const PageText& page, Span sentence) {
  return AccountReader(page, sentence).Read();
}

}  // namespace signboard::extract
