// How a configuration value is read and written, type by type. Below config.h, for its sources.
//
// Threads: pure functions.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "proto/base/config.h"

namespace signboard::base::internal {

// "a string", "a span such as \"2s\"": what a value of this type looks like, for messages.
std::string_view ExpectedForm(const ConfigValue& like);

// Reads what the environment gives. `like` decides the type.
StatusOr<ConfigValue> ParseConfigValue(const ConfigValue& like, std::string_view text);

// As TOML: "text", 3, 2.5, ["a", "b"], "2s", "64KiB".
std::string FormatConfigValue(const ConfigValue& value);

// Choices, then the key's own check.
Status CheckConfigValue(const ConfigSchema::Key& key, const ConfigValue& value);

void StoreConfigValue(const ConfigField& field, ConfigValue value);

// The JSON Schema of one key.
nlohmann::ordered_json KeyJsonSchema(const ConfigSchema::Key& key);

}  // namespace signboard::base::internal
