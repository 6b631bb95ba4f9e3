#include "deploy/signboard/finding_changes.h"

#include <cstdio>
#include <map>

#include "deploy/signboard/cli.h"
#include "proto/base/text.h"
#include "storage/gateway/register_words.h"

namespace signboard::cli {
namespace {

std::string KindOf(const Difference& difference) {
  if (!difference.has_before()) return "added";
  return difference.has_after() ? "changed" : "gone";
}

std::string StateWord(v1::Redetection::State state) {
  return base::ToLowerAscii(v1::Redetection::State_Name(state));
}

Json JobJson(const v1::Redetection& job) {
  Json json = {{"id", job.id()},
               {"state", StateWord(job.state())},
               {"rules", job.rules()},
               {"seen", job.seen_count()},
               {"all", job.all_count()},
               {"searched", job.searched_count()},
               {"changes", job.change_count()},
               {"applied", job.applied_count()},
               {"outdated", job.outdated_count()},
               {"damaged", job.damaged_count()},
               {"started", Instant(job.started_ms())}};
  json["ended"] = job.ended_ms() == 0 ? Json(nullptr) : Json(Instant(job.ended_ms()));
  json["detail"] = job.detail().empty() ? Json(nullptr) : Json(job.detail());
  return json;
}

std::string NameOf(const v1::Finding& finding) {
  return finding.centre_name_zh().empty() ? finding.centre_name_en() : finding.centre_name_zh();
}

// A field as the finding's JSON has it.
std::string ValueOf(const Json& finding, const std::string& field) {
  std::string key = field == "operator_organ" ? "operator" : field;
  Json value;
  if (field.starts_with("centre_name_")) {
    value = finding["centre"]["name_" + field.substr(field.size() - 2)];
  } else if (field.starts_with("event_date_")) {
    const Json& date = finding["event_date"];
    if (date.is_object()) value = date[field.substr(std::string("event_date_").size())];
  } else if (field == "event_date" || field == "place" || field.starts_with("ordinal")) {
    const Json& whole = finding[field.starts_with("ordinal") ? "ordinal" : field];
    const char* part = field == "place" ? "code" : field == "event_date" ? "date" : "raw";
    if (whole.is_object()) value = whole[part];
  } else {
    value = finding[key];
  }
  if (value.is_null()) return "-";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string Announced(const v1::Announcement& announcement) {
  const v1::Finding& f = announcement.merged();
  return NameOf(f) + "  " + f.place().code() + "  " + f.event_date() + "  " +
         std::to_string(announcement.sources_size()) + " sources";
}

}  // namespace

Json DifferenceJson(const Difference& difference) {
  Json json = {{"kind", KindOf(difference)}};
  json["fields"] = Json(difference.fields());
  json["before"] =
      difference.has_before() ? gateway::FindingJson(difference.before()) : Json(nullptr);
  json["after"] = difference.has_after() ? gateway::FindingJson(difference.after()) : Json(nullptr);
  return json;
}

Json RedetectionJson(const v1::Redetection& job,
                     const std::vector<v1::RedetectionChange>& changes,
                     const v1::PreviewReply& preview) {
  Json json = {{"redetection", JobJson(job)}, {"changes", Json::array()}};
  for (const v1::RedetectionChange& change : changes) {
    const v1::Snapshot& snapshot = change.entry().snapshot();
    Json one = {{"number", change.number()}, {"url", snapshot.url()},
                {"snapshot_id", snapshot.id()}, {"differences", Json::array()}};
    for (const Difference& difference : change.differences())
      one["differences"].push_back(DifferenceJson(difference));
    json["changes"].push_back(std::move(one));
  }
  Json effects = Json::array();
  for (const auto& change : preview.changes()) {
    Json one = {{"type", change.type()}};
    one["before"] =
        change.has_before() ? gateway::AnnouncementJson(change.before()) : Json(nullptr);
    one["after"] = gateway::AnnouncementJson(change.after());
    effects.push_back(std::move(one));
  }
  json["announcements"] = {{"count", preview.change_count()}, {"changes", std::move(effects)}};
  return json;
}

std::string DifferenceText(const Difference& difference) {
  const v1::Finding& named = difference.has_after() ? difference.after() : difference.before();
  std::string text = KindOf(difference) + "  " + NameOf(named);
  if (!difference.has_before() || !difference.has_after()) {
    text += named.is_announcement() ? "  an announcement, " : "  a mention, ";
    return base::EscapeTerminal(text + gateway::ScoreText(named.score()));
  }
  const Json before = gateway::FindingJson(difference.before());
  const Json after = gateway::FindingJson(difference.after());
  const char* separator = "  ";
  for (const std::string& field : difference.fields()) {
    text += separator + field + " " + ValueOf(before, field) + " -> " + ValueOf(after, field);
    separator = ", ";
  }
  return base::EscapeTerminal(text);
}

void PrintRedetection(const v1::Redetection& job,
                      const std::vector<v1::RedetectionChange>& changes,
                      const v1::PreviewReply& preview, bool in_part) {
  for (const v1::RedetectionChange& change : changes) {
    std::printf("%s\n", base::EscapeTerminal(change.entry().snapshot().id()).c_str());
    for (const Difference& difference : change.differences())
      std::printf("    %s\n", DifferenceText(difference).c_str());
  }
  for (const auto& change : preview.changes()) {
    const bool retracted = change.type() == "retracted";
    std::printf("announcement %s  %s  %s\n", change.type().c_str(),
                base::EscapeTerminal(Announced(retracted ? change.before() : change.after()))
                    .c_str(),
                change.after().id().c_str());
  }
  std::printf("%s: %llu pages searched, %llu changes, %llu announcements%s change%s\n",
              StateWord(job.state()).c_str(),
              static_cast<unsigned long long>(job.searched_count()),
              static_cast<unsigned long long>(job.change_count()),
              static_cast<unsigned long long>(preview.change_count()),
              in_part ? " or more" : "", job.applied_count() > 0 ? "d" : "");
  if (job.damaged_count() > 0)
    std::printf("%llu pages are damaged: signboard verify\n",
                static_cast<unsigned long long>(job.damaged_count()));
  if (!job.detail().empty())
    std::printf("failed: %s\n", base::EscapeTerminal(job.detail()).c_str());
  if (job.state() == v1::Redetection::READY && job.change_count() > 0)
    std::printf("signboard redetect --watch --apply makes it so\n");
}

}  // namespace signboard::cli
