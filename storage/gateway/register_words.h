// What the register knows, as the JSON objects and table rows that every face shows: the API, the
// feeds and the verbs `detect`, `announcements`, `centres`, `show` and `demo`.
//
// The finding is one object everywhere. What a page does not say is null (a text, a date, a place,
// an ordinal) or an empty list, never a guess and never a missing key:
//
//   {"is_announcement","score","event","unit_type","centre":{"name_zh","name_en"},
//    "place":{"code","name_zh","level","parents"},"event_date":{"date","precision","basis"},
//    "lead_organ","guiding_organ","operator","partners","platforms","accounts",
//    "claims":[{"metric","value","raw"}],"ordinal":{"rank","scope_code","raw"},
//    "quotes":[{"field","from","to","text"}],"reasons"}
//
// An announcement is {"id","state","first_found", the keys of its merged finding, "centre_id",
// "sources":[{"url","snapshot_id",…,"finding"}],…}. A quote counts in the text of one version: in a
// source's finding that of the source, in the merged one that of the quote's own "snapshot_id".
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "signboard/v1/register.pb.h"
#include "signboard/v1/types.pb.h"
#include "storage/gateway/answer.h"

namespace signboard::gateway {

Json FindingJson(const v1::Finding& finding);
Json AnnouncementJson(const v1::Announcement& announcement);
// {"sequence","type","announcement"}: one change of the register.
Json AnnouncementEventJson(const v1::AnnouncementEvent& event);
Json CentreJson(const v1::Centre& centre);
// {"count","by_level":{"province","prefecture","county","other"}}
Json CentreCountJson(const v1::CountCentresReply& reply);
inline constexpr const char* kCentreLevels[] = {"province", "prefecture", "county", "other"};
uint64_t CountOf(const v1::CountCentresReply& reply, const std::string& level);
// {"number","action","id","other_id","snapshot_ids","who","why","at","undoes","undone_by",
//  "before":[{"id","state","merged_into","name_zh","snapshot_ids"}]}: one entry of the log.
Json CurationJson(const v1::Curation& curation);
// {"announcement","other","curation"}
Json CurateJson(const v1::CurateReply& reply);
// merge, split, retract, confirm, undo.
std::string ActionWord(v1::CurateRequest::Action action);

// One flat row to an announcement or a centre, for CSV; the texts of a list are joined by "; ".
const std::vector<std::string>& AnnouncementColumns();
std::vector<std::string> AnnouncementRow(const v1::Announcement& announcement);
const std::vector<std::string>& CentreColumns();
std::vector<std::string> CentreRow(const v1::Centre& centre);

// True: a source was captured under a clock that is not the world's.
bool IsSimulated(const v1::Announcement& announcement);
// Sources whose pages do not say it any more.
int RemovedCount(const v1::Announcement& announcement);
// /web/… of the kept version a source speaks of; empty: its snapshot id is none.
std::string ReplayPathOf(const v1::Source& source);
// 0.97, whatever the last bits of the number are.
std::string ScoreText(double score);

}  // namespace signboard::gateway
