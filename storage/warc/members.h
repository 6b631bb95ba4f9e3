// Members are the pieces an archive file is stored in: gzip members, zstd frames, or the bytes
// themselves, each of which is read by itself. WARC writers put every record into a member of its
// own, so whoever knows where one begins needs nothing before it, and what is damaged ends with it.
//
// A zstd file (.warc.zst) may begin with a skippable frame that holds the dictionary of all others.
// A record of it may be in many frames, one after the other.
//
// Threads: one at a time.
// Errors:  kDataLoss: the bytes are damaged or of no kind we know, says how; others are the
//          source's.
// Cost:    windows of 64 KiB; zstd windows of at most 8 MiB. Find reads what it passes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "storage/warc/inflater.h"
#include "storage/warc/source.h"

namespace signboard::warc {

class Members {
 public:
  enum class Kind { kPlain, kGzip, kZstd };

  explicit Members(Source& source);

  // Stands before the member at `offset`. False: the file ends there.
  StatusOr<bool> Enter(uint64_t offset);
  // At most `count` bytes of the member that was entered; 0: it has ended.
  StatusOr<size_t> Read(char* into, size_t count);
  // After Read gave 0: where the next one may begin.
  uint64_t end() const { return offset_; }
  Kind kind() const { return kind_; }

  // Where, from `from` on, a member of the file's kind begins whose bytes begin with "WARC/".
  StatusOr<std::optional<uint64_t>> Find(uint64_t from);

 private:
  Status Fill();
  void ChooseInflater();
  StatusOr<std::optional<Kind>> KindAt(uint64_t offset);
  StatusOr<bool> SkipFrames();
  Status TakeDictionary(uint64_t offset, uint32_t bytes);
  StatusOr<bool> BeginsRecord(uint64_t offset);

  Source& source_;
  Kind kind_ = Kind::kPlain;
  bool began_ = false;
  std::optional<Kind> first_kind_;  // Of the file's first bytes.
  uint64_t offset_ = 0;  // Of the first byte that was not taken in.
  std::string window_;   // Read and not taken in, from `offset_` on.
  size_t at_ = 0;
  size_t fill_bytes_ = 0;  // How much is read next: little at first, for much may be no member.
  uint64_t most_ = UINT64_MAX;  // Nothing is taken in from here on.
  bool ended_ = true;
  std::unique_ptr<Inflater> gzip_;
  std::unique_ptr<Inflater> zstd_;
  Inflater* inflater_ = nullptr;  // One of the two; none: plain.
  ZstdDictionary dictionary_;
};

}  // namespace signboard::warc
