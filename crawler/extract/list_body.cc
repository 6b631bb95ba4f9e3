#include "crawler/extract/list_body.h"

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "crawler/extract/anchors.h"
#include "crawler/extract/jpaas.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr size_t kSniffBytesMax = 1'024;
constexpr size_t kNextGroupNear = 64;  // White space may stand between a tag and its CDATA.
constexpr std::string_view kCdata = "<![CDATA[";

std::string_view Head(std::string_view body) {
  body = body.substr(0, kSniffBytesMax);
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  return base::TrimAscii(body);
}

bool IsOneOf(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view other) {
    return base::EqualsIgnoreCaseAscii(word, other);
  });
}

// Reads a JSON document as it comes: objects that have a title and a URL, and pieces of HTML. It
// keeps no tree, so that a hostile one costs nothing.
class JsonReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  JsonReader(const base::Url& list_url, LinkSink* sink) : list_url_(list_url), sink_(sink) {}

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_array(size_t) override { return Enter(); }
  bool end_array() override { return Leave(); }
  bool start_object(size_t) override { return Enter(); }
  bool end_object() override {
    const Item& item = items_.back();
    const bool is_reference = item.url.starts_with("http") || item.url.starts_with('/') ||
                              item.url.starts_with("./") || item.url.starts_with("../");
    if (is_reference) sink_->Add(item.url, LinkKind::kAnchor, item.title, "", false);
    return Leave();
  }
  bool key(string_t& name) override {
    key_ = name;
    return true;
  }
  bool string(string_t& value) override {
    if (items_.empty()) return true;
    Item& item = items_.back();
    if (IsOneOf(key_, {"url", "link", "href", "linkurl", "docpuburl", "puburl", "articleurl"})) {
      item.url = value;
    } else if (IsOneOf(key_, {"title", "doctitle", "name", "subject"})) {
      item.title = std::string(base::TruncateUtf8(value, kAnchorTextBytesMax / 4));
    } else if (value.size() <= kListPieceBytesMax && value.find("<a") != std::string::npos) {
      if (++pieces_ > kListPiecesMax) return false;
      AddAnchorsOf(value, LinkKind::kAnchor, false, sink_);
      for (const std::string& page : JpaasPagesOf(list_url_, value))
        sink_->Add(page, LinkKind::kNext, "", "", false);
    }
    return true;
  }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  struct Item {
    std::string url;
    std::string title;
  };
  bool Enter() {
    items_.emplace_back();
    return items_.size() <= static_cast<size_t>(kJsonDepthMax);
  }
  bool Leave() {
    items_.pop_back();
    return true;
  }

  const base::Url& list_url_;
  LinkSink* const sink_;
  std::vector<Item> items_;  // Of the objects and arrays that are open.
  std::string key_;
  size_t pieces_ = 0;
};

}  // namespace

bool IsXmlList(std::string_view body) {
  const std::string_view head = Head(body);
  return (head.starts_with("<?xml") || head.starts_with("<datastore")) &&
         head.find("<datastore") != std::string_view::npos;
}

bool IsJson(std::string_view body) {
  const std::string_view head = Head(body);
  return head.starts_with("{\"") || head.starts_with("[{\"") ||
         (head.starts_with('{') && base::TrimAscii(head.substr(1)).starts_with('"'));
}

void AddXmlList(std::string_view xml, bool nofollow, LinkSink* sink) {
  std::string records;
  std::string next;  // The URLs of further pages.
  for (size_t at = 0; (at = xml.find(kCdata, at)) != std::string_view::npos;) {
    const size_t begin = at + kCdata.size();
    const size_t end = xml.find("]]>", begin);
    if (end == std::string_view::npos) break;
    const size_t near = at - std::min(at, kNextGroupNear);
    const std::string_view before = base::TrimAscii(xml.substr(near, at - near));
    std::string& piece = before.ends_with("<nextgroup>") ? next : records;
    if (piece.size() + end - begin > kListPieceBytesMax) break;
    piece.append(xml, begin, end - begin);
    at = end + 3;
  }
  if (!records.empty()) AddAnchorsOf(std::move(records), LinkKind::kAnchor, nofollow, sink);
  if (!next.empty()) AddAnchorsOf(std::move(next), LinkKind::kNext, nofollow, sink);
}

Links FindXmlListLinks(std::string_view xml, const base::Url& list_url) {
  LinkSink sink(list_url);
  AddXmlList(xml, false, &sink);
  return sink.Take();
}

Links FindJsonListLinks(std::string_view json, const base::Url& list_url) {
  LinkSink sink(list_url);
  JsonReader reader(list_url, &sink);
  nlohmann::json::sax_parse(json, &reader);
  return sink.Take();
}

}  // namespace signboard::extract
