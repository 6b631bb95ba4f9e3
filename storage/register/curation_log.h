// CurationLog is what analysts have said of announcements, in the order they said it: who, why,
// when, and what was before. Entries are never removed; one that was undone says by which.
//
// Threads: safe from any for reading; writers take turns, under the register's lock.
// Errors:  kInvalidArgument: the caller's request. kNotFound: no such entry. kDataLoss: a record
//          does not decode. Others are the shard's.
// Cost:    a list reads what it gives.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "signboard/v1/register.pb.h"
#include "storage/kv/space.h"
#include "storage/register/page.h"
#include "storage/register/schema.h"

namespace signboard::registry {

class CurationLog {
 public:
  // Of one announcement: beyond it, it is curated no more.
  static constexpr size_t kOfOneMax = 1'000;

  CurationLog(std::shared_ptr<kv::Shard> shard, const Families& families)
      : shard_(std::move(shard)), families_(families) {}

  // Newest first. The request's `limit` bounds the rows; a page may hold fewer, and still go on:
  // before the number that `next` says.
  StatusOr<Page<v1::Curation>> List(const v1::ListCurationsRequest& request) const;
  StatusOr<uint64_t> Newest() const;  // Its number; 0: there is none.
  StatusOr<v1::Curation> Get(uint64_t number) const;
  // All that name the announcement, newest first.
  StatusOr<std::vector<v1::Curation>> Of(const std::string& announcement_id) const;
  // Writes an entry, new or again.
  void Put(const v1::Curation& entry, kv::Batch* batch) const;

 private:
  const std::shared_ptr<kv::Shard> shard_;
  const Families families_;
};

}  // namespace signboard::registry
