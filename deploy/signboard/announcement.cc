// signboard announcement merge|split|retract|confirm|undo: an analyst's word on one announcement.
#include <cstdio>

#include "deploy/signboard/cli.h"
#include "proto/base/text.h"
#include "signboard/v1/register.grpc.pb.h"
#include "storage/gateway/register_words.h"

namespace signboard::cli {
namespace {

using Action = v1::CurateRequest;

// For people: what is now.
void Print(const v1::CurateReply& reply, bool dry_run) {
  const v1::Announcement& a = reply.announcement();
  const v1::Announcement& other = reply.other();
  const std::string number = std::to_string(reply.curation().number());
  std::string text = dry_run ? "would be: " : "curation " + number + ": ";
  text += a.id() + " is " + a.state();
  if (!a.merged_into().empty()) text += " into " + a.merged_into();
  text += ", sources: " + std::to_string(a.sources_size());
  if (!other.id().empty()) {
    text += "; " + other.id() + " is " + other.state() +
            ", sources: " + std::to_string(other.sources_size());
  }
  std::printf("%s\n", base::EscapeTerminal(text).c_str());
  if (!dry_run && reply.curation().action() != Action::UNDO)
    std::printf("  to take it back: signboard announcement undo %s --number %s --who … --why …\n",
                base::EscapeTerminal(a.id()).c_str(), number.c_str());
}

int Curate(const Context& context, v1::CurateRequest request) {
  request.set_dry_run(context.dry_run);
  const auto stub = v1::Register::NewStub(context.Channel("register"));
  grpc::ClientContext call;
  if (const Status ready = context.Prepare(&call); !ready.ok()) return Fail(context, ready);
  v1::CurateReply reply;
  const auto status = stub->Curate(&call, request, &reply);
  if (!status.ok())
    return Fail(context, status, "signboard show " + request.id() + " says what is curated of it");
  if (context.json || context.ndjson) {
    Json json = gateway::CurateJson(reply);
    json["dry_run"] = context.dry_run;
    PrintJson(json);
  } else {
    Print(reply, context.dry_run);
  }
  return kOk;
}

CLI::App* AddAction(CLI::App* verb, Context& context, Action::Action action, const char* about,
                    const std::shared_ptr<v1::CurateRequest>& request) {
  auto* sub = verb->add_subcommand(gateway::ActionWord(action), about);
  sub->add_option_function<std::string>(
         "id", [request](const std::string& id) { request->set_id(id); }, "Of an announcement")
      ->required();
  sub->add_option_function<std::string>(
         "--who", [request](const std::string& who) { request->set_who(who); },
         "Who says so; kept in the log")
      ->required();
  sub->add_option_function<std::string>(
         "--why", [request](const std::string& why) { request->set_why(why); },
         "Why; kept in the log")
      ->required();
  sub->callback([&context, request, action] {
    request->set_action(action);
    context.action = [&context, request] { return Curate(context, *request); };
  });
  return sub;
}

}  // namespace

void AddAnnouncement(CLI::App& app, Context& context) {
  auto request = std::make_shared<v1::CurateRequest>();
  auto* verb = app.add_subcommand(
      "announcement", "Merge, split, retract or confirm one: logged, and undone by undo");
  verb->require_subcommand(1);
  AddAction(verb, context, Action::MERGE, "It is the founding that another announcement tells of",
            request)
      ->add_option_function<std::string>(
          "into", [request](const std::string& id) { request->set_other_id(id); },
          "The announcement or the centre that it is")
      ->required();
  AddAction(verb, context, Action::SPLIT, "Some of its sources tell of another founding", request)
      ->add_option_function<std::vector<std::string>>(
          "snapshots",
          [request](const std::vector<std::string>& ids) {
            for (const std::string& id : ids) request->add_snapshot_ids(id);
          },
          "The sources that leave, as show prints them; their versions and reprints leave too")
      ->required();
  AddAction(verb, context, Action::RETRACT, "It is no founding, whatever pages will say", request);
  AddAction(verb, context, Action::CONFIRM, "It is one, whatever becomes of its pages", request);
  AddAction(verb, context, Action::UNDO, "Take back what was said of it last", request)
      ->add_option_function<uint64_t>(
          "--number", [request](uint64_t number) { request->set_number(number); },
          "That curation, not the newest in effect");
  verb->footer("Examples:\n"
               "  signboard announcement merge a1 a2 --who 'Li' --why 'one ceremony' --dry-run\n"
               "  signboard announcement split a1 SNAPSHOT --who 'Li' --why 'another county'\n"
               "  signboard announcement undo a1 --who 'Li' --why 'I was wrong'\n"
               "  signboard show a1");
}

}  // namespace signboard::cli
