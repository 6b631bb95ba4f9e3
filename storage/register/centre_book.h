// CentreBook reads the centres: one, those of a place and a level, as they stood on any day and as
// Signboard knew them on any day.
//
// A centre is there on a day when it was founded by then, as far as is known; those of unknown date
// are there on none. It was known on a day when it was known before Signboard, or was announced by
// then, and was not withdrawn (retracted, or merged into another) on that day; of what was said of
// it, only what was known by then counts.
//
// Threads: safe from any. Calls wait for disk.
// Errors:  kInvalidArgument: the caller's request, naming the field. kNotFound: no such centre.
//          kDataLoss: a record does not decode. Others are the shard's.
// Cost:    a list reads what it gives and passes over.
#pragma once

#include <memory>
#include <string>

#include "signboard/v1/register.pb.h"
#include "storage/kv/space.h"
#include "storage/register/page.h"
#include "storage/register/schema.h"

namespace signboard::registry {

// Is it the place of that code, or in it?
bool IsIn(const v1::Place& place, const std::string& code);

class CentreBook {
 public:
  CentreBook(std::shared_ptr<kv::Shard> shard, const Families& families)
      : shard_(std::move(shard)), families_(families) {}

  // One that was merged into another, or retracted, too: its state says so.
  StatusOr<v1::Centre> Get(const std::string& id) const;
  // Of all that the request asks for, whatever its `limit`.
  StatusOr<v1::CountCentresReply> Count(v1::ListCentresRequest request) const;
  // The request's `limit` bounds the rows; a page may hold fewer, and still go on.
  StatusOr<Page<v1::Centre>> List(const v1::ListCentresRequest& request) const;

 private:
  // Where a list goes on behind the centre that a cursor names.
  StatusOr<std::string> KeyAfter(const std::string& cursor) const;
  // As the request asks for it. False: it is not one of those.
  StatusOr<bool> Fits(const v1::ListCentresRequest& request, CentreRecord* record) const;
  // Takes from a centre what was not known then. False: nothing was.
  StatusOr<bool> AsKnownBy(int64_t then_ms, CentreRecord* record) const;

  const std::shared_ptr<kv::Shard> shard_;
  const Families families_;
};

}  // namespace signboard::registry
