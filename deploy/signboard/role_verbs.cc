// signboard frontier | storage | crawler | gateway: one role of a larger deployment.
#include <memory>

#include "deploy/signboard/cli.h"
#include "deploy/signboard/run.h"

namespace signboard::cli {
namespace {

struct RoleVerb {
  const char* name;
  const char* help;
  Roles roles;
};

constexpr RoleVerb kVerbs[] = {
    {"frontier", "The frontier alone: what is fetched next, and when", {true, false, false, false}},
    {"storage", "Archive and register alone: what is kept", {false, true, false, false}},
    {"crawler", "A worker alone: leases URLs, fetches, reports", {false, false, true, false}},
    {"gateway", "The HTTP face alone, for people and programs", {false, false, false, true}},
};

}  // namespace

void AddRoles(CLI::App& app, Context& context) {
  for (const RoleVerb& role : kVerbs) {
    auto options = std::make_shared<RunOptions>();
    options->roles = role.roles;
    auto* verb = app.add_subcommand(role.name, role.help);
    verb->add_option("--config", options->config, "signboard.toml")->required();
    verb->add_option("--data", options->data, "Data directory; overrides the configuration");
    if (role.roles.crawler) {
      verb->add_option("--urlfrontier", options->urlfrontier,
                       "HOST:PORT of a URLFrontier to lease from instead of our own frontier");
      verb->add_option("--crawl", options->crawl, "The crawlID there; signboard");
    }
    verb->footer(std::string("Example: signboard ") + role.name + " --config signboard.toml\n"
                 "[cluster] nodes in it says where the frontier and the storage are.");
    verb->callback([&context, options] {
      context.action = [&context, options] { return RunRoles(context, *options); };
    });
  }
}

}  // namespace signboard::cli
