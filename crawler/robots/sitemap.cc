#include "crawler/robots/sitemap.h"

#include <utility>

#include "crawler/robots/xml_stream.h"
#include "proto/base/text.h"

namespace signboard::robots {
namespace {

// News and images say what they are about at most so deep inside an entry.
constexpr int kOwn = 1;

}  // namespace

class SitemapReader::Reader final : private XmlStream::Handler {
 public:
  explicit Reader(Sink sink) : sink_(std::move(sink)), xml_(this) {}

  Status Add(std::string_view bytes) {
    RETURN_IF_ERROR(broken_);
    bytes_ += bytes.size();
    if (bytes_ > kSitemapBytesMax) return Break(base::ResourceExhausted("more than 50 MiB"));
    if (!is_xml_) {
      const size_t first = bytes.find_first_not_of(" \t\r\n");
      if (first == std::string_view::npos) return OkStatus();
      bytes.remove_prefix(first);
      is_xml_ = bytes.front() == '<';
    }
    return Break(*is_xml_ ? xml_.Add(bytes) : Text(bytes));
  }

  Status End() {
    RETURN_IF_ERROR(broken_);
    if (!is_xml_.value_or(true)) return Break(Line());
    RETURN_IF_ERROR(Break(xml_.End()));
    return is_sitemap_ ? OkStatus() : Break(base::InvalidArgument("XML, but no sitemap"));
  }

 private:
  Status Break(Status status) { return broken_ = std::move(status); }

  Status OnStart(std::string_view name, const XmlStream::Attribute&) override {
    if (name == "urlset" || name == "sitemapindex") is_sitemap_ = true;
    if (inside_ == 0 && (name == "url" || name == "sitemap")) {
      entry_ = {};
      entry_.is_sitemap = name == "sitemap";
      inside_ = kOwn;
    } else if (inside_ > 0) {
      ++inside_;
    }
    return OkStatus();
  }

  // <image:loc> is no <loc>: only an entry's own counts.
  Status OnEnd(std::string_view name, std::string_view text) override {
    if (inside_ == 0) return OkStatus();
    if (--inside_ == 0) return Give(std::exchange(entry_, {}));
    if (inside_ == kOwn && name == "loc") entry_.url = text;
    if (name == "title") entry_.title = text;
    if (name == "lastmod" || name == "publication_date") {
      if (const auto time = base::ParseRfc3339(text); time.ok()) entry_.changed = *time;
    }
    return OkStatus();
  }

  Status Give(SitemapEntry entry) {
    if (entry.url.empty() || entry.url.size() > kSitemapUrlBytesMax) return OkStatus();
    if (++count_ > kSitemapUrlsMax) return base::ResourceExhausted("more than 50,000 URLs");
    sink_(std::move(entry));
    return OkStatus();
  }

  Status Text(std::string_view bytes) {
    while (!bytes.empty()) {
      const size_t end = bytes.find_first_of("\r\n");
      if (line_.size() <= kSitemapUrlBytesMax) line_ += bytes.substr(0, end);
      if (end == std::string_view::npos) return OkStatus();
      bytes.remove_prefix(end + 1);
      RETURN_IF_ERROR(Line());
    }
    return OkStatus();
  }

  // Anything but a URL is somebody's error page.
  Status Line() {
    const std::string line = std::exchange(line_, {});
    const std::string_view url = base::TrimAscii(line);
    if (url.empty()) return OkStatus();
    if (!url.starts_with("http://") && !url.starts_with("https://"))
      return base::InvalidArgument("neither XML nor a list of URLs");
    return Give({std::string(url), std::nullopt, "", false});
  }

  const Sink sink_;
  XmlStream xml_;
  std::optional<bool> is_xml_;  // Known from the first character on.
  bool is_sitemap_ = false;
  int inside_ = 0;  // 1: in an entry, 2: in an element of it.
  std::string line_;
  SitemapEntry entry_;
  size_t count_ = 0;
  size_t bytes_ = 0;
  Status broken_;
};

SitemapReader::SitemapReader(Sink sink) : reader_(std::make_unique<Reader>(std::move(sink))) {}
SitemapReader::~SitemapReader() = default;
Status SitemapReader::Add(std::string_view bytes) { return reader_->Add(bytes); }
Status SitemapReader::End() { return reader_->End(); }

}  // namespace signboard::robots
