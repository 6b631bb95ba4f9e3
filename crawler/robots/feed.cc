#include "crawler/robots/feed.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "crawler/robots/xml_stream.h"
#include "proto/base/text.h"

namespace signboard::robots {
namespace {

using Json = nlohmann::json;

std::optional<UnixTime> TimeOf(std::string_view text) {
  if (const auto time = base::ParseRfc3339(text); time.ok()) return *time;
  return ParseRfc822(text);
}

std::optional<int> NumberOf(std::string_view text, int least, int most) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most)
    return std::nullopt;
  return value;
}

std::string TextOf(const Json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

// +0800, -05:30, GMT, UT, Z: minutes east.
std::optional<int> ZoneOf(std::string_view zone) {
  if (zone == "GMT" || zone == "UT" || zone == "UTC" || zone == "Z") return 0;
  if (zone.size() < 5 || (zone[0] != '+' && zone[0] != '-')) return std::nullopt;
  const auto hours = NumberOf(zone.substr(1, 2), 0, 14);
  const auto minutes = NumberOf(zone.substr(zone[3] == ':' ? 4 : 3), 0, 59);
  if (!hours || !minutes) return std::nullopt;
  return (zone[0] == '-' ? -1 : 1) * (*hours * 60 + *minutes);
}

}  // namespace

std::optional<UnixTime> ParseRfc822(std::string_view text) {
  static constexpr std::array<std::string_view, 12> kMonths = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (const size_t comma = text.find(','); comma != std::string_view::npos)
    text.remove_prefix(comma + 1);
  std::vector<std::string_view> words;
  for (const std::string_view word : base::SplitAscii(text, ' '))
    if (!word.empty()) words.push_back(word);
  if (words.size() < 5) return std::nullopt;
  const auto day = NumberOf(words[0], 1, 31);
  const auto month = std::find(kMonths.begin(), kMonths.end(), words[1].substr(0, 3));
  auto year = NumberOf(words[2], 0, 9'999);
  const std::vector<std::string_view> clock = base::SplitAscii(words[3], ':');
  const auto zone = ZoneOf(words[4]);
  if (!day || month == kMonths.end() || !year || clock.size() < 2 || !zone) return std::nullopt;
  if (*year < 100) *year += *year < 70 ? 2'000 : 1'900;
  const auto hour = NumberOf(clock[0], 0, 23);
  const auto minute = NumberOf(clock[1], 0, 59);
  const auto second = clock.size() > 2 ? NumberOf(clock[2], 0, 60) : std::optional<int>(0);
  const std::chrono::year_month_day date{
      std::chrono::year(*year),
      std::chrono::month(static_cast<unsigned>(month - kMonths.begin()) + 1),
      std::chrono::day(static_cast<unsigned>(*day))};
  if (!hour || !minute || !second || !date.ok()) return std::nullopt;
  return UnixTime(std::chrono::sys_days(date)) + std::chrono::hours(*hour) +
         std::chrono::minutes(*minute - *zone) + std::chrono::seconds(*second);
}

class FeedReader::Reader final : private XmlStream::Handler {
 public:
  explicit Reader(Sink sink) : sink_(std::move(sink)), xml_(this) {}

  Status Add(std::string_view bytes) {
    RETURN_IF_ERROR(broken_);
    bytes_ += bytes.size();
    if (bytes_ > kFeedBytesMax) return Break(base::ResourceExhausted("more than 10 MiB"));
    if (!is_json_.has_value()) {
      const size_t first = bytes.find_first_not_of(" \t\r\n");
      if (first == std::string_view::npos) return OkStatus();
      is_json_ = bytes[first] == '{';
      bytes.remove_prefix(first);
    }
    if (!*is_json_) return Break(xml_.Add(bytes));
    json_ += bytes;
    return OkStatus();
  }

  Status End() {
    RETURN_IF_ERROR(broken_);
    if (is_json_.value_or(false)) return Break(ReadJson());
    RETURN_IF_ERROR(Break(xml_.End()));
    return is_feed_ ? OkStatus() : Break(base::InvalidArgument("XML, but no feed"));
  }

 private:
  Status Break(Status status) { return broken_ = std::move(status); }

  Status OnStart(std::string_view name, const XmlStream::Attribute& attribute) override {
    if (name == "rss" || name == "feed" || name == "RDF") is_feed_ = true;
    if (name == "item" || name == "entry") {
      in_entry_ = is_feed_;
      entry_ = {};
    } else if (name == "link" && is_feed_) {
      return Link(attribute("rel"), attribute("href"));
    } else if (name == "guid") {
      is_permalink_ = attribute("isPermaLink") != "false";
    }
    return OkStatus();
  }

  // Atom's. RSS has it as text.
  Status Link(std::string_view rel, std::string_view href) {
    if (!in_entry_) return rel == "next" ? Give(NextPage(href)) : OkStatus();
    if (entry_.url.empty() && (rel.empty() || rel == "alternate")) entry_.url = href;
    return OkStatus();
  }

  Status OnEnd(std::string_view name, std::string_view text) override {
    if (!in_entry_) {
      if (name == "title" && title_.empty()) title_ = text;
      return OkStatus();
    }
    if (name == "item" || name == "entry") {
      in_entry_ = false;
      return Give(std::exchange(entry_, {}));
    }
    if (name == "link" && entry_.url.empty()) entry_.url = text;
    if (name == "guid" && entry_.url.empty() && is_permalink_ && text.starts_with("http"))
      entry_.url = text;
    if (name == "title" && entry_.title.empty()) entry_.title = text;
    if (name == "pubDate" || name == "published" || name == "date") entry_.published = TimeOf(text);
    if (name == "updated") entry_.updated = TimeOf(text);
    return OkStatus();
  }

  Status ReadJson() {
    const Json feed = Json::parse(json_, nullptr, false);
    if (!feed.is_object() || !TextOf(feed, "version").starts_with("https://jsonfeed.org/version/"))
      return base::InvalidArgument("JSON, but no feed");
    const auto items = feed.find("items");
    if (items == feed.end() || !items->is_array()) return base::InvalidArgument("no items");
    for (const Json& item : *items) {
      if (!item.is_object()) continue;
      FeedEntry entry{TextOf(item, "url"), TextOf(item, "title"),
                      TimeOf(TextOf(item, "date_published")),
                      TimeOf(TextOf(item, "date_modified"))};
      RETURN_IF_ERROR(Give(std::move(entry)));
    }
    title_ = TextOf(feed, "title");
    return Give(NextPage(TextOf(feed, "next_url")));
  }

  static FeedEntry NextPage(std::string_view url) {
    FeedEntry next;
    next.url = url;
    next.is_next_page = true;
    return next;
  }

  Status Give(FeedEntry entry) {
    if (entry.url.empty()) return OkStatus();
    if (++count_ > kFeedEntriesMax) return base::ResourceExhausted("more than 5,000 entries");
    sink_(std::move(entry));
    return OkStatus();
  }

  friend class FeedReader;
  const Sink sink_;
  XmlStream xml_;
  std::string title_;
  std::optional<bool> is_json_;
  std::string json_;
  bool is_feed_ = false;
  bool in_entry_ = false;
  bool is_permalink_ = true;
  FeedEntry entry_;
  size_t count_ = 0;
  size_t bytes_ = 0;
  Status broken_;
};

FeedReader::FeedReader(Sink sink) : reader_(std::make_unique<Reader>(std::move(sink))) {}
FeedReader::~FeedReader() = default;
Status FeedReader::Add(std::string_view bytes) { return reader_->Add(bytes); }
Status FeedReader::End() { return reader_->End(); }
const std::string& FeedReader::title() const { return reader_->title_; }

}  // namespace signboard::robots
