#include "crawler/worker/list_reader.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "crawler/decode/charset.h"
#include "crawler/decode/content_coding.h"
#include "crawler/extract/fingerprint.h"
#include "crawler/robots/feed.h"
#include "crawler/robots/sitemap.h"
#include "proto/base/text.h"
#include "proto/base/url_canonical.h"

namespace signboard::worker {
namespace {

constexpr size_t kSniffBytesMax = 2'048;
constexpr std::string_view kGzip = "\x1F\x8B";

enum class ListKind { kNone, kSitemap, kFeed };

struct Entry {
  extract::Link link;
  std::optional<UnixTime> time;
};

struct List {
  std::vector<Entry> entries;
  std::string title;
  std::string broken;  // Empty: read to its end.
};

bool Has(std::string_view head, std::string_view tag) {
  return head.find(tag) != std::string_view::npos;
}

ListKind KindOf(std::string_view text) {
  const std::string_view head = base::TrimAscii(text.substr(0, kSniffBytesMax));
  if (head.starts_with('<')) {
    if (Has(head, "<urlset") || Has(head, "<sitemapindex")) return ListKind::kSitemap;
    if (Has(head, "<rss") || Has(head, "<feed") || Has(head, "<rdf:RDF")) return ListKind::kFeed;
    return ListKind::kNone;
  }
  if (head.starts_with('{'))
    return Has(head, "jsonfeed.org/version/") ? ListKind::kFeed : ListKind::kNone;
  // A text of URLs alone; a sentence that begins with one is none.
  const std::string_view line = base::TrimAscii(head.substr(0, head.find_first_of("\r\n")));
  const bool url = line.starts_with("http://") || line.starts_with("https://");
  return url && line.find(' ') == std::string_view::npos ? ListKind::kSitemap : ListKind::kNone;
}

void AddEntry(std::string_view reference, extract::LinkKind kind, std::string title,
              std::optional<UnixTime> time, const base::Url& base, List* list) {
  const auto url = base::Url::Parse(reference, &base);
  if (!url.ok() || !url->is_http() || extract::IsTrap(url->path())) return;
  extract::Link link;
  link.url = base::Canonical(*url);
  link.text = std::move(title);
  link.kind = kind;
  if (link.url.size() > extract::kLinkUrlBytesMax) return;
  if (link.text.size() > extract::kAnchorTextBytesMax)
    link.text = std::string(base::TruncateUtf8(link.text, extract::kAnchorTextBytesMax / 4));
  if (time) link.listed = extract::ListDayOf(*time);
  list->entries.push_back({std::move(link), time});
}

List ReadSitemap(std::string_view text, const base::Url& base) {
  List list;
  size_t children = 0;
  robots::SitemapReader reader([&](robots::SitemapEntry entry) {
    if (entry.is_sitemap && ++children > kSitemapChildrenMax) return;
    const auto kind =
        entry.is_sitemap ? extract::LinkKind::kSitemap : extract::LinkKind::kAnchor;
    AddEntry(entry.url, kind, std::move(entry.title), entry.changed, base, &list);
  });
  Status status = reader.Add(text);
  if (status.ok()) status = reader.End();
  if (!status.ok()) list.broken = std::string(base::Message(status));
  return list;
}

List ReadFeed(std::string_view text, const base::Url& base) {
  List list;
  robots::FeedReader reader([&](robots::FeedEntry entry) {
    const auto kind = entry.is_next_page ? extract::LinkKind::kNext : extract::LinkKind::kAnchor;
    const auto time = entry.published ? entry.published : entry.updated;
    AddEntry(entry.url, kind, std::move(entry.title), time, base, &list);
  });
  Status status = reader.Add(text);
  if (status.ok()) status = reader.End();
  if (!status.ok()) list.broken = std::string(base::Message(status));
  list.title = std::string(base::TruncateUtf8(reader.title(), extract::kFactBytesMax / 4));
  return list;
}

void MakePage(List list, ListKind kind, const base::Url& url, extract::PageRead* read) {
  std::stable_sort(list.entries.begin(), list.entries.end(), [](const Entry& a, const Entry& b) {
    return a.time.has_value() && (!b.time.has_value() || *a.time > *b.time);
  });
  const std::string_view word = kind == ListKind::kFeed ? "feed" : "sitemap";
  extract::Extracted extracted;
  extracted.facts.title = std::move(list.title);
  if (!list.entries.empty() && list.entries.front().time) {
    extracted.facts.published = list.entries.front().time;
    extracted.facts.published_basis = word;
  }
  for (Entry& entry : list.entries) extracted.links.links.push_back(std::move(entry.link));
  extracted.is_hub = true;
  extracted.hub_why = "list:" + std::string(word);
  extracted.fingerprint = extract::HubFingerprint(extracted.links.links, url);
  extracted.truncated_why = std::move(list.broken);
  read->extracted = std::move(extracted);
}

// The text of a gzip file. Empty: it is none, or no text.
std::string Unzipped(std::string_view body) {
  if (!body.starts_with(kGzip)) return "";
  decode::DecodeLimits limits;
  limits.decoded_bytes_max = robots::kSitemapBytesMax;
  decode::Decoded decoded = decode::DecodeContent(body, "gzip", limits);
  return decoded.bytes.find('\0') == std::string::npos ? std::move(decoded.bytes) : "";
}

}  // namespace

bool ReadListFile(std::string_view body, const base::Url& url, extract::PageRead* read) {
  decode::DecodedText text;
  const bool is_file = read->kind == decode::BodyKind::kOther;
  if (is_file) {
    const std::string unzipped = Unzipped(body);
    if (unzipped.empty() || KindOf(unzipped) == ListKind::kNone) return false;
    text = decode::DecodeText(unzipped, "", false);
  }
  const std::string& utf8 = is_file ? text.utf8 : read->text.utf8;
  const ListKind kind = KindOf(utf8);
  if (kind == ListKind::kNone) return false;
  List list = kind == ListKind::kFeed ? ReadFeed(utf8, url) : ReadSitemap(utf8, url);
  if (list.entries.empty() && !list.broken.empty()) return false;
  MakePage(std::move(list), kind, url, read);
  if (is_file) read->text = std::move(text);
  return true;
}

}  // namespace signboard::worker
