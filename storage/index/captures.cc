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

constexpr size_t kTimeBytes = 8;

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
    lower_ = kv::SlotKey(query.slot) + query.first;
    upper_ = kv::SlotKey(query.slot) + query.end;
  }

  StatusOr<std::vector<CaptureRow>> List() {
    kv::CursorOptions options;
    options.lower = lower_;
    options.upper = upper_;
    cursor_ = shard_.Scan(kIndexFamily, std::move(options));
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
    // `lower_` is all that comes before the time in keys of this SURT.
    kv::CursorOptions options;
    options.lower = query_.from ? Place(lower_, *query_.from) : lower_;
    options.upper = query_.to ? Place(lower_, *query_.to + Millis(1)) : upper_;
    if (options.lower >= options.upper) return std::move(rows_);
    const std::string at = Place(lower_, *query_.closest);
    cursor_ = shard_.Scan(kIndexFamily, options);
    cursor_->SeekForPrev(at);
    const std::unique_ptr<kv::Cursor> later = shard_.Scan(kIndexFamily, std::move(options));
    later->Seek(at);
    ASSIGN_OR_RETURN(std::optional<Capture> back, At(*cursor_));
    ASSIGN_OR_RETURN(std::optional<Capture> on, At(*later));
    while (rows_.size() < query_.limit && (back || on)) {
      const bool is_back =
          back && (!on || *query_.closest - back->time <= on->time - *query_.closest);
      RETURN_IF_ERROR(Take(*std::move(is_back ? back : on)));
      if (is_back) {
        cursor_->Prev();
        ASSIGN_OR_RETURN(back, At(*cursor_));
      } else {
        later->Next();
        ASSIGN_OR_RETURN(on, At(*later));
      }
    }
    return std::move(rows_);
  }

 private:
  // nullopt: the cursor has come to its end.
  static StatusOr<std::optional<Capture>> At(const kv::Cursor& cursor) {
    if (cursor.Valid()) return CaptureAt(cursor);
    RETURN_IF_ERROR(cursor.status());
    return std::optional<Capture>();
  }

  // What the keys of its SURT begin with: slot, SURT, 00. `key` was taken apart without an error.
  static std::string PrefixOf(const std::string& key) {
    return key.substr(0, key.size() - kTimeBytes - base::kSnapshotDiscBytes);
  }

  // Where captures of that time begin.
  static std::string Place(std::string prefix, UnixTime time) {
    base::AppendTime(&prefix, time);
    return prefix;
  }

  // Behind all captures of the SURT: after the zero byte that ends it.
  static std::string BehindSurt(const std::string& key) {
    std::string prefix = PrefixOf(key);
    prefix.back() = '\x01';
    return prefix;
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
        cursor_->Seek(Place(PrefixOf(capture.key), *query_.from));
      } else if (query_.to && capture.time > *query_.to) {
        cursor_->Seek(BehindSurt(capture.key));
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
        cursor_->SeekForPrev(Place(PrefixOf(capture.key), *query_.to + Millis(1)));
      } else if (query_.from && capture.time < *query_.from) {
        cursor_->SeekForPrev(PrefixOf(capture.key));
      } else {
        RETURN_IF_ERROR(Take(std::move(capture)));
        cursor_->Prev();
      }
    }
    return cursor_->status();
  }

  Status Take(Capture capture) {
    std::string surt = PrefixOf(capture.key).substr(sizeof(kv::Slot));
    surt.pop_back();
    if (surt != surt_) RETURN_IF_ERROR(LookUpUrls(surt));
    const auto url = urls_.find(capture.record.url_hash);
    if (url == urls_.end())
      return base::DataLoss("a capture of " + surt + " at " +
                            base::FormatRfc3339(capture.time) + " is of no URL that is kept");
    CaptureRow& row = rows_.emplace_back();
    row.cursor = CursorOf(capture.key);
    row.surt = std::move(surt);
    row.url = url->second;
    row.capture = std::move(capture);
    return OkStatus();
  }

  Status LookUpUrls(const std::string& surt) {
    urls_.clear();
    UrlQuery all{query_.slot, surt + '\0', surt + '\x01', "", ~size_t{0}};
    ASSIGN_OR_RETURN(std::vector<UrlRow> rows, ListUrls(shard_, all));
    for (UrlRow& row : rows) urls_[base::Fingerprint64(row.url)] = std::move(row.url);
    surt_ = surt;
    return OkStatus();
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
