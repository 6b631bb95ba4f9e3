#include <nlohmann/json.hpp>

#include "proto/base/config.h"
#include "proto/base/config_value.h"

namespace signboard::base {
namespace {

// Each line of a comment behind its own '#'.
void AppendComment(std::string_view comment, std::string* out) {
  while (!comment.empty()) {
    const size_t end = std::min(comment.find('\n'), comment.size());
    out->append("# ").append(comment.substr(0, end)).append("\n");
    comment.remove_prefix(std::min(end + 1, comment.size()));
  }
}

void AppendHeader(const ConfigSchema::Section& section, bool with_comment, std::string* out) {
  if (!out->empty()) out->push_back('\n');
  if (with_comment) AppendComment(section.comment, out);
  out->append("[").append(section.name).append("]\n");
}

// The key's name as a TOML bare key: declarations use no other.
std::string Assignment(const ConfigSchema::Key& key, const ConfigValue& value) {
  return key.name + " = " + internal::FormatConfigValue(value);
}

}  // namespace

std::string ConfigSchema::PrintEffective() const {
  std::string out;
  for (const Section& section : sections_) {
    AppendHeader(section, false, &out);
    for (const Key& key : keys_) {
      if (key.section != section.name) continue;
      const bool hidden = key.secret && key.Value() != key.initial;
      out.append(hidden ? "# " + key.name + " is set, and not shown"
                        : Assignment(key, key.Value()));
      out.append("\n");
    }
  }
  return out;
}

std::string ConfigSchema::PrintInit() const {
  std::string out;
  for (const Section& section : sections_) {
    AppendHeader(section, true, &out);
    for (const Key& key : keys_) {
      if (key.section != section.name) continue;
      AppendComment(key.comment, &out);
      if (!key.choices.empty()) {
        std::string choices = "One of:";
        for (const std::string& choice : key.choices) choices += " " + choice;
        AppendComment(choices, &out);
      }
      out.append("# ").append(Assignment(key, key.initial));
      if (!key.unit.empty()) out.append("  # ").append(key.unit);
      out.append("\n");
    }
  }
  return out;
}

std::string ConfigSchema::PrintJsonSchema() const {
  using Json = nlohmann::ordered_json;
  Json root = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
               {"title", "Signboard configuration"},
               {"type", "object"},
               {"properties", Json::object()},
               {"additionalProperties", false}};
  for (const Section& section : sections_) {
    // [crawler.limits] lies in [crawler], which may have no keys of its own.
    Json* at = &root;
    std::string_view rest = section.name;
    while (!rest.empty()) {
      const size_t dot = std::min(rest.find('.'), rest.size());
      Json& below = (*at)["properties"][std::string(rest.substr(0, dot))];
      if (below.is_null()) {
        below = {
            {"type", "object"}, {"properties", Json::object()}, {"additionalProperties", false}};
      }
      at = &below;
      rest.remove_prefix(std::min(dot + 1, rest.size()));
    }
    if (!section.comment.empty()) (*at)["description"] = section.comment;
    for (const Key& key : keys_) {
      if (key.section == section.name) (*at)["properties"][key.name] = internal::KeyJsonSchema(key);
    }
  }
  return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace signboard::base
