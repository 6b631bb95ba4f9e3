#include "frontier/crawl_queue.h"

#include "proto/base/slot.h"

namespace signboard::frontier {
namespace {

constexpr char kMark = '\x01';
constexpr char kEscape = '\x02';
constexpr char kEscaped = '\x10';  // Is added to what follows kEscape.

void AppendEscaped(std::string_view text, std::string& out) {
  for (const char c : text) {
    if (c >= '\0' && c <= kEscape) {
      out.push_back(kEscape);
      out.push_back(static_cast<char>(c + kEscaped));
    } else {
      out.push_back(c);
    }
  }
}

std::string Unescaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == kEscape && i + 1 < text.size();
    out.push_back(escape ? static_cast<char>(text[++i] - kEscaped) : text[i]);
  }
  return out;
}

}  // namespace

std::string NameOf(std::string_view crawl, std::string_view key) {
  std::string out(1, kMark);
  out.reserve(crawl.size() + key.size() + 2);
  AppendEscaped(crawl, out);
  out.push_back(kMark);
  AppendEscaped(key, out);
  return out;
}

std::optional<CrawlQueue> ParseQueueName(std::string_view queue) {
  if (!IsOfCrawl(queue)) return std::nullopt;
  const size_t end = queue.find(kMark, 1);
  if (end == std::string_view::npos) return std::nullopt;
  return CrawlQueue{Unescaped(queue.substr(1, end - 1)), Unescaped(queue.substr(end + 1))};
}

std::string KeyOf(std::string_view queue) {
  std::optional<CrawlQueue> parsed = ParseQueueName(queue);
  return parsed ? std::move(parsed->key) : std::string(queue);
}

kv::Slot SlotOfQueue(std::string_view queue) {
  return IsOfCrawl(queue) ? base::SlotOfQueueKey(KeyOf(queue)) : base::SlotOfQueueKey(queue);
}

}  // namespace signboard::frontier
