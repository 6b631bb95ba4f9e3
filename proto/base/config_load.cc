// Reads TOML 1.0 (toml.io) with toml++ and says all that is wrong with it at once.
//
// toml++ 3.3 asserts what some broken input violates ("[=]"), which ends the process, and with
// NDEBUG takes it for granted, which is worse. Its assertions are on here in every build, and they
// throw; LoadText alone catches. No other source includes toml++.
#undef NDEBUG
namespace signboard::base {
namespace {
struct BrokenToml {};
constexpr void ThrowUnless(bool holds) {
  if (!holds) throw BrokenToml();
}
}  // namespace
}  // namespace signboard::base
#define TOML_ASSERT(expr) ::signboard::base::ThrowUnless(static_cast<bool>(expr))
#include <toml++/toml.h>

#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>

#include "proto/base/config.h"
#include "proto/base/config_value.h"
#include "proto/base/text.h"

namespace signboard::base {
namespace {

using Key = ConfigSchema::Key;
using internal::ExpectedForm;

std::string Shown(std::string_view text) {
  return "\"" + EscapeTerminal(text.substr(0, 200)) + "\"";
}

// One file's way into the fields.
class Loader {
 public:
  Loader(const ConfigSchema* schema, std::string_view name) : schema_(schema), name_(name) {}

  void Walk(const toml::table& table, const std::string& section) {
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      const std::string full = section.empty() ? name : section + "." + name;
      const Key* known = FindKey(section, name);
      if (known != nullptr) {
        Bind(*known, node);
      } else if (IsSection(full)) {
        if (const toml::table* inner = node.as_table()) {
          Walk(*inner, full);
        } else {
          Say(key.source(), Shown(full) + " is a section: write [" + full + "]");
        }
      } else {
        SayUnknown(section, name, key.source(), node.is_table());
      }
    }
  }

  void Say(const toml::source_region& at, const std::string& what) {
    if (++error_count_ > kConfigErrorsMax) return;
    errors_ += name_ + ":" + std::to_string(at.begin.line) + ":" +
               std::to_string(at.begin.column) + ": " + what + "\n";
  }

  Status Result() {
    if (error_count_ == 0) return OkStatus();
    if (error_count_ > kConfigErrorsMax) {
      errors_ += "and " + std::to_string(error_count_ - kConfigErrorsMax) + " more errors\n";
    }
    errors_.pop_back();
    return InvalidArgument(errors_);
  }

 private:
  const Key* FindKey(std::string_view section, std::string_view name) const {
    for (const Key& key : schema_->keys()) {
      if (key.section == section && key.name == name) return &key;
    }
    return nullptr;
  }

  // [crawler] is one also when only [crawler.limits] has keys.
  bool IsSection(const std::string& name) const {
    for (const ConfigSchema::Section& section : schema_->sections()) {
      if (section.name == name || section.name.starts_with(name + ".")) return true;
    }
    return false;
  }

  void SayUnknown(const std::string& section, const std::string& name,
                  const toml::source_region& at, bool is_table) {
    std::vector<std::string> names;
    for (const ConfigSchema::Section& known : schema_->sections()) {
      if (is_table) names.push_back(known.name);
    }
    for (const Key& key : schema_->keys()) {
      if (!is_table && key.section == section) names.push_back(key.name);
    }
    std::string what;
    if (is_table) {
      const std::string full = section.empty() ? name : section + "." + name;
      what = "unknown section " + Shown(full);
      NameHint(full, names, &what);
    } else {
      what = "unknown key " + Shown(name) +
             (section.empty() ? " outside of any section" : " in [" + section + "]");
      if (!NameHint(name, names, &what)) ElsewhereHint(name, &what);
    }
    Say(at, what);
  }

  static bool NameHint(const std::string& word, const std::vector<std::string>& names,
                        std::string* what) {
    const std::string nearest = NearestName(word, names);
    if (nearest.empty()) return false;
    *what += "; did you mean \"" + nearest + "\"?";
    return true;
  }

  void ElsewhereHint(const std::string& name, std::string* what) const {
    for (const Key& key : schema_->keys()) {
      if (key.name == name) {
        *what += "; it belongs in [" + key.section + "]";
        return;
      }
    }
  }

  void Bind(const Key& key, const toml::node& node) {
    const StatusOr<ConfigValue> value = Read(key, node);
    if (!value.ok()) {
      Say(node.source(), key.FullName() + " " + std::string(Message(value.status())));
      return;
    }
    const Status checked = internal::CheckConfigValue(key, *value);
    if (!checked.ok()) {
      Say(node.source(), key.FullName() + " " + std::string(Message(checked)));
      return;
    }
    internal::StoreConfigValue(key.field, *value);
  }

  static StatusOr<ConfigValue> Read(const Key& key, const toml::node& node) {
    const ConfigValue& like = key.initial;
    if (std::holds_alternative<std::string>(like)) {
      if (const auto* v = node.as_string()) return ConfigValue(v->get());
    } else if (std::holds_alternative<bool>(like)) {
      if (const auto* v = node.as_boolean()) return ConfigValue(v->get());
    } else if (std::holds_alternative<int64_t>(like)) {
      if (const auto* v = node.as_integer()) return ConfigValue(v->get());
    } else if (std::holds_alternative<double>(like)) {
      if (const auto* v = node.as_integer()) return ConfigValue(static_cast<double>(v->get()));
      if (const auto* v = node.as_floating_point(); v != nullptr && std::isfinite(v->get())) {
        return ConfigValue(v->get());
      }
    } else if (std::holds_alternative<std::vector<std::string>>(like)) {
      if (auto list = ReadList(node)) return ConfigValue(*std::move(list));
    } else {
      return ReadSpanOrSize(like, node);
    }
    return WrongType(like, node);
  }

  static StatusOr<ConfigValue> ReadSpanOrSize(const ConfigValue& like, const toml::node& node) {
    if (const auto* v = node.as_string()) {
      StatusOr<ConfigValue> parsed = internal::ParseConfigValue(like, v->get());
      if (parsed.ok()) return parsed;
      return InvalidArgument("must be " + std::string(ExpectedForm(like)) + ": " +
                             std::string(Message(parsed.status())));
    }
    const auto* number = node.as_integer();
    if (std::holds_alternative<ByteSize>(like) && number != nullptr && number->get() >= 0) {
      return ConfigValue(ByteSize{static_cast<uint64_t>(number->get())});
    }
    return WrongType(like, node);
  }

  static std::optional<std::vector<std::string>> ReadList(const toml::node& node) {
    const toml::array* array = node.as_array();
    if (array == nullptr) return std::nullopt;
    std::vector<std::string> items;
    for (const toml::node& item : *array) {
      const auto* text = item.as_string();
      if (text == nullptr) return std::nullopt;
      items.push_back(text->get());
    }
    return items;
  }

  static Status WrongType(const ConfigValue& like, const toml::node& node) {
    return InvalidArgument("must be " + std::string(ExpectedForm(like)) + ", not " +
                           TypeName(node));
  }

  static std::string TypeName(const toml::node& node) {
    switch (node.type()) {
      case toml::node_type::table: return "a section";
      case toml::node_type::array: return "this list";
      case toml::node_type::string: return "a string";
      case toml::node_type::integer: return "a whole number";
      case toml::node_type::floating_point: return "a number";
      case toml::node_type::boolean: return "true or false";
      default: return "a date";
    }
  }

  const ConfigSchema* const schema_;
  const std::string name_;
  std::string errors_;
  size_t error_count_ = 0;
};

// Where a line is that begins like a section and does not go on like one: [=], [[[.
toml::source_region BrokenHeader(std::string_view text) {
  toml::source_region at{};
  for (const std::string_view whole_line : SplitAscii(text, '\n')) {
    ++at.begin.line;
    const std::string_view line = TrimAscii(whole_line);
    const size_t name = line.find_first_not_of("[ \t");
    at.begin.column = static_cast<toml::source_index>(line.data() - whole_line.data()) + 1;
    const bool names = name != std::string_view::npos && name <= 2 &&
                       (std::isalnum(static_cast<unsigned char>(line[name])) != 0 ||
                        std::string_view("\"'_-").find(line[name]) != std::string_view::npos);
    if (line.starts_with('[') && !names) break;
  }
  return at;
}

Status CannotRead(const std::string& path, int error) {
  const std::string what = "cannot read " + EscapeTerminal(path) + ": " + std::strerror(error);
  if (error == ENOENT || error == ENOTDIR) return NotFound(what);
  if (error == EACCES) return MakeStatus(StatusCode::kPermissionDenied, what);
  return InvalidArgument(what);
}

}  // namespace

Status ConfigSchema::LoadFile(const std::string& path) {
  struct Close {
    void operator()(std::FILE* f) const { std::fclose(f); }
  };
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return CannotRead(path, errno);
  std::string text(kConfigBytesMax + 1, '\0');
  errno = 0;
  const size_t size = std::fread(text.data(), 1, text.size(), file.get());
  if (std::ferror(file.get()) != 0) return CannotRead(path, errno);
  text.resize(size);
  return LoadText(text, path);
}

Status ConfigSchema::LoadText(std::string_view text, std::string_view name) {
  const std::string shown_name = EscapeTerminal(name);
  if (text.size() > kConfigBytesMax) {
    return InvalidArgument(shown_name + ": a configuration is at most 1 MiB");
  }
  Loader loader(this, shown_name);
  try {
    const toml::table parsed = toml::parse(text);
    loader.Walk(parsed, "");
  } catch (const toml::parse_error& error) {
    loader.Say(error.source(), EscapeTerminal(error.description()));
  } catch (const BrokenToml&) {
    loader.Say(BrokenHeader(text), "a section's name is missing or has a character it cannot have");
  }
  return loader.Result();
}

}  // namespace signboard::base
