// signboard config check|print|schema|init
#include <cstdio>

#include "deploy/signboard/alert_settings.h"
#include "deploy/signboard/cli.h"
#include "deploy/signboard/settings.h"

namespace signboard::cli {
namespace {

enum class Show { kCheck, kPrint, kSchema, kInit };

int Config(const Context& context, const std::string& file, Show what) {
  Settings settings;
  base::ConfigSchema schema;
  BindSettings(&settings, &schema);
  if (what == Show::kInit || what == Show::kSchema) {
    std::printf("%s", what == Show::kInit ? schema.PrintInit().c_str()
                                          : schema.PrintJsonSchema().c_str());
    return kOk;
  }
  if (const Status loaded = LoadSettings(file, &settings); !loaded.ok())
    return Fail(context, loaded);
  if (const auto sending = AlertSending(settings); !sending.ok())
    return Fail(context, sending.status());
  if (what == Show::kPrint) {
    std::printf("%s", schema.PrintEffective().c_str());
  } else if (context.json) {
    PrintJson({{"file", file}, {"ok", true}});
  } else {
    std::printf("%s is good\n", file.empty() ? "the built-in configuration" : file.c_str());
  }
  return kOk;
}

}  // namespace

void AddConfig(CLI::App& app, Context& context) {
  auto* config = app.add_subcommand("config", "The configuration: check, print, init, schema");
  config->require_subcommand(1);
  auto file = std::make_shared<std::string>();
  const std::tuple<const char*, const char*, Show> verbs[] = {
      {"check", "Says whether a file is good, and what is not", Show::kCheck},
      {"print", "The configuration in force, file and environment applied", Show::kPrint},
      {"init", "A file with every key, its default and what it means", Show::kInit},
      {"schema", "JSON Schema of the file", Show::kSchema}};
  for (const auto& [name, help, what] : verbs) {
    auto* verb = config->add_subcommand(name, help);
    if (what == Show::kCheck || what == Show::kPrint) {
      verb->add_option("--config,file", *file, "signboard.toml");
    }
    verb->callback([&context, file, what = what] {
      context.action = [&context, file, what] { return Config(context, *file, what); };
    });
  }
}

}  // namespace signboard::cli
