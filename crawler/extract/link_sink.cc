#include "crawler/extract/link_sink.h"

#include <functional>
#include <optional>

#include "crawler/extract/list_dates.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr size_t kSlotsMin = 64;

// "/a", "//host/a" and "http://host/a" lead to the same place from every page of a site.
bool IsRooted(std::string_view reference) {
  if (reference.front() == '/') return true;
  const std::string start = base::ToLowerAscii(reference.substr(0, 8));
  return start.starts_with("http://") || start.starts_with("https://");
}

}  // namespace

void LinkTable::Grow() {
  std::vector<Slot> old(slots_.empty() ? kSlotsMin : slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.next == 0) continue;
    size_t at = slot.hash & (slots_.size() - 1);
    while (slots_[at].next != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }
}

std::optional<size_t> LinkTable::FindOrNote(const std::string& url,
                                            const std::vector<Link>& links) {
  if ((taken_ + 1) * 2 > slots_.size()) Grow();
  const auto hash = static_cast<uint32_t>(std::hash<std::string>()(url));
  size_t at = hash & (slots_.size() - 1);
  for (; slots_[at].next != 0; at = (at + 1) & (slots_.size() - 1)) {
    const size_t index = slots_[at].next - 1;
    if (slots_[at].hash == hash && links[index].url == url) return index;
  }
  if (links.size() < kLinksMax) {
    slots_[at] = {hash, static_cast<uint32_t>(links.size()) + 1};
    ++taken_;
  }
  return std::nullopt;
}

size_t LinkSink::Add(std::string_view reference, LinkKind kind, std::string text, std::string rel,
                     bool nofollow) {
  // A place in this page is no link to another; an empty reference is the page itself.
  const size_t start = reference.find_first_not_of(" \t\r\n\f");
  if (start == std::string_view::npos || reference[start] == '#') return kNone;
  if (rooted_only_ && !IsRooted(reference.substr(start))) return kNone;
  if (reference.size() > base::kUrlBytesMax) {
    ++found_.dropped_count;
    return kNone;
  }
  std::optional<Resolved> resolved = resolver_.Resolve(reference);
  if (!resolved) return kNone;
  if (resolved->url.size() > kLinkUrlBytesMax || resolved->is_trap) {
    ++found_.dropped_count;
    return kNone;
  }
  const bool is_requisite = kind >= LinkKind::kImage;
  std::vector<Link>& list = is_requisite ? found_.requisites : found_.links;
  LinkTable& table = is_requisite ? known_requisites_ : known_links_;
  if (const auto known = table.FindOrNote(resolved->url, list)) {
    if (is_requisite) return kNone;
    Link& first = list[*known];
    if (first.text.empty()) first.text = std::move(text);
    first.nofollow = first.nofollow && nofollow;
    return *known;
  }
  if (list.size() >= kLinksMax) {
    ++found_.dropped_count;
    return kNone;
  }
  list.push_back({.url = std::move(resolved->url), .text = std::move(text), .rel = std::move(rel),
                  .kind = kind, .nofollow = nofollow});
  return is_requisite ? kNone : list.size() - 1;
}

Links LinkSink::Take() {
  FindYears(&found_);
  return std::move(found_);
}

}  // namespace signboard::extract
