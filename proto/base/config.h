// One TOML file, bound to typed fields. The program declares its keys once; loading, checking,
// `config print|init|schema` and the environment follow from the declarations.
//
//   LogSettings s;
//   ConfigSchema schema;
//   schema.Add("log", "level", &s.level, {.comment = "How much is said.",
//                                         .reloadable = true,
//                                         .choices = {"error", "warn", "info", "debug"}});
//   RETURN_IF_ERROR(schema.LoadFile("signboard.toml"));
//   RETURN_IF_ERROR(schema.ApplyEnvironment(environ));
//
// A field's value when it is declared is its default. An unknown key or section is refused with
// file:line:column and the nearest known name; a wrong type with what was expected; all errors of
// a file come in one Status, a line each. The environment overrides the file: SIGNBOARD_LOG_LEVEL
// is level in [log], SIGNBOARD_CRAWLER_LIMITS_REDIRECTS is redirects in [crawler.limits]; lists are
// separated by commas.
//
// A reload (SIGHUP) binds fresh fields to a second schema, loads it, and asks ChangedNotReloadable:
// the old settings stay whenever anything is wrong.
//
// Threads: one at a time.
// Errors:  kNotFound, kPermissionDenied: the file cannot be read. kInvalidArgument: what it says.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "proto/base/status.h"
#include "proto/base/time.h"

namespace signboard::base {

// A size. In a file: "64KiB", "10MB", or a whole number of bytes.
struct ByteSize {
  uint64_t bytes = 0;
  auto operator<=>(const ByteSize&) const = default;
};
// Units B, KB MB GB TB (powers of 1000) and KiB MiB GiB TiB; case counts for nothing. Beyond 2^63:
// kInvalidArgument.
StatusOr<ByteSize> ParseByteSize(std::string_view text);
// The shortest exact form: "64KiB", "10MB", "1000001B".
std::string FormatByteSize(ByteSize size);

inline constexpr size_t kConfigBytesMax = 1 << 20;
inline constexpr size_t kConfigErrorsMax = 20;  // More are counted.

using ConfigField = std::variant<std::string*, bool*, int64_t*, double*, Millis*, ByteSize*,
                                 std::vector<std::string>*>;
using ConfigValue =
    std::variant<std::string, bool, int64_t, double, Millis, ByteSize, std::vector<std::string>>;

template <class T>
struct ConfigKeyOptions {
  std::string unit{};     // "connections", "per second"; spans and sizes carry their own.
  std::string comment{};  // Whole sentences; may have several lines.
  bool reloadable = false;
  bool secret = false;                 // PrintEffective does not show it.
  std::vector<std::string> choices{};  // Of a string: nothing else is taken.
  // Its message says what a value must be ("must be at least 1"); place and key are put in front.
  std::function<Status(const T&)> check{};
};

// A check: min <= value <= max. In the schema it is said by the message alone.
template <class T>
std::function<Status(const T&)> Between(T min, T max);
extern template std::function<Status(const int64_t&)> Between(int64_t, int64_t);
extern template std::function<Status(const double&)> Between(double, double);
extern template std::function<Status(const Millis&)> Between(Millis, Millis);
extern template std::function<Status(const ByteSize&)> Between(ByteSize, ByteSize);

class ConfigSchema {
 public:
  // Text above a section in PrintInit; sections are printed in the order they are first named.
  void Describe(std::string section, std::string comment);

  // `section` may have dots ("crawler.limits"). `field` outlives the schema.
  template <class T>
  void Add(std::string section, std::string name, T* field, ConfigKeyOptions<T> options = {}) {
    std::function<Status(const ConfigValue&)> check;
    if (options.check) {
      check = [f = std::move(options.check)](const ConfigValue& v) { return f(std::get<T>(v)); };
    }
    AddKey({std::move(section), std::move(name), std::move(options.unit),
            std::move(options.comment), options.reloadable, options.secret,
            std::move(options.choices), ConfigField(field), ConfigValue(*field), std::move(check)});
  }

  // When a load fails, fields may hold a mixture: throw them away.
  Status LoadFile(const std::string& path);
  Status LoadText(std::string_view text, std::string_view name);
  // `environment` as the C library's environ.
  Status ApplyEnvironment(const char* const* environment);

  std::string PrintEffective() const;   // TOML, every key with the value in force, secrets apart.
  std::string PrintInit() const;        // TOML, every key commented out, with default and unit.
  std::string PrintJsonSchema() const;  // JSON Schema 2020-12.

  struct Key {
    std::string section;
    std::string name;
    std::string unit;
    std::string comment;
    bool reloadable;
    bool secret;
    std::vector<std::string> choices;
    ConfigField field;
    ConfigValue initial;
    std::function<Status(const ConfigValue&)> check;

    std::string FullName() const { return section + "." + name; }
    ConfigValue Value() const;
  };
  struct Section {
    std::string name;
    std::string comment;
  };
  const std::vector<Key>& keys() const { return keys_; }
  const std::vector<Section>& sections() const { return sections_; }

 private:
  void AddKey(Key key);

  std::vector<Section> sections_;
  std::vector<Key> keys_;
};

// The keys ("frontier.listen") whose values differ and that only a restart can change. Both
// schemas come from the same declarations.
std::vector<std::string> ChangedNotReloadable(const ConfigSchema& before,
                                              const ConfigSchema& after);

}  // namespace signboard::base
