// Where the references of an archived page lead: to the archive, at the time of the page.
//
//   <a href="b.html">    /web/<14 digits>/http://a.cn/b.html
//   <img src="c.png">    /web/<14 digits>im_/http://a.cn/c.png
//   <link href="d.css">  /web/<14 digits>cs_/http://a.cn/d.css
//
// Threads: a value; pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/url.h"

namespace signboard::gateway {

enum class ReferenceKind { kPage, kImage, kStyle };

class ArchiveLinks {
 public:
  // `base`: what references are relative to.
  ArchiveLinks(int64_t captured_ms, Url base);

  // Empty: nothing that an archive could have (mailto:, javascript:, what is no URL, or too long).
  std::string Of(std::string_view reference, ReferenceKind kind) const;

  // The same page with another base.
  ArchiveLinks WithBase(std::string_view reference) const;

 private:
  std::string digits_;
  Url base_;
};

// & " < > escaped, for text and for values between double quotes.
void AppendEscaped(std::string_view text, std::string* out);

}  // namespace signboard::gateway
