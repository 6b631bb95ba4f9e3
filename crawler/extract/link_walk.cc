#include "crawler/extract/link_walk.h"

#include <algorithm>
#include <initializer_list>
#include <string>

#include "proto/base/text.h"

namespace signboard::extract {
namespace {

using parse::Node;

constexpr size_t kHeadlineCharsMin = 8;
constexpr size_t kNameBytesMax = 64;

bool IsItem(std::string_view tag) { return tag == "li" || tag == "dd" || tag == "dt"; }

bool IsOneOf(std::string_view tag, std::initializer_list<std::string_view> tags) {
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

// Ids and classes name places by a handful of words, in English.
std::optional<LinkPlace> PlaceByName(std::string_view given) {
  if (given.empty()) return std::nullopt;
  const std::string name = base::ToLowerAscii(given.substr(0, kNameBytesMax));
  const auto has = [&name](std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(), [&name](std::string_view word) {
      return name.find(word) != std::string::npos;
    });
  };
  if (has({"foot", "copyright", "friendlink", "friend-link", "yqlj"})) return LinkPlace::kFooter;
  if (has({"nav", "menu", "crumb", "header", "topbar", "dqwz"})) return LinkPlace::kNavigation;
  if (has({"sidebar", "aside", "side-bar", "side_bar"})) return LinkPlace::kAside;
  return std::nullopt;
}

std::optional<LinkPlace> PlaceOf(Node n, std::string_view tag) {
  if (IsOneOf(tag, {"nav", "header", "menu"})) return LinkPlace::kNavigation;
  if (tag == "footer") return LinkPlace::kFooter;
  if (tag == "aside") return LinkPlace::kAside;
  if (!IsOneOf(tag, {"div", "ul", "table", "td", "section", "dl", "ol"})) return std::nullopt;
  const auto by_class = PlaceByName(n.Attribute("class"));
  return by_class ? by_class : PlaceByName(n.Attribute("id"));
}

}  // namespace

bool LinkWalk::IsScript(Node n) {
  const std::string_view tag = n.tag();
  return tag == "script" || tag == "style";
}

void LinkWalk::Enter(Node n, std::string_view tag, int depth) {
  if (tag == "a" || tag == "area") {
    Anchor(n, depth);
    return;
  }
  if (IsItem(tag)) ++items_open_;
  if (named_) return;
  named_ = PlaceOf(n, tag);
  named_depth_ = depth;
}

void LinkWalk::Leave(Node n, int depth) {
  if (n == anchor_) {
    dates_.Close();
    anchor_ = Node();
  }
  const std::string_view tag = n.tag();
  if (IsItem(tag)) --items_open_;
  if (tag == "li" || tag == "tr") dates_.EndItem();
  if (named_ && named_depth_ == depth) named_.reset();
}

LinkPlace LinkWalk::Here(size_t text_chars) const {
  if (named_) return *named_;
  const bool is_entry = items_open_ > 0 && text_chars >= kHeadlineCharsMin;
  return is_entry ? LinkPlace::kList : LinkPlace::kBody;
}

void LinkWalk::Anchor(Node n, int depth) {
  const size_t known = sink_->size();
  const AddedAnchor added = AddAnchor(n, kind_, nofollow_, sink_);
  if (added.index == LinkSink::kNone) return;
  Link& link = sink_->at(added.index);
  const LinkPlace place = Here(added.text_chars);
  if (added.index >= known || place == LinkPlace::kList) link.place = place;
  anchor_ = n;
  dates_.Open(added.index, added.text_chars, depth);
}

}  // namespace signboard::extract
