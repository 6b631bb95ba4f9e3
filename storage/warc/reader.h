// Reader goes through the records of a WARC file, whoever wrote it and whatever befell it since.
//
//   Reader reader(source);
//   for (;;) {
//     ASSIGN_OR_RETURN(Reader::Item item, reader.Next());
//     if (item.kind == Reader::Item::kEnd) break;
//     if (item.kind == Reader::Item::kProblem) report(item.offset, item.problem);
//     else reader.Read(...)  // its block, or a part of it, or nothing
//   }
//
// gzip or zstd per record, many records in one member, or plain text. A record that is damaged, or
// whose length is wrong, is one Problem, and the next whole record is looked for behind it: in the
// next member; where a file is plain or has several records in a member, behind the next line that
// begins one. Within a member that is one record's own nothing is looked for, for a page may hold
// what looks like records.
//
// Threads: one at a time.
// Errors:  a Status is the source's: nothing more can be read. What is wrong with the file is data.
// Cost:    one pass, in windows of 64 KiB; a header is at most kHeaderBytesMax. A record that
//          inflates beyond kRecordBytesMax is left where it is.
#pragma once

#include <cstdint>
#include <string>

#include "storage/warc/members.h"
#include "storage/warc/record.h"

namespace signboard::warc {

inline constexpr uint64_t kRecordBytesMax = uint64_t{8} << 30;

class Reader {
 public:
  // From a place on where Next once found a record; 0: the whole file.
  explicit Reader(Source& source, uint64_t from = 0);

  struct Item {
    enum Kind { kRecord, kProblem, kEnd };
    Kind kind = kEnd;
    uint64_t offset = 0;  // Of the record; where a member has several, of the member.
    RecordHeader header;
    std::string problem;
    bool takes_back = false;  // The problem is that of the record before, which seemed whole.
  };
  StatusOr<Item> Next();

  // Some bytes more of the block, at most `count`; 0: it has ended. kDataLoss: the record is
  // damaged, and has been reported by this.
  StatusOr<size_t> Read(char* into, size_t count);
  // All that is left of the block, if it is at most `bytes_max`; kResourceExhausted: it is more.
  StatusOr<std::string> ReadBlock(size_t bytes_max);

  // Of the record before, once Next was called again: where its member ends.
  uint64_t end() const { return members_.end(); }

 private:
  StatusOr<bool> Fill();
  StatusOr<bool> TakeLine(std::string* line, size_t bytes_max);
  StatusOr<Item> TakeRecord();
  StatusOr<std::string> TakeHeader();
  Status Leave();
  Status SkipBlock();
  StatusOr<bool> Begin();
  StatusOr<bool> FindNext();
  StatusOr<bool> FindLine();
  Item Problem(const Status& status) const;

  Members members_;
  uint64_t next_;         // Where the next member begins.
  bool entered_ = false;  // Within a member.
  bool in_header_ = false;
  bool open_ = false;     // A record's block is being read.
  bool damaged_ = false;  // Of the record before nothing is to be trusted.
  bool first_in_member_ = true;
  bool one_each_ = false;  // Members of one record were met, and none of several.
  bool several_ = false;   // A member of several records was met.
  uint64_t offset_ = 0;
  uint64_t member_ = 0;    // Where the member begins.
  uint64_t record_bytes_ = 0;  // That this one gave so far.
  uint64_t left_ = 0;      // Of the block.
  std::string block_end_;  // Its last bytes, and the line ends behind it.
  uint64_t plain_at_ = 0;  // Plain: where buffer_ ends in the file.
  std::string buffer_;
  size_t at_ = 0;
  size_t fill_bytes_ = 0;  // How much is read next.
};

}  // namespace signboard::warc
