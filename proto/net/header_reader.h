// HeaderReader makes the header of an answer out of its lines, as they come: interim answers (1xx)
// are passed over, folded lines joined to their field (RFC 9112 section 5.2), lines that are no
// field dropped. The lines after the header are trailers: counted, not kept.
//
// All lines count against the limits, those of interim answers and trailers too, so that a server
// that never comes to its answer comes to an end.
//
// Threads: one.
// Errors:  none: a line too much is `too_large`, and what follows is not taken.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "proto/net/header_list.h"

namespace signboard::net {

// What an answer says before its body.
struct AnswerHead {
  int status = 0;             // Three digits; 0: the line holds none.
  std::string http_version;   // "HTTP/1.1", "HTTP/2"
  std::string reason_phrase;  // HTTP/2 has none.
  HeaderList headers;
};

class HeaderReader {
 public:
  HeaderReader(size_t bytes_max, size_t fields_max)
      : bytes_max_(bytes_max), fields_max_(fields_max) {}

  // One line with its end. False: too large; the answer is not worth more.
  bool Take(std::string_view line);

  bool done() const { return done_; }  // The empty line of the final answer came.
  bool too_large() const { return too_large_; }
  size_t bytes() const { return bytes_; }
  const AnswerHead& head() const { return head_; }
  AnswerHead TakeHead() { return std::move(head_); }

 private:
  void TakeStatusLine(std::string_view line);

  const size_t bytes_max_;
  const size_t fields_max_;
  AnswerHead head_;
  size_t bytes_ = 0;
  size_t lines_ = 0;
  bool at_start_ = true;  // The next line begins an answer.
  bool done_ = false;
  bool too_large_ = false;
};

}  // namespace signboard::net
