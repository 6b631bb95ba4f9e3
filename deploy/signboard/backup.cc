// signboard backup create | list | verify | restore: a deployment's data, kept elsewhere.
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "deploy/signboard/backup_check.h"
#include "deploy/signboard/backup_create.h"
#include "deploy/signboard/data_verbs.h"
#include "proto/base/rpc_status.h"
#include "proto/base/text.h"

namespace signboard::cli {
namespace {

struct Options {
  std::string target;
  std::string directory;
  std::string id;
  bool all = false;
};

unsigned long long Count(uint64_t n) { return n; }

void Show(const char* what, uint64_t files, uint64_t bytes) {
  if (isatty(STDERR_FILENO) == 1)
    std::fprintf(stderr, "\r%s %llu files, %s   ", what, Count(files), Bytes(bytes).c_str());
}

void EndShow() {
  if (isatty(STDERR_FILENO) == 1) std::fprintf(stderr, "\n");
}

int Create(const Context& context, const Options& options) {
  const auto target = OpenBackupTarget(options.target, !context.dry_run);
  if (!target.ok()) return Fail(context, target.status());
  BackupCreation creation(context, **target, [](const BackupReport& report) {
    Show("backup:", report.files, report.bytes);
  });
  const auto report = creation.Run();
  EndShow();
  if (!report.ok()) return Fail(context, base::ToGrpc(report.status()));
  const int code = report->damaged.empty() ? kOk : kPartly;
  if (context.json || context.ndjson) {
    PrintJson({{"backup", report->id},
               {"files", report->files},
               {"bytes", report->bytes},
               {"copied_files", report->copied_files},
               {"copied_bytes", report->copied_bytes},
               {"fetched_bytes", report->fetched_bytes},
               {"damaged", report->damaged},
               {"dry_run", context.dry_run}});
    return code;
  }
  for (const std::string& file : report->damaged)
    std::printf("%s is damaged where it comes from: `signboard verify` says what is in it\n",
                base::EscapeTerminal(file).c_str());
  std::printf("%s: %llu files, %s; %llu of them, %s, %s\n",
              context.dry_run ? "would be a backup" : report->id.c_str(), Count(report->files),
              Bytes(report->bytes).c_str(), Count(report->copied_files),
              Bytes(report->copied_bytes).c_str(),
              context.dry_run ? "would be copied" : "were not there yet");
  return code;
}

int List(const Context& context, const Options& options) {
  const auto target = OpenBackupTarget(options.target, false);
  if (!target.ok()) return Fail(context, target.status());
  const auto ids = ListBackups(**target);
  if (!ids.ok()) return Fail(context, ids.status());
  Json backups = Json::array();
  std::vector<std::vector<std::string>> rows;
  for (const std::string& id : *ids) {
    const auto list = ReadBackup(**target, id);
    uint64_t bytes = 0;
    if (list.ok())
      for (const BackupFile& file : list->files) bytes += file.bytes;
    backups.push_back({{"backup", id},
                       {"created", list.ok() ? list->created : ""},
                       {"files", list.ok() ? list->files.size() : 0},
                       {"bytes", bytes},
                       {"error", std::string(base::Message(list.status()))}});
    rows.push_back({id, list.ok() ? list->created : "damaged",
                    std::to_string(list.ok() ? list->files.size() : 0), Bytes(bytes)});
  }
  if (context.json || context.ndjson) {
    PrintJson({{"backups", backups}});
  } else {
    PrintTable({"BACKUP", "CREATED", "FILES", "SIZE"}, rows);
  }
  return kOk;
}

int Verify(const Context& context, const Options& options) {
  const auto target = OpenBackupTarget(options.target, false);
  if (!target.ok()) return Fail(context, target.status());
  std::vector<std::string> ids;
  if (options.all) {
    auto all = ListBackups(**target);
    if (!all.ok()) return Fail(context, all.status());
    ids = *std::move(all);
  }
  if (ids.empty()) {
    const auto id = ChooseBackup(**target, options.id);
    if (!id.ok()) return Fail(context, id.status());
    ids = {*id};
  }
  BackupCheck check;
  const Status status = VerifyBackups(
      **target, ids,
      [](const BackupCheck& so_far) { Show("verified", so_far.files, so_far.bytes); }, &check);
  EndShow();
  if (!status.ok()) return Fail(context, base::ToGrpc(status));
  if (context.json || context.ndjson) {
    PrintJson({{"backups", ids},
               {"files", check.files},
               {"bytes", check.bytes},
               {"damaged", check.damaged}});
  } else {
    for (const std::string& what : check.damaged)
      std::printf("%s\n", base::EscapeTerminal(what).c_str());
    std::printf("%zu backups, %llu files, %s: %zu damaged\n", ids.size(), Count(check.files),
                Bytes(check.bytes).c_str(), check.damaged.size());
  }
  return check.damaged.empty() ? kOk : kNotVerified;
}

int Restore(const Context& context, const Options& options) {
  const auto target = OpenBackupTarget(options.target, false);
  if (!target.ok()) return Fail(context, target.status());
  const auto id = ChooseBackup(**target, options.id);
  if (!id.ok()) return Fail(context, id.status());
  BackupCheck check;
  const auto progress = [](const BackupCheck& so_far) {
    Show("restored", so_far.files, so_far.bytes);
  };
  const Status status =
      context.dry_run ? VerifyBackups(**target, {*id}, progress, &check)
                      : RestoreBackup(**target, *id, options.directory, progress, &check);
  EndShow();
  if (!status.ok() || !check.damaged.empty()) {
    const Status why = status.ok() ? base::DataLoss(check.damaged.front()) : status;
    const int code = Fail(context, base::ToGrpc(why));
    return why.code() == StatusCode::kDataLoss ? kNotVerified : code;
  }
  if (context.json || context.ndjson) {
    PrintJson({{"backup", *id},
               {"directory", options.directory},
               {"files", check.files},
               {"bytes", check.bytes},
               {"dry_run", context.dry_run}});
  } else {
    std::printf("%s: %llu files, %s, %s in %s\n", id->c_str(), Count(check.files),
                Bytes(check.bytes).c_str(), context.dry_run ? "would be" : "are",
                options.directory.c_str());
    std::printf("  signboard run --data %s, then `signboard verify`\n", options.directory.c_str());
  }
  return kOk;
}

CLI::App* AddVerb(CLI::App* group, const char* name, const char* help, Context& context,
                  const std::shared_ptr<Options>& options,
                  int (*action)(const Context&, const Options&)) {
  auto* verb = group->add_subcommand(name, help);
  verb->add_option("target", options->target,
                   "Where backups lie: a directory or s3://BUCKET/PREFIX")
      ->required();
  verb->callback([&context, options, action] {
    context.action = [&context, options, action] { return action(context, *options); };
  });
  return verb;
}

}  // namespace

void AddBackup(CLI::App& app, Context& context) {
  auto o = std::make_shared<Options>();
  auto* group = app.add_subcommand("backup", "Keep a deployment's data elsewhere; prove it, and "
                                             "put it back");
  group->require_subcommand(1);
  AddVerb(group, "create", "Back up all stores of the running servers; only what is new is copied",
          context, o, Create);
  AddVerb(group, "list", "The backups in a target", context, o, List);
  auto* verify = AddVerb(group, "verify", "Read every file of a backup and compare its SHA-256",
                         context, o, Verify);
  auto* restore = AddVerb(group, "restore", "Make a data directory of a backup", context, o,
                          Restore);
  restore->add_option("directory", o->directory, "Where; it must be empty")->required();
  for (auto* verb : {verify, restore})
    verb->add_option("--backup", o->id, "Which one; without it, the newest");
  verify->add_flag("--all", o->all, "Every backup in the target");
  group->footer("Backups share the files that did not change.\nExamples:\n"
                "  signboard backup create /mnt/backups\n"
                "  signboard backup create s3://bucket/dir  # keys: AWS_ACCESS_KEY_ID and so on\n"
                "  signboard backup verify /mnt/backups --all\n"
                "  signboard backup restore /mnt/backups /var/lib/signboard");
}

}  // namespace signboard::cli
