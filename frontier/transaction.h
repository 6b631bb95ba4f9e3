// Transaction: one change of the frontier's state in one shard, all of it or nothing.
//
// The parts change records; what keys follow from them is computed here from each record before and
// after, and nowhere else. So the invariants of schema.h hold by construction. Memory (Schedule)
// follows only after the disk has said yes; a transaction that is dropped changed nothing.
//
// Threads: within Core::mutex, like all it touches.
// Errors:  those of the Space.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "frontier/core.h"

namespace signboard::frontier {

class Transaction {
 public:
  Transaction(Core& core, std::shared_ptr<kv::Shard> shard)
      : core_(core), shard_(std::move(shard)) {}

  // The record to read and to change, as this transaction sees it. nullptr: unknown URL. It stays
  // where it is as long as the transaction.
  StatusOr<UrlRecord*> Find(QueueState& queue, const std::string& url);
  // Reads many at once; Find then needs no disk.
  Status Prefetch(const std::vector<std::pair<QueueState*, std::string>>& urls);
  // The URL and all that follows from it are gone; a live lease of it is for the caller to End.
  void Remove(QueueState& queue, const std::string& url);
  // Makes the record of a URL that Find did not know.
  UrlRecord& Add(QueueState& queue, const std::string& url);
  // The queue's record, to change. Its counts are kept here.
  QueueRecord& Edit(QueueState& queue);
  // Only looks again when the queue can next give something.
  void Touch(QueueState& queue) { touched_.insert(&queue); }

  // The URL's record is LEASED until held_until_ms, under this lease.
  void Hold(QueueState& queue, const std::string& url, LeaseRecord lease);
  // The live lease ends with this transaction. False: this transaction ended it before.
  bool End(uint64_t nonce) { return ended_.insert(nonce).second; }

  void CountOutcome(kv::Slot slot, v1::Outcome outcome);
  // For seeds and jobs, which nothing is derived from.
  kv::Batch& batch() { return batch_; }
  kv::Shard& shard() { return *shard_; }

  // Written and remembered when it returns. What is only kBuffered is not to be told of before
  // Core::Sync.
  Status Commit(kv::Durability durability = kv::Durability::kSynced);

 private:
  struct Entry {
    QueueState* queue = nullptr;
    std::string url;
    std::string before_bytes;
    std::optional<UrlRecord> before;
    std::optional<UrlRecord> after;
    std::optional<LeaseRecord> lease;
    std::string after_bytes;  // Once committed.
  };

  Entry& Enter(QueueState& queue, const std::string& url, std::string key);
  Status Fill(Entry& entry, const std::string& key, const std::optional<std::string>& value);
  void WriteEntry(const std::string& key, const Entry& entry);
  void RemoveEntry(const std::string& key, const Entry& entry);
  void Remember(const Entry& entry);

  Core& core_;
  const std::shared_ptr<kv::Shard> shard_;
  std::map<std::string, Entry> entries_;  // By url key.
  std::map<QueueState*, QueueRecord> queues_;
  std::set<QueueState*> touched_;
  std::set<uint64_t> ended_;
  std::map<kv::Slot, OutcomeTally> outcomes_;
  kv::Batch batch_;
};

}  // namespace signboard::frontier
