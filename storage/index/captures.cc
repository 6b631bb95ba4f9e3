#include "storage/index/captures.h"

#include <algorithm>
#include <map>
#include <utility>

#include "proto/base/digest.h"
#include "proto/base/key_codec.h"
#include "proto/base/text.h"
#include "storage/index/urls.h"

namespace signboard::index {
namespace {

// What is left of an index key without its slot.
std::string CursorOf(const std::string& key) {
  return base::ToHex(std::string_view(key).substr(sizeof(kv::Slot)));
}

StatusOr<std::string> KeyOfCursor(kv::Slot slot, const std::string& cursor) {
  const auto rest = base::FromHex(cursor);
  std::string key = kv::SlotKey(slot);
  if (rest.ok()) key += *rest;
  if (!rest.ok() || !base::ParseSnapshotKey(key).ok())
    return base::InvalidArgument("cursor \"" + base::EscapeTerminal(cursor.substr(0, 200)) +
                                 "\" is not one that a list gave");
  return key;
}

class Lister {
 public:
  Lister(kv::Shard& shard, const CaptureQuery& query) : shard_(shard), query_(query) {
    kv::CursorOptions options;
    options.lower = lower_ = kv::SlotKey(query.slot) + query.first;
    options.upper = upper_ = kv::SlotKey(query.slot) + query.end;
    cursor_ = shard.Scan(kIndexFamily, std::move(options));
  }

  StatusOr<std::vector<CaptureRow>> List() {
    std::string after;
    if (!query_.after.empty()) {
      ASSIGN_OR_RETURN(after, KeyOfCursor(query_.slot, query_.after));
    }
    if (query_.newest_first) {
      RETURN_IF_ERROR(ListBack(after));
    } else {
      RETURN_IF_ERROR(ListOn(after));
    }
    return std::move(rows_);
  }

  // Two cursors walk away from the instant.
  StatusOr<std::vector<CaptureRow>> ListNearest() {
    cursor_->SeekToFirst();
    RETURN_IF_ERROR(cursor_->status());
    if (!cursor_->Valid()) return std::move(rows_);
    ASSIGN_OR_RETURN(Capture first, CaptureAt(*cursor_));
    ASSIGN_OR_RETURN(const std::string at, PlaceIn(first.key, *query_.closest));
    kv::CursorOptions options;
    options.lower = lower_;
    options.upper = upper_;
    const std::unique_ptr<kv::Cursor> later = shard_.Scan(kIndexFamily, std::move(options));
    later->Seek(at);
    cursor_->SeekForPrev(at);
    while (rows_.size() < query_.limit && (later->Valid() || cursor_->Valid())) {
      ASSIGN_OR_RETURN(const bool back, IsBackNearer(*later));
      kv::Cursor& nearer = back ? *cursor_ : *later;
      ASSIGN_OR_RETURN(Capture capture, CaptureAt(nearer));
      if (IsWithin(capture.time)) RETURN_IF_ERROR(Take(std::move(capture)));
      if (back) {
        nearer.Prev();
      } else {
        nearer.Next();
      }
    }
    RETURN_IF_ERROR(later->status());
    RETURN_IF_ERROR(cursor_->status());
    return std::move(rows_);
  }

 private:
  bool IsWithin(UnixTime time) const {
    return (!query_.from || time >= *query_.from) && (!query_.to || time <= *query_.to);
  }

  // Where captures of the SURT of `key` of that time begin.
  StatusOr<std::string> PlaceIn(const std::string& key, UnixTime time) const {
    ASSIGN_OR_RETURN(const base::SnapshotKey parsed, base::ParseSnapshotKey(key));
    ASSIGN_OR_RETURN(std::string place, base::SnapshotKeyPrefix(parsed.slot, parsed.surt));
    base::AppendTime(&place, time);
    return place;
  }

  StatusOr<bool> IsBackNearer(const kv::Cursor& later) const {
    if (!later.Valid()) return true;
    if (!cursor_->Valid()) return false;
    ASSIGN_OR_RETURN(const Capture back, CaptureAt(*cursor_));
    ASSIGN_OR_RETURN(const Capture on, CaptureAt(later));
    return *query_.closest - back.time <= on.time - *query_.closest;
  }

  Status ListOn(const std::string& after) {
    if (after.empty() || after < lower_) {
      cursor_->SeekToFirst();
    } else {
      cursor_->Seek(after + '\0');
    }
    while (cursor_->Valid() && rows_.size() < query_.limit) {
      ASSIGN_OR_RETURN(Capture capture, CaptureAt(*cursor_));
      if (query_.from && capture.time < *query_.from) {
        ASSIGN_OR_RETURN(const std::string place, PlaceIn(capture.key, *query_.from));
        cursor_->Seek(place);
      } else if (query_.to && capture.time > *query_.to) {
        ASSIGN_OR_RETURN(const std::string next, BehindSurt(capture.key));
        cursor_->Seek(next);
      } else {
        RETURN_IF_ERROR(Take(std::move(capture)));
        cursor_->Next();
      }
    }
    return cursor_->status();
  }

  Status ListBack(const std::string& after) {
    if (after.empty() || after > upper_) {
      cursor_->SeekToLast();
    } else {
      cursor_->SeekForPrev(after);
      if (cursor_->Valid() && cursor_->key() == after) cursor_->Prev();
    }
    while (cursor_->Valid() && rows_.size() < query_.limit) {
      ASSIGN_OR_RETURN(Capture capture, CaptureAt(*cursor_));
      if (query_.to && capture.time > *query_.to) {
        // No key of that instant is as short as this.
        ASSIGN_OR_RETURN(const std::string place,
                         PlaceIn(capture.key, *query_.to + Millis(1)));
        cursor_->SeekForPrev(place);
      } else if (query_.from && capture.time < *query_.from) {
        ASSIGN_OR_RETURN(const std::string place, PlaceIn(capture.key, UnixTime{}));
        cursor_->SeekForPrev(place.substr(0, place.size() - sizeof(uint64_t)));
      } else {
        RETURN_IF_ERROR(Take(std::move(capture)));
        cursor_->Prev();
      }
    }
    return cursor_->status();
  }

  static StatusOr<std::string> BehindSurt(const std::string& key) {
    ASSIGN_OR_RETURN(const base::SnapshotKey parsed, base::ParseSnapshotKey(key));
    ASSIGN_OR_RETURN(std::string prefix, base::SnapshotKeyPrefix(parsed.slot, parsed.surt));
    prefix.back() = '\x01';  // After the zero byte that ends the SURT.
    return prefix;
  }

  Status Take(Capture capture) {
    ASSIGN_OR_RETURN(base::SnapshotKey key, base::ParseSnapshotKey(capture.key));
    if (key.surt != surt_) RETURN_IF_ERROR(LookUpUrls(key.surt));
    const auto url = urls_.find(capture.record.url_hash);
    if (url == urls_.end())
      return base::DataLoss("a capture of " + key.surt + " at " +
                            base::FormatRfc3339(capture.time) + " is of no URL that is kept");
    CaptureRow& row = rows_.emplace_back();
    row.cursor = CursorOf(capture.key);
    row.surt = std::move(key.surt);
    row.url = url->second;
    row.capture = std::move(capture);
    return OkStatus();
  }

  Status LookUpUrls(const std::string& surt) {
    urls_.clear();
    kv::CursorOptions options;
    ASSIGN_OR_RETURN(options.lower, base::SnapshotKeyPrefix(query_.slot, surt));
    options.upper = options.lower;
    options.upper.back() = '\x01';
    const auto cursor = shard_.Scan(kUrlFamily, std::move(options));
    for (cursor->SeekToFirst(); cursor->Valid(); cursor->Next()) {
      ASSIGN_OR_RETURN(UrlRow row, ParseUrlEntry(cursor->key(), cursor->value()));
      urls_[base::Fingerprint64(row.url)] = std::move(row.url);
    }
    surt_ = surt;
    return cursor->status();
  }

  kv::Shard& shard_;
  const CaptureQuery& query_;
  std::string lower_;
  std::string upper_;
  std::unique_ptr<kv::Cursor> cursor_;
  std::vector<CaptureRow> rows_;
  std::string surt_;
  std::map<uint64_t, std::string> urls_;  // Of `surt_`.
};

}  // namespace

StatusOr<std::vector<CaptureRow>> ListCaptures(kv::Shard& shard, const CaptureQuery& query) {
  if (query.first >= query.end) return std::vector<CaptureRow>();
  Lister lister(shard, query);
  return query.closest ? lister.ListNearest() : lister.List();
}

}  // namespace signboard::index
