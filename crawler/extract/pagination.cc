#include "crawler/extract/pagination.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "crawler/extract/links.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr std::string_view kCall = "createPageHTML";
constexpr size_t kArgumentsMax = 8;
constexpr size_t kNameBytesMax = 64;

std::optional<int> Number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

// The name in quotes: letters, digits, '-' and '_' only, for it becomes part of a URL.
std::optional<std::string> Name(std::string_view text) {
  if (text.size() < 2 || (text[0] != '"' && text[0] != '\'') || text.back() != text[0])
    return std::nullopt;
  const std::string_view inside = text.substr(1, text.size() - 2);
  const bool plain = std::all_of(inside.begin(), inside.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '-';
  });
  if (!plain || inside.empty() || inside.size() > kNameBytesMax) return std::nullopt;
  return std::string(inside);
}

std::vector<std::string> PagesOfCall(std::string_view arguments) {
  std::vector<int> numbers;
  std::vector<std::string> names;
  size_t seen = 0;
  for (std::string_view piece : base::SplitAscii(arguments, ',')) {
    if (++seen > kArgumentsMax) break;
    piece = base::TrimAscii(piece);
    if (const auto number = Number(piece)) {
      // Numbers after the names count rows, not pages.
      if (names.empty() || numbers.empty()) numbers.push_back(*number);
      if (numbers.size() == 1) names.clear();  // What came before was an element's id.
    } else if (auto name = Name(piece)) {
      names.push_back(*std::move(name));
    }
  }
  std::vector<std::string> pages;
  if (numbers.empty() || names.size() < 2) return pages;
  const int total = std::min(numbers[0], kPaginationPagesMax);
  const int current = numbers.size() > 1 ? numbers[1] : 0;
  for (int page = 0; page < total; ++page) {
    if (page == current) continue;
    const std::string number = page == 0 ? "" : "_" + std::to_string(page);
    pages.push_back(names[0] + number + "." + names[1]);
  }
  return pages;
}

// A query without its page number, and whether it had one.
struct QueryWithoutPage {
  std::string rest;
  std::string page;
};

bool IsPageName(std::string_view name) {
  const auto names = {"page",    "pageno",      "pagenum", "pageindex",
                      "curpage", "currentpage", "pn",      "p"};
  return std::any_of(names.begin(), names.end(), [&](std::string_view other) {
    return base::EqualsIgnoreCaseAscii(name, other);
  });
}

QueryWithoutPage WithoutPage(std::string_view query) {
  QueryWithoutPage out;
  for (std::string_view part : base::SplitAscii(query, '&')) {
    const size_t equals = part.find('=');
    const bool has_value = equals != std::string_view::npos;
    if (has_value && IsPageName(part.substr(0, equals)) && Number(part.substr(equals + 1))) {
      out.page = std::string(part.substr(equals + 1));
    } else if (!part.empty()) {
      out.rest += part;
      out.rest += '&';
    }
  }
  return out;
}

}  // namespace

bool IsPageOfList(const base::Url& page, const base::Url& other) {
  if (page.host() != other.host() || page.path() != other.path()) return false;
  const QueryWithoutPage here = WithoutPage(page.query().value_or(""));
  const QueryWithoutPage there = WithoutPage(other.query().value_or(""));
  return here.rest == there.rest && here.page != there.page;
}

bool HasPageNumber(std::string_view query) { return !WithoutPage(query).page.empty(); }

std::vector<std::string> PaginationOf(std::string_view script) {
  for (size_t at = script.find(kCall); at != std::string_view::npos;
       at = script.find(kCall, at + 1)) {
    size_t open = at + kCall.size();
    while (open < script.size() && (script[open] == ' ' || script[open] == '\t')) ++open;
    if (open >= script.size() || script[open] != '(') continue;
    const size_t close = script.substr(0, open + 512).find(')', open);
    if (close == std::string_view::npos) continue;
    std::vector<std::string> pages = PagesOfCall(script.substr(open + 1, close - open - 1));
    if (!pages.empty()) return pages;
  }
  return {};
}

}  // namespace signboard::extract
