// The lines of a robots.txt (RFC 9309 section 2.2), read once from top to bottom.
#include <algorithm>
#include <cstdint>
#include <utility>

#include "crawler/robots/robots.h"
#include "proto/base/text.h"

namespace signboard::robots {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// The leading product token of a User-agent value: "Signboard" of "Signboard/1.0 (x)".
std::string_view TokenOf(std::string_view value) {
  const auto is_token = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
  };
  const auto end = std::find_if_not(value.begin(), value.end(), is_token);
  return value.substr(0, static_cast<size_t>(end - value.begin()));
}

// "10", "0.5"; nullopt for anything else. Below a millisecond nothing is kept.
std::optional<Millis> ParseDelay(std::string_view value) {
  const std::string_view whole = value.substr(0, value.find('.'));
  const std::string_view part = value.substr(std::min(whole.size() + 1, value.size()));
  if (whole.empty() && part.empty()) return std::nullopt;
  int64_t ms = 0;
  for (const char c : whole) {
    if (c < '0' || c > '9') return std::nullopt;
    ms = std::min(ms * 10 + int64_t{c - '0'} * 1'000, int64_t{kCrawlDelayMax.count()});
  }
  int64_t scale = 100;
  for (const char c : part) {
    if (c < '0' || c > '9') return std::nullopt;
    ms += int64_t{c - '0'} * scale;
    scale /= 10;
  }
  return std::min(Millis(ms), kCrawlDelayMax);
}

}  // namespace

class RobotsParser {
 public:
  explicit RobotsParser(std::string_view token) : token_(token) {}

  Robots Parse(std::string_view body) {
    body = body.substr(0, kRobotsBytesMax);
    if (body.starts_with(kByteOrderMark)) body.remove_prefix(kByteOrderMark.size());
    while (!body.empty()) {
      const size_t end = std::min(body.find_first_of("\r\n"), body.size());
      TakeLine(body.substr(0, end));
      body.remove_prefix(std::min(end + 1, body.size()));
    }
    Part& part = ours_.seen ? ours_ : everyone_;
    Robots robots;
    robots.rules_ = std::move(part.rules);
    robots.crawl_delay_ = part.crawl_delay;
    robots.sitemaps_ = std::move(sitemaps_);
    return robots;
  }

 private:
  // All groups for one agent, merged.
  struct Part {
    bool seen = false;
    bool open = false;  // The group being read is (also) for this agent.
    std::vector<Robots::Rule> rules;
    std::optional<Millis> crawl_delay;
  };

  void TakeLine(std::string_view line) {
    line = base::TrimAscii(line.substr(0, line.find('#')));
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) return;
    const std::string_view key = base::TrimAscii(line.substr(0, colon));
    const std::string_view value = base::TrimAscii(line.substr(colon + 1));
    if (base::EqualsIgnoreCaseAscii(key, "user-agent")) {
      TakeAgent(value);
    } else if (base::EqualsIgnoreCaseAscii(key, "disallow")) {
      TakeRule(false, value);
    } else if (base::EqualsIgnoreCaseAscii(key, "allow")) {
      TakeRule(true, value);
    } else if (base::EqualsIgnoreCaseAscii(key, "crawl-delay")) {
      TakeDelay(value);
    } else if (base::EqualsIgnoreCaseAscii(key, "sitemap")) {
      const bool fits = !value.empty() && value.size() <= kSitemapBytesMax;
      if (fits && sitemaps_.size() < kSitemapsMax) sitemaps_.emplace_back(value);
    }
  }

  void TakeAgent(std::string_view value) {
    if (in_rules_) ours_.open = everyone_.open = false;  // A new group begins.
    in_rules_ = false;
    if (value == "*" || value.starts_with("* ") || value.starts_with("*\t")) {
      everyone_.open = everyone_.seen = true;
    } else if (base::EqualsIgnoreCaseAscii(TokenOf(value), token_)) {
      ours_.open = ours_.seen = true;
    }
  }

  void TakeRule(bool allow, std::string_view path) {
    in_rules_ = true;
    if (path.empty()) return;  // Matches nothing.
    for (Part* part : {&ours_, &everyone_}) {
      if (part->open) part->rules.push_back(Robots::MakeRule(allow, path));
    }
  }

  void TakeDelay(std::string_view value) {
    const std::optional<Millis> delay = ParseDelay(value);
    if (!delay) return;
    for (Part* part : {&ours_, &everyone_}) {
      if (part->open) part->crawl_delay = std::max(part->crawl_delay.value_or(Millis(0)), *delay);
    }
  }

  const std::string_view token_;
  Part ours_;
  Part everyone_;
  bool in_rules_ = false;  // A rule of the group being read has been seen.
  std::vector<std::string> sitemaps_;
};

Robots Robots::Parse(std::string_view body, std::string_view user_agent_token) {
  return RobotsParser(user_agent_token).Parse(body);
}

}  // namespace signboard::robots
