// The one storage interface: a Space owns shards, a shard is one RocksDB. Nothing above this
// folder knows whether its files lie in a directory (LocalSpace) or in RADOS.
//
// Every key begins with its slot, two bytes, big-endian. A slot is hash(registrable domain) mod
// 256, fixed for ever; a shard holds a contiguous range of slots. A write batch touches one shard.
//
// An owner proves itself by an epoch that grows with every opening. Once ownership is lost, every
// write and read says Fenced (IsFenced), and the process must let go.
//
// Threads: Space and Shard are safe from any. A Cursor, a View and a Batch belong to one thread at
//          a time. All calls may wait for disk; never call one on an io_context thread.
// Errors:  kUnavailable: the disk refused, retry. kResourceExhausted: the disk is full; reads go
//          on. kDataLoss: a checksum does not fit, names file and key where known; stop.
//          kFailedPrecondition + IsFenced: not the owner any more.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/base/status.h"

namespace signboard::kv {

using Slot = uint16_t;
inline constexpr Slot kSlotCount = 256;  // DO NOT CHANGE: keys on disk depend on it.
// Beside the 256 site slots: what belongs to no site (a register, a table of seeds).
inline constexpr Slot kReservedSlot = 256;

// Slots first..last, both inclusive.
struct SlotRange {
  Slot first = 0;
  Slot last = kReservedSlot;
  bool Holds(Slot s) const { return first <= s && s <= last; }
};

// "\x00\x07" for slot 7.
std::string SlotKey(Slot slot);
// The slot in front of a key. kDataLoss: the key is shorter than two bytes.
StatusOr<Slot> SlotOf(std::string_view key);

// A column family. Its position among the families given to Open is its number in every call; on
// disk it is known by its name, so families may be added and reordered.
using Family = uint32_t;
struct FamilySpec {
  std::string name;
  // Values of 4 KiB and more live in blob files, compressed with zstd; smaller ones in the table.
  bool blobs = false;
  // Expect point reads of keys that exist: no bloom filter on the last level.
  bool mostly_hits = false;
  // Who writes the values has compressed them already.
  bool packed = false;
  // Most keys are deleted before long: a table full of deletions is compacted at once, so that
  // neither scans nor the disk carry what is gone.
  bool passing = false;
};

// Bounds of one write; beyond them Shard::Write says kInvalidArgument.
inline constexpr size_t kKeyBytesMax = size_t{64} << 10;
inline constexpr size_t kValueBytesMax = size_t{256} << 20;
inline constexpr size_t kBatchBytesMax = size_t{512} << 20;

// What one atomic write does. Later operations on a key win over earlier ones.
class Batch {
 public:
  void Put(Family family, std::string_view key, std::string_view value);
  // The same without a copy: for bodies.
  void PutMoved(Family family, std::string_view key, std::string value);
  void Delete(Family family, std::string_view key);
  // Removes [from, to).
  void DeleteRange(Family family, std::string_view from, std::string_view to);
  bool empty() const { return operations_.empty(); }
  size_t bytes() const { return bytes_; }
  void Clear();

  struct Operation {
    enum class Kind : uint8_t { kPut, kDelete, kDeleteRange } kind;
    Family family;
    std::string key;
    std::string value;  // The end of the range for kDeleteRange.
  };
  const std::vector<Operation>& operations() const { return operations_; }

 private:
  std::vector<Operation> operations_;
  size_t bytes_ = 0;
};

enum class Durability {
  kSynced,    // In the log and on the disk before the call returns; shared with other writers.
  kBuffered,  // May be lost with the machine until the next synced write. Survives kill -9.
};

// An ordered scan over [lower, upper) of one family, both ways.
class Cursor {
 public:
  virtual ~Cursor() = default;
  virtual bool Valid() const = 0;
  virtual void SeekToFirst() = 0;
  virtual void SeekToLast() = 0;
  virtual void Seek(std::string_view key) = 0;         // The first key >= key.
  virtual void SeekForPrev(std::string_view key) = 0;  // The last key <= key.
  virtual void Next() = 0;
  virtual void Prev() = 0;
  virtual std::string_view key() const = 0;    // Until the next move.
  virtual std::string_view value() const = 0;  // Until the next move.
  // Not Valid() means the end when this is OK, else what went wrong.
  virtual Status status() const = 0;
};

// A shard as it was at one instant; while it lives, what it sees is kept.
class View {
 public:
  virtual ~View() = default;
};

struct CursorOptions {
  std::string lower = {};  // Inclusive; empty: the first key.
  std::string upper = {};  // Exclusive; empty: after the last key.
  const View* view = nullptr;
  // Not zero: a long scan, which reads this far ahead and leaves the cache to others.
  size_t readahead_bytes = 0;
};

// One change of the log, as Tail gives it.
struct TailEntry {
  uint64_t sequence = 0;  // Of the batch's last operation; resume after it.
  Batch batch;
};

class Shard {
 public:
  virtual ~Shard() = default;
  virtual SlotRange slots() const = 0;
  virtual uint64_t epoch() const = 0;

  // All of `batch` or nothing. kInvalidArgument: a key of a slot that is not this shard's, or a
  // bound passed. An empty batch, synced, makes all buffered writes before it durable. After any
  // other error the batch may still come to light when the shard is opened again.
  virtual Status Write(const Batch& batch, Durability durability) = 0;
  // The same; the batch is let go of as early as can be.
  virtual Status Write(Batch&& batch, Durability durability) = 0;

  // nullopt: no such key. Points are checked as Write does: a foreign slot is kInvalidArgument.
  virtual StatusOr<std::optional<std::string>> Get(Family family, std::string_view key,
                                                   const View* view = nullptr) = 0;
  // In the order of `keys`. Any error fails the whole call.
  virtual StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      Family family, const std::vector<std::string>& keys, const View* view = nullptr) = 0;
  virtual std::unique_ptr<Cursor> Scan(Family family, CursorOptions options) = 0;
  virtual std::unique_ptr<View> TakeView() = 0;

  // The sequence number of the last write.
  virtual uint64_t LastSequence() const = 0;
  // Gives the batches after `after_sequence`, each as it was written, oldest first, until `give`
  // returns false or all there were when the call began are given; they are durable. kNotFound:
  // the log no longer reaches back that far, or never reached so far.
  virtual Status Tail(uint64_t after_sequence, const std::function<bool(TailEntry)>& give) = 0;

  // A copy that shares unchanged files, openable as a Space of the same kind. `directory` is new,
  // or holds the copies of other shards of the same Space. kInvalidArgument: it holds this one.
  virtual Status Checkpoint(const std::string& directory) = 0;
  // Reads every file and checks it. kDataLoss names the first damaged one.
  virtual Status VerifyChecksums() = 0;
  virtual Status CompactAll() = 0;

  // Estimates, for metrics.
  virtual uint64_t KeyCountEstimate(Family family) const = 0;
  virtual uint64_t DiskBytes() const = 0;
};

class Space {
 public:
  virtual ~Space() = default;
  virtual const std::vector<FamilySpec>& families() const = 0;
  // Shards this process owns, by first slot.
  virtual std::vector<std::shared_ptr<Shard>> Shards() const = 0;
  // kFailedPrecondition: another process owns the slot.
  virtual StatusOr<std::shared_ptr<Shard>> ShardOf(Slot slot) const = 0;
  // Gives up ownership of everything: later calls on its shards are Fenced. Synced before it
  // returns.
  virtual Status Close() = 0;
};

// The error of an owner that no longer owns. Survives Annotate and the way across a process.
Status Fenced(std::string_view where);
bool IsFenced(const Status& status);

}  // namespace signboard::kv
