#include "proto/base/config_value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "proto/base/text.h"

namespace signboard::base {
namespace {

struct Unit {
  std::string_view name;
  uint64_t bytes;
};
// Largest first: the first that divides a size writes it.
constexpr std::array<Unit, 9> kUnits = {{{"TiB", 1ULL << 40},
                                         {"TB", 1'000'000'000'000},
                                         {"GiB", 1ULL << 30},
                                         {"GB", 1'000'000'000},
                                         {"MiB", 1ULL << 20},
                                         {"MB", 1'000'000},
                                         {"KiB", 1ULL << 10},
                                         {"KB", 1'000},
                                         {"B", 1}}};
constexpr uint64_t kByteSizeMax = std::numeric_limits<int64_t>::max();

std::string Shown(std::string_view text) {
  return "\"" + EscapeTerminal(text.substr(0, 200)) + "\"";
}

std::string FormatPlain(int64_t v) { return std::to_string(v); }
std::string FormatPlain(Millis v) { return FormatSpan(v); }
std::string FormatPlain(ByteSize v) { return FormatByteSize(v); }
std::string FormatPlain(double v) {
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), v);
  std::string text(buffer.data(), error == std::errc() ? end : buffer.data());
  // TOML tells a float from an integer by its point or exponent.
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

std::string Quoted(std::string_view text) {
  // JSON's escapes are TOML's basic-string escapes, but for DEL, which TOML wants escaped too.
  std::string quoted =
      nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  for (size_t at = 0; (at = quoted.find('\x7f', at)) != std::string::npos;) {
    quoted.replace(at, 1, "\\u007f");
  }
  return quoted;
}

template <class T>
Status CheckBetween(const T& value, T min, T max) {
  if (min <= value && value <= max) return OkStatus();
  return InvalidArgument("must be " + FormatPlain(min) + " to " + FormatPlain(max) + ", not " +
                         FormatPlain(value));
}

}  // namespace

StatusOr<ByteSize> ParseByteSize(std::string_view text) {
  const std::string_view trimmed = TrimAscii(text);
  uint64_t count = 0;
  const char* const end = trimmed.data() + trimmed.size();
  const auto [rest, error] = std::from_chars(trimmed.data(), end, count);
  const std::string_view unit = TrimAscii(std::string_view(rest, static_cast<size_t>(end - rest)));
  const Unit* found = nullptr;
  for (const Unit& known : kUnits) {
    if (EqualsIgnoreCaseAscii(unit, known.name)) found = &known;
  }
  if (unit.empty()) found = &kUnits.back();
  if (error != std::errc() || found == nullptr) {
    return InvalidArgument(Shown(text) + " is not a size such as \"64KiB\" or \"10MB\"");
  }
  if (count > kByteSizeMax / found->bytes) {
    return InvalidArgument(Shown(text) + " is more than 2^63 bytes");
  }
  return ByteSize{count * found->bytes};
}

std::string FormatByteSize(ByteSize size) {
  for (const Unit& unit : kUnits) {
    if (size.bytes != 0 && size.bytes % unit.bytes == 0) {
      return std::to_string(size.bytes / unit.bytes) + std::string(unit.name);
    }
  }
  return "0B";
}

template <class T>
std::function<Status(const T&)> Between(T min, T max) {
  return [min, max](const T& value) { return CheckBetween(value, min, max); };
}
template std::function<Status(const int64_t&)> Between(int64_t, int64_t);
template std::function<Status(const double&)> Between(double, double);
template std::function<Status(const Millis&)> Between(Millis, Millis);
template std::function<Status(const ByteSize&)> Between(ByteSize, ByteSize);

namespace internal {

std::string_view ExpectedForm(const ConfigValue& like) {
  constexpr std::array<std::string_view, 7> kForms = {
      "a string",
      "true or false",
      "a whole number",
      "a number",
      "a span such as \"2s\", \"250ms\" or \"7d\"",
      "a size such as \"64KiB\" or \"10MB\"",
      "a list of strings"};
  static_assert(kForms.size() == std::variant_size_v<ConfigValue>);
  return kForms[like.index()];
}

namespace {

template <class Number>
StatusOr<ConfigValue> ParseNumber(std::string_view text) {
  Number value{};
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || rest != text.data() + text.size()) {
    return InvalidArgument(Shown(text) + " is not a number");
  }
  return ConfigValue(value);
}

ConfigValue SplitList(std::string_view text) {
  std::vector<std::string> items;
  for (const std::string_view item : SplitAscii(text, ',')) {
    if (const std::string_view trimmed = TrimAscii(item); !trimmed.empty()) {
      items.emplace_back(trimmed);
    }
  }
  return items;
}

}  // namespace

StatusOr<ConfigValue> ParseConfigValue(const ConfigValue& like, std::string_view text) {
  const std::string_view trimmed = TrimAscii(text);
  if (std::holds_alternative<std::string>(like)) return ConfigValue(std::string(text));
  if (std::holds_alternative<std::vector<std::string>>(like)) return SplitList(text);
  if (std::holds_alternative<bool>(like)) {
    if (trimmed == "true" || trimmed == "1") return ConfigValue(true);
    if (trimmed == "false" || trimmed == "0") return ConfigValue(false);
    return InvalidArgument(Shown(text) + " is neither true nor false");
  }
  if (std::holds_alternative<int64_t>(like)) return ParseNumber<int64_t>(trimmed);
  if (std::holds_alternative<double>(like)) {
    ASSIGN_OR_RETURN(const ConfigValue value, ParseNumber<double>(trimmed));
    if (!std::isfinite(std::get<double>(value))) {
      return InvalidArgument(Shown(text) + " is not a finite number");
    }
    return value;
  }
  if (std::holds_alternative<Millis>(like)) {
    ASSIGN_OR_RETURN(const Millis span, ParseSpan(trimmed));
    return ConfigValue(span);
  }
  ASSIGN_OR_RETURN(const ByteSize size, ParseByteSize(trimmed));
  return ConfigValue(size);
}

std::string FormatConfigValue(const ConfigValue& value) {
  if (const auto* v = std::get_if<std::string>(&value)) return Quoted(*v);
  if (const auto* v = std::get_if<bool>(&value)) return *v ? "true" : "false";
  if (const auto* v = std::get_if<int64_t>(&value)) return FormatPlain(*v);
  if (const auto* v = std::get_if<double>(&value)) return FormatPlain(*v);
  if (const auto* v = std::get_if<Millis>(&value)) return Quoted(FormatPlain(*v));
  if (const auto* v = std::get_if<ByteSize>(&value)) return Quoted(FormatPlain(*v));
  std::string list = "[";
  for (const std::string& item : std::get<std::vector<std::string>>(value)) {
    if (list.size() > 1) list += ", ";
    list += Quoted(item);
  }
  return list + "]";
}

Status CheckConfigValue(const ConfigSchema::Key& key, const ConfigValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text != nullptr && !key.choices.empty() && std::ranges::count(key.choices, *text) == 0) {
    std::string choices;
    for (const std::string& choice : key.choices) {
      choices += (choices.empty() ? "" : ", ") + choice;
    }
    return InvalidArgument("must be one of " + choices + ", not " + Shown(*text));
  }
  return key.check ? key.check(value) : OkStatus();
}

void StoreConfigValue(const ConfigField& field, ConfigValue value) {
  std::visit(
      [&](auto* into) {
        *into = std::get<std::remove_pointer_t<decltype(into)>>(std::move(value));
      },
      field);
}

nlohmann::ordered_json KeyJsonSchema(const ConfigSchema::Key& key) {
  using Json = nlohmann::ordered_json;
  Json schema;
  if (!key.comment.empty()) schema["description"] = key.comment;
  const ConfigValue& like = key.initial;
  if (const auto* v = std::get_if<std::string>(&like)) {
    schema["type"] = "string";
    if (!key.choices.empty()) schema["enum"] = key.choices;
    schema["default"] = *v;
  } else if (const auto* flag = std::get_if<bool>(&like)) {
    schema["type"] = "boolean";
    schema["default"] = *flag;
  } else if (const auto* whole = std::get_if<int64_t>(&like)) {
    schema["type"] = "integer";
    schema["default"] = *whole;
  } else if (const auto* number = std::get_if<double>(&like)) {
    schema["type"] = "number";
    schema["default"] = *number;
  } else if (const auto* span = std::get_if<Millis>(&like)) {
    schema["type"] = "string";
    schema["pattern"] = R"(^[0-9]+(\.[0-9]+)?(ms|s|m|h|d)?$)";
    schema["default"] = FormatSpan(*span);
  } else if (const auto* size = std::get_if<ByteSize>(&like)) {
    schema["type"] = Json::array({"string", "integer"});
    schema["default"] = FormatByteSize(*size);
  } else {
    schema["type"] = "array";
    schema["items"] = {{"type", "string"}};
    schema["default"] = std::get<std::vector<std::string>>(like);
  }
  if (!key.unit.empty()) schema["x-unit"] = key.unit;
  schema["x-reloadable"] = key.reloadable;
  return schema;
}

}  // namespace internal
}  // namespace signboard::base
