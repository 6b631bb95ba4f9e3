// WarcGroups puts together the records of a WARC file that tell of one capture: a response, a
// revisit or a resource, with the request before or behind it, what a metadata record says of it
// and the document that a browser made of it. Writers order them as they like; what belongs
// together stands together.
//
// Threads: one at a time.
// Errors:  a Status is the file's: it cannot be read any more. What is wrong within is an item.
// Cost:    holds one capture, at most kBroughtBytesMax of its block.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "storage/warc/http_head.h"
#include "storage/warc/reader.h"

namespace signboard::cli {

// A body that is longer is cut, as one is that is fetched.
inline constexpr size_t kBroughtBytesMax = size_t{100} << 20;

struct Brought {
  enum class Kind { kResponse, kRevisit, kResource, kFacts };
  Kind kind = Kind::kResponse;
  uint64_t offset = 0;
  warc::RecordHeader header;
  UnixTime date;
  std::string url;
  std::string block;
  bool cut = false;  // The block was longer.
  std::optional<warc::HttpHead> request;
  warc::Fields metadata;
  std::string rendered;
};

class WarcGroups {
 public:
  explicit WarcGroups(warc::Source& source, uint64_t from = 0) : reader_(source, from) {}

  struct Item {
    enum Kind { kCapture, kProblem, kLeftAside, kEnd };
    Kind kind = kEnd;
    uint64_t offset = 0;
    Brought brought;
    std::string why;  // Of a problem; what is left aside: "dns:", "POST", "continuation".
  };
  StatusOr<Item> Next();

 private:
  void Take(warc::Reader::Item item);
  void TakeMain(warc::Reader::Item item, Brought::Kind kind);
  void TakeRequest(const warc::Reader::Item& item);
  void TakeMetadata(const warc::Reader::Item& item);
  void TakeRendered(const warc::Reader::Item& item);
  std::optional<std::string> ReadBeside(const warc::Reader::Item& item, size_t bytes_max);
  bool Belongs(const warc::RecordHeader& header) const;
  void Release();
  void Say(Item::Kind kind, uint64_t offset, std::string why);

  warc::Reader reader_;
  std::optional<Brought> pending_;
  bool pending_is_last_ = false;  // No record came behind it.
  struct Request {
    warc::RecordHeader header;
    warc::HttpHead head;
  };
  std::optional<Request> request_;  // That came before its response.
  std::deque<Item> ready_;
  bool ended_ = false;
};

}  // namespace signboard::cli
