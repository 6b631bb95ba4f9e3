#include "crawler/extract/jpaas.h"

#include <algorithm>
#include <charconv>

#include "crawler/extract/links.h"
#include "proto/base/percent.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr size_t kPairsMax = 32;
constexpr size_t kDataBytesMax = 2'048;
constexpr std::string_view kPageParameter = "paramJson=";

// As the site's script would: application/x-www-form-urlencoded.
void AppendForm(std::string_view text, std::string* out) {
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '*' || c == '-' || c == '.' || c == '_';
    if (plain) {
      *out += c;
    } else if (c == ' ') {
      *out += '+';
    } else {
      base::AppendPercent(c, out);
    }
  }
}

// A quoted word or a bare one of {'a':'b','c':1}, from `*at` on; stops at ':', ',' and '}'.
std::string_view NextWord(std::string_view data, size_t* at) {
  while (*at < data.size() && (data[*at] == ' ' || data[*at] == ',' || data[*at] == ':')) ++*at;
  if (*at >= data.size()) return {};
  const char quote = data[*at];
  const bool quoted = quote == '\'' || quote == '"';
  const size_t begin = *at + (quoted ? 1 : 0);
  const size_t end = quoted ? data.find(quote, begin) : data.find_first_of(":,}", begin);
  if (end == std::string_view::npos) {
    *at = data.size();
    return {};
  }
  *at = end + (quoted ? 1 : 0);
  return data.substr(begin, end - begin);
}

// {'a':'b','c':'d'} as a=b&c=d.
std::string QueryOf(std::string_view data) {
  data = base::TrimAscii(data);
  if (!data.starts_with('{') || data.size() > kDataBytesMax) return "";
  std::string query;
  size_t at = 1;
  for (size_t pairs = 0; pairs < kPairsMax; ++pairs) {
    const std::string_view name = NextWord(data, &at);
    if (name.empty()) break;
    const std::string_view value = NextWord(data, &at);
    if (!query.empty()) query += '&';
    AppendForm(name, &query);
    query += '=';
    AppendForm(value, &query);
  }
  return query;
}

// The number in name="123" within `tag`; 0: none.
int NumberIn(std::string_view tag, std::string_view name) {
  const size_t at = tag.find(name);
  if (at == std::string_view::npos) return 0;
  std::string_view rest = tag.substr(at + name.size());
  if (rest.starts_with('"') || rest.starts_with('\'')) rest.remove_prefix(1);
  int number = 0;
  std::from_chars(rest.data(), rest.data() + rest.size(), number);
  return std::max(number, 0);
}

}  // namespace

std::string JpaasListUrl(std::string_view url, std::string_view query_data,
                         std::string_view param_json) {
  if (url.empty() || param_json.find("pageNo") == std::string_view::npos) return "";
  const std::string query = QueryOf(query_data);
  if (query.empty()) return "";
  const bool has_query = url.find('?') != std::string_view::npos;
  return std::string(url) + (has_query ? '&' : '?') + query;
}

std::vector<std::string> JpaasPagesOf(const base::Url& list_url, std::string_view html) {
  std::vector<std::string> pages;
  const size_t at = html.find("class=\"pagination\"");
  if (at == std::string_view::npos || !list_url.query()) return pages;
  const size_t begin = html.rfind('<', at);
  const size_t end = html.find('>', at);
  if (begin == std::string_view::npos || end == std::string_view::npos) return pages;
  const std::string_view tag = html.substr(begin, end - begin);
  const int rows = NumberIn(tag, " rows=");
  const int count = NumberIn(tag, " count=");
  if (rows == 0) return pages;
  std::string query;
  for (std::string_view part : base::SplitAscii(*list_url.query(), '&')) {
    if (part.empty() || part.starts_with(kPageParameter)) continue;
    query += part;
    query += '&';
  }
  const int total = std::min((count - 1) / rows + 1, kPaginationPagesMax);
  for (int page = 2; page <= total; ++page) {
    std::string& reference = pages.emplace_back("?" + query + std::string(kPageParameter));
    AppendForm("{\"pageNo\":" + std::to_string(page) + ",\"pageSize\":\"" +
                   std::to_string(rows) + "\"}",
               &reference);
  }
  return pages;
}

}  // namespace signboard::extract
