#include "crawler/extract/json_list.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "crawler/extract/anchors.h"
#include "crawler/extract/dates.h"
#include "crawler/extract/jpaas.h"
#include "crawler/extract/link_sink.h"
#include "crawler/extract/list_body.h"
#include "crawler/extract/list_day.h"
#include "crawler/extract/pagination.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr size_t kSniffBytesMax = 1'024;
constexpr size_t kKeyBytesMax = 24;

enum class Field { kOther, kUrl, kTitle, kDate, kTotal, kPageSize, kPages };

bool IsOneOf(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Letters only, in lower case: publish_time, publishTime and PUBLISHTIME are one name.
Field FieldOf(std::string_view key) {
  if (key.size() > kKeyBytesMax) return Field::kOther;
  std::string name = base::ToLowerAscii(key);
  std::erase_if(name, [](char c) { return c == '_' || c == '-'; });
  if (IsOneOf(name, {"url", "link", "href", "linkurl", "docpuburl", "puburl", "articleurl",
                     "staticurl", "contenturl", "detailurl", "infourl", "newsurl", "pageurl",
                     "shareurl", "visiturl", "arcurl", "titleurl", "htmlurl", "uri"}))
    return Field::kUrl;
  if (IsOneOf(name, {"title", "doctitle", "name", "subject", "headline", "articletitle",
                     "newstitle", "infotitle", "showtitle", "listtitle", "linktitle"}))
    return Field::kTitle;
  if (IsOneOf(name, {"pubdate", "publishdate", "publishtime", "pubtime", "docreltime",
                     "docpubtime", "date", "time", "releasetime", "releasedate", "showtime",
                     "displaytime", "deploytime", "issuetime", "inputtime", "writetime",
                     "createtime", "createdate", "addtime", "posttime", "published"}))
    return Field::kDate;
  if (IsOneOf(name, {"total", "totalcount", "totalelements", "totalrecord", "totalnum", "count",
                     "recordcount", "totalsize", "rowcount"}))
    return Field::kTotal;
  if (IsOneOf(name, {"pagesize", "perpage", "limit", "size", "pagerows"})) return Field::kPageSize;
  if (IsOneOf(name, {"totalpage", "totalpages", "pagecount", "pages", "countpage", "pagetotal",
                     "lastpage"}))
    return Field::kPages;
  return Field::kOther;
}

// Seconds or milliseconds since 1970; smaller numbers are none.
ListDay DayOfNumber(uint64_t number) {
  constexpr uint64_t kFirst = 788'889'600;       // 1995
  constexpr uint64_t kLast = 4'102'444'800;      // 2100
  if (number >= kFirst * 1'000 && number < kLast * 1'000) number /= 1'000;
  if (number < kFirst || number >= kLast) return {};
  return ListDayOf(UnixTime(std::chrono::seconds(static_cast<int64_t>(number))));
}

ListDay DayOfString(const std::string& value) {
  uint64_t number = 0;
  const char* const end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, number);
  if (error == std::errc() && stop == end && value.size() >= 9) {
    const ListDay day = DayOfNumber(number);
    if (!day.empty()) return day;
  }
  if (const auto time = ParsePageTime(value)) return ListDayOf(*time);
  return ParseListDay(value).value_or(ListDay());
}

// An address, not a word that happens to stand under "link".
bool IsReference(std::string_view value) {
  if (value.starts_with("http") || value.starts_with('/') || value.starts_with("./") ||
      value.starts_with("../"))
    return true;
  if (value.find_first_of(" :\n") != std::string_view::npos) return false;
  return value.find(".htm") != std::string_view::npos ||
         value.find(".shtm") != std::string_view::npos;
}

// Reads a JSON document as it comes. It keeps no tree, so that a hostile one costs nothing.
class JsonReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  JsonReader(const base::Url& list_url, LinkSink* sink) : list_url_(list_url), sink_(sink) {}

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t value) override {
    return value < 0 || number_unsigned(static_cast<number_unsigned_t>(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (items_.empty()) return true;
    if (field_ == Field::kDate && items_.back().day.empty()) items_.back().day = DayOfNumber(value);
    Count(value);
    return true;
  }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_array(size_t) override { return Enter(); }
  bool end_array() override { return Leave(); }
  bool start_object(size_t) override { return Enter(); }
  bool end_object() override {
    Item& item = items_.back();
    if (IsReference(item.url)) {
      Add(std::move(item));
    } else {
      // An entry's own counts are of its readers.
      total_ = std::max(total_, item.total);
      page_size_ = std::max(page_size_, item.page_size);
      pages_ = std::max(pages_, item.pages);
    }
    return Leave();
  }
  bool key(string_t& name) override {
    field_ = FieldOf(name);
    return true;
  }
  bool string(string_t& value) override {
    if (items_.empty()) return true;
    Item& item = items_.back();
    switch (field_) {
      case Field::kUrl:
        if (item.url.empty()) item.url = value;
        return true;
      case Field::kTitle:
        if (item.title.empty())
          item.title = std::string(base::TruncateUtf8(value, kAnchorTextBytesMax / 4));
        return true;
      case Field::kDate:
        if (item.day.empty()) item.day = DayOfString(value);
        return true;
      case Field::kTotal:
      case Field::kPageSize:
      case Field::kPages: CountString(value); return true;
      case Field::kOther: return Piece(value);
    }
    return true;
  }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

  // How many pages the list has; 0: it does not say.
  size_t pages() const {
    if (pages_ > 0) return pages_;
    return page_size_ == 0 ? 0 : total_ / page_size_ + (total_ % page_size_ == 0 ? 0 : 1);
  }

 private:
  struct Item {
    std::string url;
    std::string title;
    ListDay day;
    size_t total = 0;
    size_t page_size = 0;
    size_t pages = 0;
  };
  bool Enter() {
    items_.emplace_back();
    field_ = Field::kOther;
    return items_.size() <= static_cast<size_t>(kJsonDepthMax);
  }
  bool Leave() {
    items_.pop_back();
    field_ = Field::kOther;
    return true;
  }
  void Add(Item item) {
    const size_t index =
        sink_->Add(item.url, LinkKind::kAnchor, std::move(item.title), "", false);
    if (index == LinkSink::kNone) return;
    Link& link = sink_->at(index);
    link.place = LinkPlace::kList;
    if (link.listed.empty() && item.day.month != 0 && item.day.day != 0) link.listed = item.day;
  }
  void Count(uint64_t value) {
    const size_t bounded = static_cast<size_t>(std::min<uint64_t>(value, 1'000'000'000));
    Item& item = items_.back();
    if (field_ == Field::kTotal) item.total = std::max(item.total, bounded);
    if (field_ == Field::kPageSize) item.page_size = std::max(item.page_size, bounded);
    if (field_ == Field::kPages) item.pages = std::max(item.pages, bounded);
  }
  void CountString(const std::string& value) {
    uint64_t number = 0;
    const char* const end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data(), end, number);
    if (error == std::errc() && stop == end) Count(number);
  }
  // Perhaps HTML. False: there are too many.
  bool Piece(const std::string& value) {
    if (value.size() > kListPieceBytesMax || value.find("<a") == std::string::npos) return true;
    if (++pieces_ > kListPiecesMax) return false;
    // It is shown in the page that asked for it, which may lie in another folder.
    sink_->TakeRootedOnly(true);
    AddAnchorsOf(value, LinkKind::kAnchor, false, sink_);
    sink_->TakeRootedOnly(false);
    for (const std::string& page : JpaasPagesOf(list_url_, value))
      sink_->Add(page, LinkKind::kNext, "", "", false);
    return true;
  }

  const base::Url& list_url_;
  LinkSink* const sink_;
  std::vector<Item> items_;  // Of the objects and arrays that are open.
  Field field_ = Field::kOther;
  size_t pieces_ = 0;
  size_t total_ = 0;
  size_t page_size_ = 0;
  size_t pages_ = 0;
};

// An address around its page number.
struct Numbered {
  std::string before;
  std::string after;
  int number = 0;
};

std::optional<int> PageNumber(std::string_view digits) {
  int number = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number);
  if (digits.empty() || digits.size() > 5 || error != std::errc() || stop != end)
    return std::nullopt;
  return number;
}

std::optional<Numbered> InQuery(std::string_view query) {
  for (size_t at = 0; at < query.size();) {
    const size_t end = std::min(query.find('&', at), query.size());
    const std::string_view part = query.substr(at, end - at);
    const size_t equals = part.find('=');
    const auto number = equals == std::string_view::npos || !IsPageName(part.substr(0, equals))
                            ? std::nullopt
                            : PageNumber(part.substr(equals + 1));
    if (number) {
      return Numbered{"?" + std::string(query.substr(0, at + equals + 1)),
                      std::string(query.substr(end)), *number};
    }
    at = end + 1;
  }
  return std::nullopt;
}

// list_2.json, 2.json
std::optional<Numbered> InFile(std::string_view path) {
  const size_t slash = path.rfind('/');
  const std::string_view file = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const size_t dot = file.rfind('.');
  if (dot == std::string_view::npos || file.substr(dot) != ".json") return std::nullopt;
  const std::string_view stem = file.substr(0, dot);
  const size_t mark = stem.find_last_of("_-");
  const size_t begin = mark == std::string_view::npos ? 0 : mark + 1;
  const auto number = PageNumber(stem.substr(begin));
  if (!number) return std::nullopt;
  return Numbered{std::string(stem.substr(0, begin)), std::string(file.substr(dot)), *number};
}

}  // namespace

bool IsJson(std::string_view body) {
  body = body.substr(0, kSniffBytesMax);
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  const std::string_view head = base::TrimAscii(body);
  if (head.empty() || (head[0] != '{' && head[0] != '[')) return false;
  const std::string_view inside = base::TrimAscii(head.substr(1));
  return head[0] == '{' ? inside.starts_with('"')
                        : inside.starts_with('{') &&
                              base::TrimAscii(inside.substr(1)).starts_with('"');
}

std::vector<std::string> OtherPages(const base::Url& list_url, size_t pages) {
  auto numbered = InQuery(list_url.query().value_or(""));
  if (!numbered) numbered = InFile(list_url.path());
  std::vector<std::string> others;
  if (!numbered) return others;
  const auto add = [&](int page) {
    others.push_back(numbered->before + std::to_string(page) + numbered->after);
  };
  if (pages == 0) {
    add(numbered->number + 1);
    return others;
  }
  const int first = numbered->number == 0 ? 0 : 1;
  const int count = static_cast<int>(std::min<size_t>(pages, kPaginationPagesMax));
  for (int page = first; page < first + count; ++page)
    if (page != numbered->number) add(page);
  return others;
}

Links FindJsonListLinks(std::string_view json, const base::Url& list_url) {
  LinkSink sink(list_url);
  JsonReader reader(list_url, &sink);
  nlohmann::json::sax_parse(json, &reader);
  if (sink.size() > 0) {
    for (const std::string& page : OtherPages(list_url, reader.pages()))
      sink.Add(page, LinkKind::kNext, "", "", false);
  }
  return sink.Take();
}

}  // namespace signboard::extract
