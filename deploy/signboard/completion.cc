// signboard completion bash|zsh|fish: made from the same option tables as --help, so it can't lag.
#include <cstdio>

#include "deploy/signboard/cli.h"

namespace signboard::cli {
namespace {

// "seeds add" -> the words that may follow, for every verb.
struct Node {
  std::string path;  // Verbs so far, joined by a space; empty at the top.
  std::vector<std::string> verbs;
  std::vector<std::string> options;
};

void Walk(const CLI::App& app, const std::string& path, std::vector<Node>* nodes) {
  Node node{path, {}, {}};
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
    if (!sub->get_name().empty()) node.verbs.push_back(sub->get_name());
  for (const CLI::Option* option : app.get_options())
    for (const auto& name : option->get_lnames()) node.options.push_back("--" + name);
  nodes->push_back(node);
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
    if (!sub->get_name().empty())
      Walk(*sub, path.empty() ? sub->get_name() : path + " " + sub->get_name(), nodes);
}

std::string Join(const std::vector<std::string>& words) {
  std::string joined;
  for (const auto& word : words) joined += (joined.empty() ? "" : " ") + word;
  return joined;
}

// Bash and zsh (through bashcompinit) share one function.
void PrintBash(const std::vector<Node>& nodes) {
  std::printf("_signboard() {\n  local path= word\n"
              "  local cur=${COMP_WORDS[COMP_CWORD]}\n"
              "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
              "    case \"${path:+$path }$word\" in\n");
  for (const auto& node : nodes)
    if (!node.path.empty()) std::printf("      '%s') path='%s' ;;\n", node.path.c_str(),
                                        node.path.c_str());
  std::printf("    esac\n  done\n  local words=\n  case \"$path\" in\n");
  std::string global;
  for (const auto& node : nodes) {
    if (node.path.empty()) global = Join(node.options);
    std::printf("    '%s') words='%s' ;;\n", node.path.c_str(),
                Join({Join(node.verbs), Join(node.options)}).c_str());
  }
  std::printf("  esac\n  COMPREPLY=($(compgen -W \"$words %s\" -- \"$cur\"))\n"
              "  ((${#COMPREPLY[@]})) || COMPREPLY=($(compgen -f -- \"$cur\"))\n}\n"
              "complete -F _signboard signboard\n",
              global.c_str());
}

void PrintFish(const std::vector<Node>& nodes) {
  std::printf("complete -c signboard -f\n");
  for (const auto& node : nodes) {
    std::string when = "__fish_use_subcommand";
    if (!node.path.empty()) {
      when.clear();
      for (size_t at = 0; at < node.path.size();) {
        const size_t end = std::min(node.path.find(' ', at), node.path.size());
        when += (when.empty() ? "" : "; and ") + std::string("__fish_seen_subcommand_from ") +
                node.path.substr(at, end - at);
        at = end + 1;
      }
    }
    for (const auto& verb : node.verbs)
      std::printf("complete -c signboard -n '%s' -a '%s'\n", when.c_str(), verb.c_str());
    for (const auto& option : node.options)
      std::printf("complete -c signboard -n '%s' -l '%s'\n",
                  node.path.empty() ? "true" : when.c_str(), option.c_str() + 2);
  }
}

}  // namespace

void AddCompletion(CLI::App& app, Context& context) {
  auto* verb = app.add_subcommand("completion", "A completion script for bash, zsh or fish");
  auto shell = std::make_shared<std::string>();
  verb->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  verb->footer("Example: signboard completion bash > /etc/bash_completion.d/signboard");
  verb->callback([&app, &context, shell] {
    context.action = [&app, shell] {
      std::vector<Node> nodes;
      Walk(app, "", &nodes);
      if (*shell == "fish") {
        PrintFish(nodes);
      } else {
        if (*shell == "zsh") std::printf("autoload -U +X bashcompinit && bashcompinit\n");
        PrintBash(nodes);
      }
      return kOk;
    };
  });
}

}  // namespace signboard::cli
