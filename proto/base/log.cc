#include "proto/base/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <memory>

#include "proto/base/text.h"

namespace signboard::base {
namespace {

constexpr std::array<std::string_view, 4> kLevelNames = {"error", "warn", "info", "debug"};

std::atomic<LogLevel>& Level() {
  static std::atomic<LogLevel> level{kInfo};
  return level;
}

std::atomic<LogFormat>& Format() {
  static std::atomic<LogFormat> format{LogFormat::kText};
  return format;
}

// Never destroyed: threads may log while the process ends.
spdlog::logger& Sink() {
  static spdlog::logger* const logger = [] {
    auto* made = new spdlog::logger("signboard", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->set_level(spdlog::level::trace);
    return made;
  }();
  return *logger;
}

spdlog::level::level_enum SpdlogLevel(LogLevel level) {
  switch (level) {
    case kError: return spdlog::level::err;
    case kWarn: return spdlog::level::warn;
    case kDebug: return spdlog::level::debug;
    default: return spdlog::level::info;
  }
}

// Would move the cursor, turn the line around or end it: C0, DEL, C1, line separators, and the
// bidirectional controls of UAX #9.
bool IsHidden(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || c == 0x200e || c == 0x200f ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

void AppendHex(uint32_t value, int digits, std::string* out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
    out->push_back(kDigits[(value >> shift) & 0xf]);
  }
}

// The inside of a quoted string, valid UTF-8 and valid JSON whatever came in.
void AppendEscaped(std::string_view text, LogFormat format, std::string* out) {
  for (size_t i = 0; i < text.size();) {
    const size_t start = i;
    bool valid = false;
    const char32_t c = NextCodePoint(text, &i, &valid);
    if (!valid) {
      // JSON has no way to say a byte: the replacement character stands for it.
      for (size_t at = start; at < i && format == LogFormat::kText; ++at) {
        out->append("\\x");
        AppendHex(static_cast<unsigned char>(text[at]), 2, out);
      }
      if (format == LogFormat::kJson) out->append("\\ufffd");
    } else if (c == '"' || c == '\\') {
      out->push_back('\\');
      out->push_back(static_cast<char>(c));
    } else if (c == '\n') {
      out->append("\\n");
    } else if (c == '\r') {
      out->append("\\r");
    } else if (c == '\t') {
      out->append("\\t");
    } else if (IsHidden(c)) {
      out->append("\\u");
      AppendHex(c, 4, out);
    } else {
      out->append(text.substr(start, i - start));
    }
  }
}

bool IsPlain(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '=';
  });
}

void AppendString(std::string_view text, LogFormat format, std::string* out) {
  size_t cut = std::min(text.size(), kLogValueBytesMax);
  // Not inside a character: at most three continuation bytes go.
  for (int i = 0; i < 3 && cut < text.size() && cut > 0 && (text[cut] & 0xc0) == 0x80; ++i) --cut;
  const std::string_view shown = text.substr(0, cut);
  const size_t hidden = text.size() - cut;
  if (format == LogFormat::kText && hidden == 0 && IsPlain(shown)) {
    out->append(shown);
    return;
  }
  out->push_back('"');
  AppendEscaped(shown, format, out);
  if (hidden > 0) out->append("...(+" + std::to_string(hidden) + " bytes)");
  out->push_back('"');
}

void AppendValue(const LogValue& value, LogFormat format, std::string* out) {
  std::visit(
      [&](auto v) {
        using T = decltype(v);
        if constexpr (std::is_same_v<T, std::string_view>) {
          AppendString(v, format, out);
        } else if constexpr (std::is_same_v<T, bool>) {
          out->append(v ? "true" : "false");
        } else if constexpr (std::is_same_v<T, double>) {
          std::array<char, 32> buffer{};
          std::snprintf(buffer.data(), buffer.size(), "%.9g", v);
          // JSON knows neither infinity nor NaN.
          const bool quoted = format == LogFormat::kJson && !std::isfinite(v);
          if (quoted) out->push_back('"');
          out->append(buffer.data());
          if (quoted) out->push_back('"');
        } else {
          out->append(std::to_string(v));
        }
      },
      value.get());
}

void AppendField(LogFormat format, std::string_view key, const LogValue& value, std::string* out) {
  if (format == LogFormat::kJson) {
    if (out->size() > 1) out->push_back(',');
    out->push_back('"');
    AppendEscaped(key.substr(0, kLogValueBytesMax), format, out);
    out->append("\":");
  } else {
    if (!out->empty()) out->push_back(' ');
    if (IsPlain(key)) {
      out->append(key);
    } else {
      AppendString(key, format, out);
    }
    out->push_back('=');
  }
  AppendValue(value, format, out);
}

}  // namespace

void InitLog(LogOptions options) {
  Level() = options.level;
  Format() = options.format;
}

void SetLogLevel(LogLevel level) { Level() = level; }

bool LogEnabled(LogLevel level) { return level <= Level().load(std::memory_order_relaxed); }

void Log(LogLevel level, std::string_view event, LogFields fields) {
  if (!LogEnabled(level)) return;
  const auto now = std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
  const std::string line = FormatLogLine(Format(), now, level, event, fields);
  Sink().log(SpdlogLevel(level), spdlog::string_view_t(line));
}

std::string FormatLogLine(LogFormat format, UnixTime now, LogLevel level, std::string_view event,
                          LogFields fields) {
  const std::string_view level_name = kLevelNames[static_cast<size_t>(level) % kLevelNames.size()];
  const std::string time = FormatRfc3339(now);
  std::string line;
  if (format == LogFormat::kJson) {
    line = "{";
    AppendField(format, "time", time, &line);
    AppendField(format, "level", level_name, &line);
    AppendField(format, "event", event, &line);
  } else {
    line = time;
    line.append(" ").append(level_name).append(" ");
    AppendString(event, format, &line);
  }
  size_t shown = 0;
  for (const LogField& field : fields) {
    if (shown == kLogFieldsMax) break;
    AppendField(format, field.key, field.value, &line);
    ++shown;
  }
  if (fields.size() > shown) AppendField(format, "fields_not_shown", fields.size() - shown, &line);
  if (format == LogFormat::kJson) line.push_back('}');
  return line;
}

StatusOr<LogLevel> ParseLogLevel(std::string_view text) {
  for (size_t i = 0; i < kLevelNames.size(); ++i) {
    if (kLevelNames[i] == text) return static_cast<LogLevel>(i);
  }
  return InvalidArgument("log level must be error, warn, info or debug, not \"" +
                         EscapeTerminal(text.substr(0, 64)) + "\"");
}

StatusOr<LogFormat> ParseLogFormat(std::string_view text) {
  if (text == "text") return LogFormat::kText;
  if (text == "json") return LogFormat::kJson;
  return InvalidArgument("log format must be text or json, not \"" +
                         EscapeTerminal(text.substr(0, 64)) + "\"");
}

}  // namespace signboard::base
