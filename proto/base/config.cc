#include "proto/base/config.h"

#include <algorithm>
#include <cctype>

#include "proto/base/config_value.h"
#include "proto/base/text.h"

namespace signboard::base {
namespace {

// log + level -> SIGNBOARD_LOG_LEVEL; crawler.limits + x -> SIGNBOARD_CRAWLER_LIMITS_X.
std::string VariableName(std::string_view section, std::string_view name) {
  std::string variable = "SIGNBOARD_" + ToUpperAscii(section) + "_" + ToUpperAscii(name);
  std::ranges::replace(variable, '.', '_');
  return variable;
}

// Kubernetes puts these beside every container for a service named signboard-<role>
// (SIGNBOARD_GATEWAY_SERVICE_HOST, SIGNBOARD_GATEWAY_PORT_8080_TCP=tcp://...): not meant for us.
bool IsServiceLink(std::string_view variable, std::string_view value) {
  return variable.find("_SERVICE_HOST") != std::string_view::npos ||
         variable.find("_SERVICE_PORT") != std::string_view::npos ||
         variable.find("_PORT_") != std::string_view::npos || value.starts_with("tcp://") ||
         value.starts_with("udp://");
}

}  // namespace

ConfigValue ConfigSchema::Key::Value() const {
  return std::visit([](const auto* at) { return ConfigValue(*at); }, field);
}

void ConfigSchema::Describe(std::string section, std::string comment) {
  for (Section& known : sections_) {
    if (known.name == section) {
      known.comment = std::move(comment);
      return;
    }
  }
  sections_.push_back({std::move(section), std::move(comment)});
}

void ConfigSchema::AddKey(Key key) {
  const auto same = [&](const Section& s) { return s.name == key.section; };
  if (std::ranges::none_of(sections_, same)) sections_.push_back({key.section, ""});
  keys_.push_back(std::move(key));
}

Status ConfigSchema::ApplyEnvironment(const char* const* environment) {
  std::vector<std::string> names;
  for (const Key& key : keys_) names.push_back(VariableName(key.section, key.name));
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view entry(*environment);
    const size_t equals = entry.find('=');
    if (equals == std::string_view::npos || !entry.starts_with("SIGNBOARD_")) continue;
    const std::string_view variable = entry.substr(0, equals);
    const std::string_view value = entry.substr(equals + 1);
    const auto found = std::ranges::find(names, variable);
    if (found == names.end()) {
      // SIGNBOARD_DATA and the like may be somebody else's; a section's name in front says ours.
      const bool ours = std::ranges::any_of(sections_, [&](const Section& s) {
        return variable.starts_with(VariableName(s.name, ""));
      });
      if (!ours || IsServiceLink(variable, value)) continue;
      const std::string nearest = NearestName(variable, names);
      return InvalidArgument("environment: unknown setting " +
                             EscapeTerminal(variable.substr(0, 200)) +
                             (nearest.empty() ? "" : "; did you mean " + nearest + "?"));
    }
    const Key& key = keys_[static_cast<size_t>(found - names.begin())];
    const std::string where = "environment: " + *found;
    StatusOr<ConfigValue> parsed = internal::ParseConfigValue(key.initial, value);
    if (!parsed.ok()) {
      return InvalidArgument(where + " must be " +
                             std::string(internal::ExpectedForm(key.initial)) + ": " +
                             std::string(Message(parsed.status())));
    }
    RETURN_IF_ERROR(Annotate(internal::CheckConfigValue(key, *parsed), where));
    internal::StoreConfigValue(key.field, *std::move(parsed));
  }
  return OkStatus();
}

std::vector<std::string> ChangedNotReloadable(const ConfigSchema& before,
                                              const ConfigSchema& after) {
  std::vector<std::string> changed;
  for (const ConfigSchema::Key& now : after.keys()) {
    if (now.reloadable) continue;
    for (const ConfigSchema::Key& then : before.keys()) {
      if (then.FullName() == now.FullName() && then.Value() != now.Value()) {
        changed.push_back(now.FullName());
      }
    }
  }
  return changed;
}

}  // namespace signboard::base
