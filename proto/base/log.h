// What the process tells its operator: one event name, then keys, one line on stderr.
//
//   Log(kInfo, "fetched", {{"url", url}, {"ms", elapsed_ms}});
//
// Levels: error = a person acts, warn = a rate matters, info = state of the process, debug = per
// URL. Values are often hostile (URLs, header values): control characters and broken UTF-8 are
// escaped, long values are cut and say by how much, so that no page can forge or flood a line.
//
// Threads: safe from any, also before InitLog (text, info) and while SetLogLevel runs.
// Errors:  none; a full pipe drops the line.
// Cost:    a level that is off costs one atomic read and the making of the values.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "proto/base/status.h"
#include "proto/base/time.h"

namespace signboard::base {

enum LogLevel : int { kError = 0, kWarn = 1, kInfo = 2, kDebug = 3 };
enum class LogFormat { kText, kJson };

// A longer value ends in "...(+N bytes)"; further fields of a line are counted, not shown.
inline constexpr size_t kLogValueBytesMax = 2'048;
inline constexpr size_t kLogFieldsMax = 32;

// Text is not copied: a value lives no longer than the call it is an argument of.
class LogValue {
 public:
  LogValue(bool v) : value_(v) {}                                     // NOLINT: meant to convert
  LogValue(std::floating_point auto v) : value_(double{v}) {}         // NOLINT
  LogValue(std::signed_integral auto v) : value_(int64_t{v}) {}       // NOLINT
  LogValue(std::unsigned_integral auto v) : value_(uint64_t{v}) {}    // NOLINT
  LogValue(const char* v) : value_(std::string_view(v)) {}            // NOLINT
  LogValue(std::string_view v) : value_(v) {}                         // NOLINT
  LogValue(const std::string& v) : value_(std::string_view(v)) {}     // NOLINT

  using Variant = std::variant<std::string_view, int64_t, uint64_t, double, bool>;
  const Variant& get() const { return value_; }

 private:
  Variant value_;
};

struct LogField {
  std::string_view key;
  LogValue value;
};
using LogFields = std::initializer_list<LogField>;

struct LogOptions {
  LogLevel level = kInfo;
  LogFormat format = LogFormat::kText;
};

// May be called again: a reload.
void InitLog(LogOptions options);
void SetLogLevel(LogLevel level);
bool LogEnabled(LogLevel level);

void Log(LogLevel level, std::string_view event, LogFields fields = {});

// "error", "warn", "info", "debug"; "text", "json". kInvalidArgument names the choices.
StatusOr<LogLevel> ParseLogLevel(std::string_view text);
StatusOr<LogFormat> ParseLogFormat(std::string_view text);

// The line that Log writes, without its newline.
std::string FormatLogLine(LogFormat format, UnixTime now, LogLevel level, std::string_view event,
                          LogFields fields);

}  // namespace signboard::base

namespace signboard {
using base::kDebug;
using base::kError;
using base::kInfo;
using base::kWarn;
using base::Log;
}  // namespace signboard
