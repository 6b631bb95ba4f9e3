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
constexpr size_t kCallsMax = 16;
constexpr size_t kNameBytesMax = 64;
constexpr size_t kPageDigitsMax = 4;

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

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The number that the script gives a variable: countPage = 12
std::optional<int> NumberOf(std::string_view script, std::string_view variable) {
  if (variable.empty() || variable.size() > kNameBytesMax ||
      !std::all_of(variable.begin(), variable.end(), IsNameByte))
    return std::nullopt;
  for (size_t at = 0; (at = script.find(variable, at)) != std::string_view::npos;) {
    const bool begins = at == 0 || !IsNameByte(script[at - 1]);
    at += variable.size();
    std::string_view rest = base::TrimAscii(script.substr(at, kNameBytesMax));
    if (!begins || !rest.starts_with('=')) continue;
    rest = base::TrimAscii(rest.substr(1));
    size_t digits = 0;
    while (digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9') ++digits;
    if (const auto number = Number(rest.substr(0, digits))) return number;
  }
  return std::nullopt;
}

std::vector<std::string> PagesOfCall(std::string_view arguments, std::string_view script) {
  std::vector<int> numbers;
  std::vector<std::string> names;
  size_t seen = 0;
  for (std::string_view piece : base::SplitAscii(arguments, ',')) {
    if (++seen > kArgumentsMax) break;
    piece = base::TrimAscii(piece);
    auto number = Number(piece);
    if (!number) number = NumberOf(script, piece);
    if (number) {
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

// TRS's older template writes the links itself: "index_" + page + ".html", with the number of pages
// in a variable.
std::vector<std::string> PagesOfLoop(std::string_view script) {
  std::vector<std::string> pages;
  const bool writes = script.find("\"index_") != std::string_view::npos ||
                      script.find("'index_") != std::string_view::npos ||
                      script.find("=index_") != std::string_view::npos;
  if (!writes) return pages;
  std::optional<int> total;
  for (const std::string_view name : {"countPage", "totalPage", "pageCount"})
    if (!total) total = NumberOf(script, name);
  const int current = NumberOf(script, "currentPage").value_or(0);
  const bool shtml = script.find(".shtml") != std::string_view::npos;
  const std::string extension = shtml ? ".shtml" : ".html";
  for (int page = 0; page < std::min(total.value_or(0), kPaginationPagesMax); ++page)
    if (page != current)
      pages.push_back("index" + (page == 0 ? "" : "_" + std::to_string(page)) + extension);
  return pages;
}

// A query without its page number, and whether it had one.
struct QueryWithoutPage {
  std::string rest;
  std::string page;
};

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

// Directory and file of a path; the file without its extension, and without a page number.
struct ListFile {
  std::string_view directory;
  std::string_view stem;
  std::string_view base;
};
ListFile ListFileOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  ListFile file;
  file.directory = path.substr(0, slash == std::string_view::npos ? 0 : slash + 1);
  const std::string_view name = path.substr(file.directory.size());
  file.stem = file.base = name.substr(0, name.rfind('.'));
  const size_t mark = file.stem.find_last_of("_-");
  const bool numbered = mark != std::string_view::npos && mark + 1 < file.stem.size() &&
                        file.stem.size() - mark <= kPageDigitsMax + 1 &&
                        Number(file.stem.substr(mark + 1)).has_value();
  if (numbered) file.base = file.stem.substr(0, mark);
  return file;
}

// index.html and index_2.html, node_12.htm and node_12_3.htm, /xw/ and /xw/index_1.html
bool IsNumberedSibling(std::string_view page, std::string_view other) {
  const ListFile here = ListFileOf(page);
  const ListFile there = ListFileOf(other);
  if (here.directory != there.directory || !IsListName(there.stem)) return false;
  if (here.stem.empty()) return there.base != there.stem && there.base != "node";
  if (!IsListName(here.stem)) return false;
  const bool first_here = here.stem == there.base;
  const bool first_there = there.stem == here.base;
  const bool both = here.base == there.base && here.base != here.stem &&
                    there.base != there.stem && here.base != "node";
  return first_here || first_there || both;
}

}  // namespace

bool IsPageName(std::string_view name) {
  const auto names = {"page",    "pageno",      "pagenum", "pageindex",
                      "curpage", "currentpage", "pn",      "p"};
  return std::any_of(names.begin(), names.end(), [&](std::string_view other) {
    return base::EqualsIgnoreCaseAscii(name, other);
  });
}

bool IsListName(std::string_view stem) {
  for (std::string_view name :
       {"index", "list", "default", "column-index", "main", "home", "node_"}) {
    if (!stem.starts_with(name)) continue;
    const std::string_view rest = stem.substr(name.size());
    if (std::all_of(rest.begin(), rest.end(),
                    [](char c) { return (c >= '0' && c <= '9') || c == '_' || c == '-'; })) {
      return true;
    }
  }
  return false;
}

bool IsPageOfList(const base::Url& page, const base::Url& other) {
  if (page.host() != other.host()) return false;
  if (page.path() != other.path())
    return page.query() == other.query() && IsNumberedSibling(page.path(), other.path());
  const QueryWithoutPage here = WithoutPage(page.query().value_or(""));
  const QueryWithoutPage there = WithoutPage(other.query().value_or(""));
  return here.rest == there.rest && here.page != there.page;
}

bool IsPageOfList(const base::Url& page, const std::string& other) {
  // Nearly all links lead to other paths, which needs no parser to see.
  const size_t host_at = other.find("://");
  const size_t path_at = host_at == std::string::npos ? host_at : other.find('/', host_at + 3);
  if (path_at != std::string::npos) {
    const std::string_view path =
        std::string_view(other).substr(path_at, other.find_first_of("?#", path_at) - path_at);
    if (path != page.path() && !IsNumberedSibling(page.path(), path)) return false;
  }
  const StatusOr<base::Url> url = base::Url::Parse(other);
  return url.ok() && IsPageOfList(page, *url);
}

bool HasPageNumber(std::string_view query) { return !WithoutPage(query).page.empty(); }

std::vector<std::string> PaginationOf(std::string_view script) {
  size_t calls = 0;
  for (size_t at = base::Find(script, kCall); at != std::string_view::npos && calls < kCallsMax;
       at = base::Find(script, kCall, at + 1), ++calls) {
    size_t open = at + kCall.size();
    while (open < script.size() && (script[open] == ' ' || script[open] == '\t')) ++open;
    if (open >= script.size() || script[open] != '(') continue;
    const size_t close = script.substr(0, open + 512).find(')', open);
    if (close == std::string_view::npos) continue;
    std::vector<std::string> pages = PagesOfCall(script.substr(open + 1, close - open - 1), script);
    if (!pages.empty()) return pages;
  }
  return PagesOfLoop(script);
}

}  // namespace signboard::extract
